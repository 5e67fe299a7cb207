// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { container } from "../../testing";
import { COLUMN_KEYS, fitting, stateDetail, tracks } from "./columns";
import { linePath } from "./Sparkline";
import { sliceOf } from "./space";

describe("sliceOf", () => {
  const tops = Array.from({ length: 101 }, (_, index) => index * 36);

  it("has what is seen and no more", () => {
    expect(sliceOf(tops, 360, 720)).toEqual({ from: 10, to: 21 });
    expect(sliceOf(tops, -500, 100)).toEqual({ from: 0, to: 3 });
    expect(sliceOf(tops, 3500, 9000)).toEqual({ from: 97, to: 100 });
  });

  it("is empty beyond the end and of an empty list", () => {
    expect(sliceOf([0], 0, 500)).toEqual({ from: 0, to: 0 });
    const beyond = sliceOf(tops, 90_000, 91_000);
    expect(beyond.to).toBeGreaterThanOrEqual(beyond.from);
  });
});

describe("columns", () => {
  it("make room for the important ones", () => {
    const all = new Set(COLUMN_KEYS);
    expect(fitting(all, 616)).toEqual(["state", "image"]);
    expect(fitting(new Set(["command", "image"] as const), 600)).toEqual(["image", "command"]);
    expect(fitting(all, Number.POSITIVE_INFINITY)).toEqual(COLUMN_KEYS);
    expect(tracks([]).split(" ").length).toBeGreaterThan(2);
  });
});

describe("stateDetail", () => {
  const at = Date.parse("2025-01-01T00:03:01Z");

  it("does not repeat the state", () => {
    expect(stateDetail(container({ status: "Up 1 second (healthy)" }), at)).toBe("3 min");
    expect(stateDetail(container({ status: "Up 1 second (health: starting)" }), at)).toBe("3 min");
    expect(stateDetail(container({ state: "restarting", exitCode: 1, finishedAt: "2025-01-01T00:03:00Z" }), at)).toBe("(1) 1 s");
    expect(stateDetail(container({ startedAt: "2025-01-01T00:03:00.500Z" }), at)).toBe("0 s");
    expect(stateDetail(container({ state: "paused", status: "Up 9 seconds (Paused)" }), at)).toBe("3 min");
    expect(stateDetail(container({ state: "exited", exitCode: 3, finishedAt: "2025-01-01T00:01:01Z" }), at)).toBe("(3) 2 min");
    expect(stateDetail(container({ state: "created" }), at)).toBe("never ran");
  });
});

describe("linePath", () => {
  it("ends at the right, leaves gaps and shows points that stand alone", () => {
    expect(linePath([0, 10], 10)).toBe("M58 17h0L59 1");
    expect(linePath([5, Number.NaN, 20], 10)).toBe("M57 13h0M59 1h0");
    expect(linePath([], 10)).toBe("");
  });
});
