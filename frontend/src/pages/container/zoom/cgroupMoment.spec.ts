import { describe, expect, it } from "vitest";
import type { CgroupView } from "../../../api/insight";
import { nextMoment } from "./cgroupMoment";

function view(usageNanos: number | null, periods = 0, throttledPeriods = 0): CgroupView {
  const cpu = { usageNanos, usagePath: "", limitCpus: 0.5, limitPath: "", periods, throttledPeriods, throttledNanos: 0, path: "" };
  return { state: "running", end: null, version: 2, folders: {}, gauges: [], cpu, pressure: [], oomKills: 0, oomPath: null, missing: [] };
}

describe("nextMoment", () => {
  it("tells rates from the second answer on", () => {
    const first = nextMoment(null, view(1e9, 10, 2), 1000);
    expect(first).toMatchObject({ cpus: null, throttledShare: null });
    expect(nextMoment(first, view(2.5e9, 20, 7), 2000)).toMatchObject({ cpus: 1.5, throttledShare: 0.5 });
  });

  it("keeps the rates, and what the next are measured from, when two answers come close together", () => {
    const second = nextMoment(nextMoment(null, view(0, 0, 0), 0), view(1e9, 10, 0), 1000);
    const third = nextMoment(second, view(1.2e9, 11, 0), 1100);
    expect(third.cpus).toBe(1);
    expect(nextMoment(third, view(3e9, 30, 0), 2000).cpus).toBe(2);
  });

  it("begins anew with a new cgroup", () => {
    const before = nextMoment(null, view(9e9, 100, 0), 0);
    expect(nextMoment(before, view(1e6, 1, 0), 1000).cpus).toBeNull();
  });

  it("remembers what was known before the cgroup went", () => {
    const live = view(1e9);
    const gone: CgroupView = { ...live, state: "exited", cpu: null };
    expect(nextMoment(nextMoment(null, live, 0), gone, 1000)).toMatchObject({ view: gone, lastKnown: live, cpus: null });
    expect(nextMoment(null, gone, 0).lastKnown).toBeNull();
  });

  it("says nothing where the kernel tells nothing", () => {
    expect(nextMoment(nextMoment(null, view(null), 0), view(null), 1000)).toMatchObject({ cpus: null, throttledShare: null, base: null });
    const stopped: CgroupView = { ...view(1), cpu: null };
    expect(nextMoment(nextMoment(null, view(1e9), 0), stopped, 1000).cpus).toBeNull();
  });

  it("has no share of throttled periods when none has passed", () => {
    expect(nextMoment(nextMoment(null, view(0, 5, 5), 0), view(0, 5, 5), 1000).throttledShare).toBeNull();
  });
});
