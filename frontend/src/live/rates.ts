import type { StatsReading } from "../api/types";

/** One moment as the charts show it. Rates are bytes per second; null where they are not known. */
export interface Moment {
  /** Seconds since 1970. */
  readonly at: number;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly networkRx: number | null;
  readonly networkTx: number | null;
  readonly blockRead: number | null;
  readonly blockWrite: number | null;
  readonly pids: number;
}

/** Bytes per second between two readings of a counter; null when it is unknown or has begun again. */
export function rate(before: number | null | undefined, after: number | null, seconds: number): number | null {
  if (before === null || before === undefined || after === null || after < before || seconds <= 0) return null;
  return (after - before) / seconds;
}

export function momentOf(before: StatsReading | null, now: StatsReading): Moment {
  const at = Date.parse(now.at) / 1000;
  const seconds = before ? at - Date.parse(before.at) / 1000 : 0;
  return {
    at,
    cpuPercent: now.cpuPercent,
    memoryBytes: now.memoryBytes,
    networkRx: rate(before?.networkRxBytes, now.networkRxBytes, seconds),
    networkTx: rate(before?.networkTxBytes, now.networkTxBytes, seconds),
    blockRead: rate(before?.blockReadBytes, now.blockReadBytes, seconds),
    blockWrite: rate(before?.blockWriteBytes, now.blockWriteBytes, seconds),
    pids: now.pids,
  };
}

/** The moments of the last `seconds` seconds with one more. A moment that is not newer than the last one is left out. */
export function appendMoment(history: readonly Moment[], moment: Moment, seconds: number): readonly Moment[] {
  const last = history.at(-1);
  if (last && moment.at <= last.at) return history;
  const from = history.findIndex((one) => one.at > moment.at - seconds);
  return from < 0 ? [moment] : [...history.slice(from), moment];
}
