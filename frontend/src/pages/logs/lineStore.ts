/* The lines of a window, in the order of their times. */
import { isMatch, type Line, type Source } from "./source";

/** Lines that are kept in the browser; what goes comes again from the server. */
export const MOST_LINES = 10_000;
const MOST_CHARS = 12_000_000;
/** So many are kept however long they are. */
const FEWEST_LINES = 500;

export class LineStore {
  lines: Line[] = [];
  matches = 0;
  private chars = 0;
  private readonly lastOf = new Map<Source, bigint>();

  constructor(private readonly sources: readonly Source[]) {}

  clear(): void {
    this.lines = [];
    this.matches = 0;
    this.chars = 0;
    this.lastOf.clear();
  }

  get isTooMuch(): boolean {
    return this.lines.length > MOST_LINES || (this.chars > MOST_CHARS && this.lines.length > FEWEST_LINES);
  }

  firstOf(source: Source): Line | undefined {
    return this.lines.find((line) => line.source === source);
  }

  newestOf(source: Source): Line | undefined {
    return this.lines.findLast((line) => line.source === source);
  }

  /** Puts a line where its time is; those of one container stay in their order. */
  add(line: Line): void {
    let at = this.lines.length;
    while (this.sources.length > 1 && at > 0) {
      const before = this.lines[at - 1];
      if (!before || before.nanos <= line.nanos || before.source === line.source) break;
      at--;
    }
    if (at === this.lines.length) this.lines.push(line);
    else this.lines.splice(at, 0, line);
    this.count(line, 1);
    const last = this.lastOf.get(line.source);
    if (last !== undefined) line.started = line.source.startBetween(last, line.nanos);
    this.lastOf.set(line.source, line.nanos);
  }

  prepend(lines: readonly Line[]): void {
    const before = new Map<Source, bigint>();
    const open = new Set(this.sources);
    lines.forEach((line) => this.count(line, 1));
    this.lines = [...lines, ...this.lines];
    for (let index = 0; index < this.lines.length && open.size > 0; index++) {
      const line = this.lines[index];
      if (!line) break;
      const last = before.get(line.source);
      const started = last === undefined ? null : line.source.startBetween(last, line.nanos);
      if (started !== line.started) Object.assign(line, { started, height: 0 });
      before.set(line.source, line.nanos);
      // The first line of the old ones is the last one whose predecessor is new.
      if (index >= lines.length) open.delete(line.source);
    }
    this.lastOf.clear();
    for (const source of this.sources) {
      const last = this.newestOf(source);
      if (last) this.lastOf.set(source, last.nanos);
    }
  }

  /** Makes room for others at the end. Gives those that went. */
  dropBegin(): readonly Line[] {
    return this.dropped(this.lines.splice(0, this.excess(this.lines)));
  }

  /** Makes room for others at the begin. Gives those that went. */
  dropEnd(): readonly Line[] {
    return this.dropped(this.lines.splice(this.lines.length - this.excess([...this.lines].reverse())));
  }

  private dropped(gone: readonly Line[]): readonly Line[] {
    gone.forEach((line) => this.count(line, -1));
    return gone;
  }

  /** How many must go from one end for a tenth to be free. */
  private excess(order: readonly Line[]): number {
    let count = 0;
    let chars = this.chars;
    while (count < order.length - FEWEST_LINES && (order.length - count > MOST_LINES * 0.9 || chars > MOST_CHARS * 0.9)) chars -= order[count++]?.wire.text.length ?? 0;
    return count;
  }

  private count(line: Line, sign: 1 | -1): void {
    this.chars += sign * line.wire.text.length;
    this.matches += isMatch(line) ? sign : 0;
  }
}
