import { signal, type ReadonlySignal } from "@preact/signals";
import { RequestError } from "../api/http";

/** What stands in the way of newer values. `gone`: there is nothing more to ask for. */
export interface Trouble {
  readonly kind: "lost" | "gone";
  /** A sentence. */
  readonly message: string;
}

/** The last answer, which stays when a later request fails. */
export interface Sample<T> {
  readonly value: T | null;
  /** When it came, in milliseconds. */
  readonly at: number;
  readonly trouble: Trouble | null;
}

/** After a slow answer the server is left alone for so long at least. */
const LEAST_REST_MS = 250;

/** Asks again and again, never twice at a time, and not while the page is hidden. */
export class Follower<T> {
  private readonly ask: () => Promise<T>;
  private readonly latest = signal<Sample<T>>({ value: null, at: 0, trouble: null });
  private readonly busy = signal(false);
  private everyMs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private started = false;
  /** Counts what makes an answer that is still on its way out of date. */
  private generation = 0;

  constructor(ask: () => Promise<T>) {
    this.ask = ask;
  }

  get sample(): ReadonlySignal<Sample<T>> {
    return this.latest;
  }

  get asking(): ReadonlySignal<boolean> {
    return this.busy;
  }

  /** Asks at once, then at this pace. */
  start(everyMs: number): void {
    this.stop();
    this.everyMs = everyMs;
    this.started = true;
    document.addEventListener("visibilitychange", this.hurry);
    this.hurry();
  }

  /** An answer that is on its way is dropped. */
  stop(): void {
    this.started = false;
    this.generation++;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.hurry);
  }

  /** Asks now rather than later. */
  readonly hurry = (): void => {
    clearTimeout(this.timer);
    if (this.started && !this.busy.value && !document.hidden) void this.once();
  };

  /** Takes a value that came another way. */
  take(value: T): void {
    this.generation++;
    this.latest.value = { value, at: Date.now(), trouble: null };
  }

  private async once(): Promise<void> {
    const mine = this.generation;
    const begun = Date.now();
    this.busy.value = true;
    let next: Sample<T>;
    try {
      const value = await this.ask();
      next = { value, at: Date.now(), trouble: null };
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      next = { ...this.latest.value, trouble: { kind: failure.status === 404 ? "gone" : "lost", message: failure.message } };
    }
    this.busy.value = false;
    if (mine === this.generation) {
      this.latest.value = next;
      if (next.trouble?.kind === "gone") this.stop();
    }
    if (this.started) this.rest(Date.now() - begun);
  }

  private rest(passedMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.hurry, Math.max(this.everyMs - passedMs, LEAST_REST_MS));
  }
}
