import { describe, expect, it } from "vitest";
import { USAGE_POINTS, UsageBook } from "./usageBook";

const at = (second: number): string => new Date(1_700_000_000_000 + second * 1000).toISOString();

describe("UsageBook", () => {
  it("gives the numbers to the ids of the last message that had any", () => {
    const book = new UsageBook();
    book.take({ at: at(0), ids: ["a", "b"], cpuPercent: [null, 1], memoryBytes: [10, 20] });
    book.take({ at: at(1), ids: null, cpuPercent: [2, 3], memoryBytes: [11, 21] });
    expect(book.of("a")).toEqual({ cpuPercent: [Number.NaN, 2], memoryBytes: [10, 11] });
    expect(book.of("b")).toEqual({ cpuPercent: [1, 3], memoryBytes: [20, 21] });
  });

  it("forgets who runs no more", () => {
    const book = new UsageBook();
    book.take({ at: at(0), ids: ["a", "b"], cpuPercent: [1, 1], memoryBytes: [1, 1] });
    book.take({ at: at(1), ids: ["b"], cpuPercent: [2], memoryBytes: [2] });
    expect(book.of("a")).toBeUndefined();
    expect(book.of("b")?.cpuPercent).toEqual([1, 2]);
  });

  it("leaves a gap for seconds that it did not see, and keeps a minute", () => {
    const book = new UsageBook();
    book.take({ at: at(0), ids: ["a"], cpuPercent: [1], memoryBytes: [1] });
    book.take({ at: at(4), ids: ["a"], cpuPercent: [5], memoryBytes: [5] });
    expect(book.of("a")?.cpuPercent).toEqual([1, Number.NaN, Number.NaN, Number.NaN, 5]);
    for (let second = 5; second < 100; second++) book.take({ at: at(second), ids: null, cpuPercent: [second], memoryBytes: [second] });
    expect(book.of("a")?.cpuPercent).toEqual(Array.from({ length: USAGE_POINTS }, (_, index) => index + 40));
    book.take({ at: at(100_000), ids: ["a"], cpuPercent: [7], memoryBytes: [7] });
    expect(book.of("a")?.cpuPercent.filter((one) => !Number.isNaN(one))).toEqual([7]);
  });
});
