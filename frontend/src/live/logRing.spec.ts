import { describe, expect, it } from "vitest";
import type { LogLine } from "../api/types";
import { LogRing } from "./logRing";

const line = (text: string, changes: Partial<LogLine> = {}): LogLine => ({ time: "t", stream: "stdout", text, partial: false, ...changes });
const texts = (ring: LogRing): string[] => ring.lines.map((one) => one.text);

describe("LogRing", () => {
  it("keeps the last lines and says which are gone", () => {
    const ring = new LogRing(3);
    expect(ring.push([line("1"), line("2")]).first).toBe(0);
    const change = ring.push([line("3"), line("4"), line("5")]);
    expect(texts(ring)).toEqual(["3", "4", "5"]);
    expect(change.first).toBe(2);
    expect(change.lines.map((one) => one.number)).toEqual([2, 3, 4]);
  });

  it("gives only lines that are still kept when one push is larger than the ring", () => {
    const ring = new LogRing(2);
    expect(ring.push([line("1"), line("2"), line("3")]).lines.map((one) => one.text)).toEqual(["2", "3"]);
  });

  it("puts parts of a line together, each stream for itself", () => {
    const ring = new LogRing(10);
    ring.push([line("out 1, ", { partial: true }), line("err", { stream: "stderr" })]);
    const change = ring.push([line("out 2"), line("next")]);
    expect(texts(ring)).toEqual(["out 1, out 2", "err", "next"]);
    expect(change.lines.map((one) => [one.number, one.text])).toEqual([[0, "out 1, out 2"], [2, "next"]]);
  });

  it("recognises an escape code that was cut in two", () => {
    const ring = new LogRing(10);
    ring.push([line("a\u001b[3", { partial: true })]);
    ring.push([line("1mb")]);
    expect(texts(ring)).toEqual(["ab"]);
  });

  it("begins a new line when the first part is gone, or the line too long", () => {
    const ring = new LogRing(2);
    ring.push([line("begin", { partial: true })]);
    ring.push([line("x", { stream: "stderr" }), line("y", { stream: "stderr" })]);
    ring.push([line("rest")]);
    expect(texts(ring)).toEqual(["y", "rest"]);

    const long = new LogRing(10);
    long.push([line("x".repeat(70_000), { partial: true }), line("tail")]);
    expect(long.lines.length).toBe(2);
  });

  it("is empty after clear, and does not reuse numbers", () => {
    const ring = new LogRing(5);
    ring.push([line("1", { partial: true })]);
    ring.clear();
    expect(ring.push([line("2")]).lines[0]?.number).toBe(1);
    expect(texts(ring)).toEqual(["2"]);
  });
});
