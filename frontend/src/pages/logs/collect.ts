/* Lines of several containers, put together by time in one direction. */
import type { Line, Source } from "./source";

/** What was found by then is shown, though there is room for more. */
const PATIENCE_MS = 2000;

/** Another load was begun: nobody waits for this one. */
export class Superseded extends Error {}

/** Lines on one side of the window that were read and are not in it yet. */
export interface Side {
  /** The one that is nearest to the window. */
  next(source: Source): Line | undefined;
  /** Whether there may be others behind those that were read. */
  hasMore(source: Source): boolean;
  isNearer(one: Line, other: Line): boolean;
  /** Takes the nearest one away. */
  take(source: Source): void;
  giveBack(line: Line): void;
}

export const OLDER: Side = {
  next: (source) => source.olderLines.at(-1),
  hasMore: (source) => source.older !== null,
  isNearer: (one, other) => one.nanos >= other.nanos,
  take: (source) => void source.olderLines.pop(),
  giveBack: (line) => void line.source.olderLines.push(line),
};

export const NEWER: Side = {
  next: (source) => source.newerLines[0],
  hasMore: (source) => !source.newerEnd,
  isNearer: (one, other) => one.nanos < other.nanos,
  take: (source) => void source.newerLines.shift(),
  giveBack: (line) => void line.source.newerLines.unshift(line),
};

/**
 * The lines that are nearest to the window: of each container so many are read that none is missing between them. Those that were taken are
 * there again when one cannot be read.
 *
 * @param read has the next page of a container
 */
export async function collect(side: Side, sources: readonly Source[], most: number, isStopped: () => boolean, read: (source: Source) => Promise<void>): Promise<Line[]> {
  const begun = Date.now();
  const taken: Line[] = [];
  while (taken.length < most) {
    const empty = sources.filter((source) => side.next(source) === undefined && side.hasMore(source));
    if (empty.length > 0) {
      if (isStopped() || (taken.length > 0 && Date.now() - begun > PATIENCE_MS)) break;
      try {
        await Promise.all(empty.map(read));
      } catch (failure) {
        if (!(failure instanceof Superseded)) taken.reverse().forEach((line) => side.giveBack(line));
        throw failure;
      }
      continue;
    }
    const nearest = sources.reduce<Line | null>((best, source) => {
      const line = side.next(source);
      return line && (!best || side.isNearer(line, best)) ? line : best;
    }, null);
    if (!nearest) break;
    side.take(nearest.source);
    taken.push(nearest);
  }
  return taken;
}
