/* Places in logs: `<seconds>.<nanoseconds>-<file>-<offset>`. */

const PLACE = /^(\d{1,12})\.(\d{9})-\d{1,18}-\d{1,18}$/;
const NANOS = 1_000_000_000n;

/** Nanoseconds since the epoch, by which lines of several containers are put in order; 0 for what is no place. */
export function nanosOf(at: string): bigint {
  const match = PLACE.exec(at);
  return match ? BigInt(match[1] ?? 0) * NANOS + BigInt(match[2] ?? 0) : 0n;
}

/** A place that is known by its time alone: before what was written at this time or later. */
export function placeAt(nanos: bigint): string {
  const time = nanos < 0n ? 0n : nanos;
  return `${time / NANOS}.${String(time % NANOS).padStart(9, "0")}-0-0`;
}

export const isPlace = (text: string): boolean => PLACE.test(text);
