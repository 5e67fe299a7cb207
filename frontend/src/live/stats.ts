import { signal, type ReadonlySignal } from "@preact/signals";
import type { StatsMessage, StatsReading } from "../api/types";
import { appendMoment, momentOf, type Moment } from "./rates";
import { openSocket, socketAddress, type LiveSocket } from "./socket";

/** How far back the charts go. */
export const HISTORY_SECONDS = 300;
const LINGER_MS = 10_000;

/** The readings of one container, as long as somebody looks at them. */
export interface StatsFeed {
  readonly latest: ReadonlySignal<StatsReading | null>;
  readonly history: ReadonlySignal<readonly Moment[]>;
  readonly ended: ReadonlySignal<boolean>;
}

class Feed implements StatsFeed {
  readonly latest = signal<StatsReading | null>(null);
  readonly history = signal<readonly Moment[]>([]);
  readonly ended = signal(false);
  readonly socket: LiveSocket;
  users = 0;
  timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string) {
    this.socket = openSocket(() => socketAddress(`/ws/v1/containers/${id}/stats`), {
      message: (message) => this.take(message as StatsMessage),
      lost: () => (this.latest.value = null),
    });
  }

  private take(message: StatsMessage): void {
    if ("type" in message) {
      this.ended.value = true;
      this.latest.value = null;
      this.socket.close();
      return;
    }
    this.history.value = appendMoment(this.history.value, momentOf(this.latest.value, message), HISTORY_SECONDS);
    this.latest.value = message;
  }
}

const feeds = new Map<string, Feed>();

/**
 * Follows a run of a container. All who follow share one connection; it stays for some seconds after the last one has left, so that
 * the way from the list to the page of a container loses nothing. `run` tells one run from the next, by its start.
 */
export function followStats(id: string, run: string): { readonly feed: StatsFeed; readonly leave: () => void } {
  const key = `${id} ${run}`;
  const feed = feeds.get(key) ?? new Feed(id);
  feeds.set(key, feed);
  clearTimeout(feed.timer);
  feed.users++;
  return {
    feed,
    leave: () => {
      feed.users--;
      if (feed.users > 0) return;
      feed.timer = setTimeout(() => {
        feed.socket.close();
        feeds.delete(key);
      }, LINGER_MS);
    },
  };
}
