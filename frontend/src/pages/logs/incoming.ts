/* Lines that were received and are not shown yet. */
import type { Line, Source } from "./source";

/** What waits to be shown while the page is hidden. */
const MOST_WAITING = 5000;

export class Incoming {
  private waiting: Line[] = [];
  private readonly skips = new Map<Source, number>();

  constructor(private readonly sources: readonly Source[]) {}

  /** When they come faster than the page, or nobody looks at it, the oldest are left out. */
  add(lines: readonly Line[]): void {
    this.waiting.push(...lines);
    if (this.waiting.length <= MOST_WAITING) return;
    const left = this.waiting.splice(0, this.waiting.length - MOST_WAITING / 2);
    for (const source of this.sources) {
      const count = left.reduce((sum, line) => sum + (line.source === source ? 1 + line.skipped : 0), 0);
      if (count > 0) this.skip(source, count);
    }
  }

  /** The next line of this container says how many are missing before it. */
  skip(source: Source, count: number): void {
    const next = this.waiting.find((line) => line.source === source);
    if (next) next.skipped += count;
    else this.skips.set(source, (this.skips.get(source) ?? 0) + count);
  }

  /** All of them; none wait then. */
  take(): readonly Line[] {
    const lines = this.waiting;
    this.waiting = [];
    for (const line of lines) {
      line.skipped += this.skips.get(line.source) ?? 0;
      this.skips.delete(line.source);
    }
    return lines;
  }

  clear(): void {
    this.waiting = [];
    this.skips.clear();
  }
}
