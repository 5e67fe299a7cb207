import type { CgroupView } from "../../../api/insight";

interface Base {
  readonly at: number;
  readonly usageNanos: number;
  readonly periods: number;
  readonly throttledPeriods: number;
}

/** The cgroup at one moment, with what only two answers together tell. */
export interface CgroupMoment {
  readonly view: CgroupView;
  /** The last one that had values: a cgroup goes with its last process. */
  readonly lastKnown: CgroupView | null;
  /** CPUs in use between the last two answers; null while there is only one. */
  readonly cpus: number | null;
  /** Of the periods in between, the share that was throttled; null when none has passed. */
  readonly throttledShare: number | null;
  /** What the next answer is compared with; null where the kernel does not tell. */
  readonly base: Base | null;
}

/** Over a shorter time the rates would say more about the two requests than about the container. */
const LEAST_MS = 500;
const NANOS_PER_MS = 1_000_000;

function baseOf(view: CgroupView, at: number): Base | null {
  const { cpu } = view;
  if (cpu === null || cpu.usageNanos === null) return null;
  return { at, usageNanos: cpu.usageNanos, periods: cpu.periods, throttledPeriods: cpu.throttledPeriods };
}

/** What is known after one more answer, which came at `at` (in milliseconds). */
export function nextMoment(before: CgroupMoment | null, view: CgroupView, at: number): CgroupMoment {
  const base = baseOf(view, at);
  const lastKnown = view.gauges.length > 0 || view.cpu !== null ? view : (before?.lastKnown ?? null);
  const old = before?.base ?? null;
  // Counters that went back are those of a new cgroup: the container was started again.
  if (base === null || old === null || base.usageNanos < old.usageNanos || base.periods < old.periods) {
    return { view, lastKnown, cpus: null, throttledShare: null, base };
  }
  if (before !== null && at - old.at < LEAST_MS) return { ...before, view, lastKnown };
  const periods = base.periods - old.periods;
  return {
    view,
    lastKnown,
    cpus: (base.usageNanos - old.usageNanos) / ((at - old.at) * NANOS_PER_MS),
    throttledShare: periods > 0 ? Math.min(1, (base.throttledPeriods - old.throttledPeriods) / periods) : null,
    base,
  };
}
