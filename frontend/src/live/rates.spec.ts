import { describe, expect, it } from "vitest";
import { reading } from "../testing";
import { appendMoment, momentOf, rate, type Moment } from "./rates";

describe("rate", () => {
  it("is bytes per second", () => {
    expect(rate(1000, 4000, 2)).toBe(1500);
    expect(rate(1000, 1000, 1)).toBe(0);
  });

  it("is unknown at the first reading, without a counter, after a restart and without time between", () => {
    expect(rate(undefined, 10, 1)).toBeNull();
    expect(rate(null, 10, 1)).toBeNull();
    expect(rate(10, null, 1)).toBeNull();
    expect(rate(10, 3, 1)).toBeNull();
    expect(rate(1, 3, 0)).toBeNull();
  });
});

describe("momentOf", () => {
  it("divides by the time that really passed", () => {
    const before = reading({ at: "2025-01-01T00:00:00.000Z", networkRxBytes: 0, blockReadBytes: 100 });
    const now = reading({ at: "2025-01-01T00:00:02.500Z", networkRxBytes: 5000, blockReadBytes: 50, blockWriteBytes: null });
    expect(momentOf(before, now)).toMatchObject({ networkRx: 2000, blockRead: null, blockWrite: null });
  });

  it("has no rates at first", () => {
    expect(momentOf(null, reading({ networkRxBytes: 5 })).networkRx).toBeNull();
  });
});

describe("appendMoment", () => {
  const at = (seconds: number): Moment => ({ ...momentOf(null, reading()), at: seconds });

  it("forgets what is older than the window", () => {
    let history: readonly Moment[] = [];
    for (let second = 1; second <= 400; second++) history = appendMoment(history, at(second), 300);
    expect(history.length).toBe(300);
    expect(history[0]?.at).toBe(101);
    expect(history.at(-1)?.at).toBe(400);
  });

  it("leaves out a repeated moment and begins anew after a long pause", () => {
    const history = [at(1), at(2)];
    expect(appendMoment(history, at(2), 300)).toBe(history);
    expect(appendMoment(history, at(1000), 300).map((one) => one.at)).toEqual([1000]);
  });
});
