import { describe, expect, it } from "vitest";
import { container } from "../testing";
import { bytes, distinctPorts, duration, endSentence, percent, portLink, shortIds, statusSentence } from "./format";

const NOW = Date.parse("2025-01-01T00:03:01Z");

describe("numbers", () => {
  it("have about three digits", () => {
    expect([0, 1023, 1024, 1536, 10 * 1024, 123 * 1024 ** 2, 1024 ** 3 - 1].map(bytes)).toEqual(
      ["0 B", "1023 B", "1.00 KiB", "1.50 KiB", "10.0 KiB", "123 MiB", "1.00 GiB"]);
    expect([0, 0.04, 12.34, 99.96, 250].map(percent)).toEqual(["0.0 %", "0.0 %", "12.3 %", "100 %", "250 %"]);
  });

  it("give durations in the largest whole unit", () => {
    expect([0.2, 1, 59, 60, 3600, 90_000, 172_800, 1_209_600].map(duration)).toEqual(
      ["less than a second", "1 second", "59 seconds", "1 minute", "1 hour", "25 hours", "2 days", "2 weeks"]);
  });
});

describe("statusSentence", () => {
  it("counts on between two messages of the server", () => {
    expect(statusSentence(container(), NOW)).toBe("Up 3 minutes");
    expect(statusSentence(container({ status: "Up 1 second (healthy)" }), NOW)).toBe("Up 3 minutes (healthy)");
    const ended = container({ state: "exited", status: "Exited (3) 1 second ago", exitCode: 3, finishedAt: "2025-01-01T00:01:01Z" });
    expect(statusSentence(ended, NOW)).toBe("Exited (3) 2 minutes ago");
    expect(statusSentence(container({ state: "paused", status: "Up About a minute (Paused)" }), NOW)).toBe("Up 3 minutes (Paused)");
    const again = { state: "restarting", status: "Restarting (1) Less than a second ago", exitCode: 1, finishedAt: "2025-01-01T00:03:00Z" } as const;
    expect(statusSentence(container(again), NOW)).toBe("Restarting (1) 1 second ago");
  });
});

describe("endSentence", () => {
  const ended = (exitCode: number, changes = {}): string | null =>
    endSentence(container({ state: "exited", exitCode, finishedAt: "2025-01-01T00:01:01Z", ...changes }));

  it("says why in words", () => {
    expect(ended(0)).toBe("It ended by itself without an error (exit code 0).");
    expect(ended(137)).toBe("It was ended by the signal SIGKILL (exit code 137).");
    expect(ended(137, { oomKilled: true })).toContain("more memory than its limit");
    expect(ended(3)).toBe("It ended with an error of its own (exit code 3).");
    expect(ended(0, { error: "no such file" })).toBe("It could not be started: no such file");
    expect(endSentence(container())).toBeNull();
  });
});

describe("shortIds", () => {
  it("shortens whole ids and nothing else", () => {
    expect(shortIds(`volume ${"ab".repeat(32)}, at /x`)).toBe("volume abababababab, at /x");
    expect(shortIds(`volume ${"ab".repeat(33)} facade`)).toBe(`volume ${"ab".repeat(33)} facade`);
  });
});

describe("ports", () => {
  const port = { hostIp: "0.0.0.0", hostPort: 8080, containerPort: 80, protocol: "tcp" } as const;

  it("lead to the host that the page came from", () => {
    expect(portLink(port, "berth.lan")).toMatchObject({ text: "8080 → 80/tcp", href: "http://berth.lan:8080/" });
    expect(portLink({ ...port, hostIp: "10.0.0.7" }, "berth.lan")).toMatchObject({ text: "10.0.0.7:8080 → 80/tcp", href: "http://10.0.0.7:8080/" });
  });

  it("have no address that would not work", () => {
    expect(portLink({ ...port, hostIp: "127.0.0.1" }, "berth.lan").href).toBeNull();
    expect(portLink({ ...port, hostIp: "127.0.0.1" }, "localhost").href).toBe("http://localhost:8080/");
    expect(portLink({ ...port, protocol: "udp" }, "berth.lan").href).toBeNull();
    expect(portLink({ ...port, hostPort: null }, "berth.lan").text).toBe("80/tcp");
  });

  it("are named once for IPv4 and IPv6", () => {
    expect(distinctPorts([port, { ...port, hostIp: "::" }, { ...port, hostIp: "127.0.0.1" }])).toHaveLength(2);
  });
});
