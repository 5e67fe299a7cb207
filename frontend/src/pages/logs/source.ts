/* One of the containers whose logs are shown, and how far its log was read. */
import type { LogLine, LogMessage, LogPage } from "../../api/logs";
import { nanosOf } from "./position";

/** Where logs come from. */
export interface Backend {
  page(ref: string, parameters: URLSearchParams): Promise<LogPage>;
  starts(ref: string): Promise<readonly string[]>;
  /** Follows a log after a place, which is asked for again at each connection. */
  follow(ref: string, after: () => string, parameters: URLSearchParams, events: FollowEvents): { close(): void };
}

export interface FollowEvents {
  message(message: LogMessage): void;
  open(): void;
  lost(): void;
}

/** A line in the window. */
export interface Line {
  /** Never comes twice in one window. */
  readonly key: number;
  readonly source: Source;
  readonly wire: LogLine;
  /** When it ended, in nanoseconds since the epoch. */
  readonly nanos: bigint;
  /** When the container was started, where that was between the line before and this one. */
  started: string | null;
  /** How many lines are left out before it. */
  skipped: number;
  /** In pixels, as it was measured; 0 when it was not. */
  height: number;
}

export const isMatch = (line: Line): boolean => line.wire.hits !== undefined || line.wire.found === true;

export type Connection = "none" | "live" | "lost" | "ended";

export class Source {
  id = "";
  name: string;
  removed: string | null = null;
  /** Why it has no lines; empty when nothing is wrong. */
  error = "";
  connection: Connection = "none";
  /** Lines that were read and are before the window, and where those before them are; null at the begin. */
  olderLines: Line[] = [];
  older: string | null = null;
  /** The same after the window. */
  newerLines: Line[] = [];
  newer = "";
  newerEnd = false;
  /** What was received of what is followed. */
  position = "";
  follower: { close(): void } | null = null;
  /** It was started while an earlier run was still followed. */
  startedAgain = false;
  private starts: readonly { readonly nanos: bigint; readonly time: string }[] = [];

  constructor(
    readonly ref: string,
    readonly index: number,
  ) {
    this.name = ref;
  }

  take(page: LogPage): void {
    this.id = page.id;
    this.name = page.name;
    this.removed = page.removed;
  }

  addStarts(times: readonly string[]): void {
    const known = new Map([...this.starts.map((one) => one.time), ...times].map((time) => [Date.parse(time), time]));
    this.starts = [...known.entries()].sort(([a], [b]) => a - b).map(([millis, time]) => ({ nanos: BigInt(millis) * 1_000_000n, time }));
  }

  /** The last start after one instant and up to another one. */
  startBetween(after: bigint, upTo: bigint): string | null {
    return this.starts.findLast((one) => one.nanos > after && one.nanos <= upTo)?.time ?? null;
  }

  unfollow(): void {
    this.follower?.close();
    this.follower = null;
    if (this.connection === "live" || this.connection === "lost") this.connection = "none";
  }
}

let keys = 0;

export const lineOf = (source: Source, wire: LogLine): Line => ({ key: keys++, source, wire, nanos: nanosOf(wire.at), started: null, skipped: 0, height: 0 });
