import { describe, expect, it } from "vitest";
import { Heights } from "./heights";

describe("heights", () => {
  it("say where rows are", () => {
    const heights = new Heights();
    expect([heights.total, heights.at(5), heights.top(3)]).toEqual([0, 0, 0]);
    heights.update(3, (index) => [10, 30, 20][index] ?? 0);
    expect(heights.total).toBe(60);
    expect([0, 1, 2, 3].map((index) => heights.top(index))).toEqual([0, 10, 40, 60]);
    expect([-5, 0, 9.9, 10, 39, 40, 60, 1000].map((y) => heights.at(y))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
    heights.update(5000, () => 2);
    expect([heights.total, heights.at(7001)]).toEqual([10_000, 3500]);
  });
});
