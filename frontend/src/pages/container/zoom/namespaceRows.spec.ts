import { describe, expect, it } from "vitest";
import type { NamespaceValue } from "../../../api/insight";
import { namespaceRows, shortIds } from "./namespaceRows";

const value = (name: string, inside: string, path = "/proc/1/cgroup"): NamespaceValue => ({ name, inside, outside: inside, path, meaning: "Its place." });

describe("namespaceRows", () => {
  it("puts values together that differ in the name only, where the first of them stands", () => {
    const rows = namespaceRows([value("memory", "/a"), value("systemd", "/"), value("pids", "/a"), value("gids", "/a", "/proc/1/gid_map")]);
    expect(rows.map((row) => row.names)).toEqual([["memory", "pids"], ["systemd"], ["gids"]]);
  });
});

describe("shortIds", () => {
  it("cuts ids and nothing else", () => {
    const id = "0123456789abcdef".repeat(4);
    expect(shortIds(`/berth/${id}`)).toBe("/berth/0123456789ab…");
    expect(shortIds("/berth/0123456789abcdef")).toBe("/berth/0123456789abcdef");
  });
});
