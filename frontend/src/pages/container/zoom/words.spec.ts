import { describe, expect, it } from "vitest";
import type { Gauge } from "../../../api/insight";
import { CPU_LIMIT, cpuCount, limitChange, limitKind, limitText, MEMORY_LIMIT, nanos, nearness, parseLimit, type LimitKind } from "./words";

const MIB = 1024 * 1024;
const gauge = (controller: string, name: string): Gauge => ({ controller, name, unit: "bytes", used: 1, limit: 2, peak: null, path: "", limitPath: "", peakPath: null, meaning: "" });

function kind(controller: string, name: string): LimitKind {
  const found = limitKind(gauge(controller, name));
  if (!found) throw new Error(`no limit for ${name}`);
  return found;
}

describe("limits", () => {
  it("stand behind the gauges that can be changed", () => {
    expect(limitKind(gauge("memory", "memory"))?.field).toBe("memoryBytes");
    expect(limitKind(gauge("memory", "memory and swap"))?.field).toBe("memorySwapBytes");
    expect(limitKind(gauge("pids", "processes"))?.field).toBe("pids");
    expect(limitKind(gauge("memory", "kernel memory"))).toBeNull();
    expect(limitKind(gauge("hugetlb", "huge pages"))).toBeNull();
  });

  it.each([
    ["64", 64 * MIB],
    [" 1.5g ", 1536 * MIB],
    ["512 MiB", 512 * MIB],
    ["8192k", 8 * MIB],
  ])("of memory are read: %j", (text, expected) => expect(parseLimit(kind("memory", "memory"), text)).toBe(expected));

  it.each(["0", "99999999999t", "-5", "many", "1e9", "64 MiB or so", "0.0"])("of memory are refused with a sentence: %j", (text) => expect(parseLimit(kind("memory", "memory"), text)).toMatch(/^A size/));

  it("of CPUs and processes are read or refused", () => {
    expect(parseLimit(CPU_LIMIT, "0.5")).toBe(0.5);
    expect(parseLimit(CPU_LIMIT, ".5")).toBe(0.5);
    expect(parseLimit(CPU_LIMIT, "")).toBe(-1);
    expect(parseLimit(MEMORY_LIMIT, " ")).toBe(-1);
    expect(parseLimit(kind("pids", "processes"), "")).toBe(-1);
    expect(parseLimit(kind("memory", "memory and swap"), "")).toBe(-1);
    expect(parseLimit(CPU_LIMIT, "0")).toMatch(/^A number/);
    expect(parseLimit(CPU_LIMIT, "two")).toMatch(/^A number/);
    expect(parseLimit(kind("pids", "processes"), "20")).toBe(20);
    expect(parseLimit(kind("pids", "processes"), "2.5")).toMatch(/^A whole number/);
  });

  it("of memory say what is with swap when there was none before", () => {
    expect(limitChange(MEMORY_LIMIT, null, 64)).toEqual({ memoryBytes: 64, memorySwapBytes: -1 });
    expect(limitChange(MEMORY_LIMIT, 32, 64)).toEqual({ memoryBytes: 64 });
    expect(limitChange(CPU_LIMIT, null, 2)).toEqual({ cpus: 2 });
  });

  it("are near, or passed, or not worth a word", () => {
    expect([null, 0.5, 0.9, 1, 1.0004, 2].map(nearness)).toEqual([null, null, "near the limit", "near the limit", "near the limit", "above the limit"]);
  });

  it("come back as the text that gives them", () => {
    expect(limitText(kind("memory", "memory"), 64 * MIB)).toBe("64");
    expect(limitText(kind("memory", "memory"), null)).toBe("");
    expect(limitText(CPU_LIMIT, 0.5)).toBe("0.5");
  });
});

describe("numbers", () => {
  it("of times have the unit that tells most", () => {
    expect([0, 1000, 340e6, 1.234e9, 125e9, 7260e9].map(nanos)).toEqual(["0 s", "less than 1 ms", "340 ms", "1.2 s", "2 min 5 s", "2 h 1 min"]);
  });

  it("of CPUs have no needless zeros", () => {
    expect([0, 0.5, 1, 1.25, 10, 63.96].map(cpuCount)).toEqual(["0 CPUs", "0.5 CPUs", "1 CPU", "1.25 CPUs", "10 CPUs", "64 CPUs"]);
  });
});
