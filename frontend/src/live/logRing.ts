import type { LogLine, LogStream } from "../api/types";
import { plainText } from "./plainText";

/** A line as it is shown. The number grows by one with each line and never comes twice. */
export interface ShownLine {
  readonly number: number;
  readonly time: string;
  readonly stream: LogStream;
  readonly text: string;
}

export interface LogChange {
  /** New lines, or lines that have grown (with a number already known). */
  readonly lines: readonly ShownLine[];
  /** The lowest number that is still kept. */
  readonly first: number;
}

const LONGEST_LINE = 65_536;

/** The last lines of a log. Parts of one line are put together, each stream for itself. Not more than `capacity` lines are kept. */
export class LogRing {
  private readonly kept: ShownLine[] = [];
  private readonly open = new Map<LogStream, { readonly number: number; readonly raw: string }>();
  private next = 0;

  constructor(private readonly capacity: number) {}

  get lines(): readonly ShownLine[] {
    return this.kept;
  }

  push(lines: readonly LogLine[]): LogChange {
    const changed = new Map<number, ShownLine>();
    for (const line of lines) {
      const shown = this.add(line);
      changed.set(shown.number, shown);
    }
    if (this.kept.length > this.capacity) this.kept.splice(0, this.kept.length - this.capacity);
    const first = this.kept[0]?.number ?? this.next;
    return { lines: [...changed.values()].filter((one) => one.number >= first), first };
  }

  clear(): void {
    this.kept.length = 0;
    this.open.clear();
  }

  private add(line: LogLine): ShownLine {
    const begun = this.open.get(line.stream);
    const place = begun ? begun.number - (this.kept[0]?.number ?? this.next) : -1;
    const before = place >= 0 ? this.kept[place] : undefined;
    const raw = begun && before ? begun.raw + line.text : line.text;
    const shown: ShownLine = {
      number: before ? before.number : this.next++,
      time: before ? before.time : line.time,
      stream: line.stream,
      text: plainText(raw),
    };
    if (before) this.kept[place] = shown;
    else this.kept.push(shown);
    if (line.partial && raw.length < LONGEST_LINE) this.open.set(line.stream, { number: shown.number, raw });
    else this.open.delete(line.stream);
    return shown;
  }
}
