import { visibleText } from "../live/plainText";

const SHOWN_LINES = 8;
const SHOWN_WIDTH = 200;

/** What would be pasted, when it is more than a part of one line. */
export interface PastedLines {
  readonly text: string;
  readonly count: number;
  /** The first lines, as text. */
  readonly preview: string;
  /** Lines that the preview leaves out. */
  readonly more: number;
}

/** Null for what a shell would not run by itself: text without the end of a line. */
export function severalLines(text: string): PastedLines | null {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.length === 1) return null;
  if (lines.at(-1) === "") lines.pop();
  const preview = lines
    .slice(0, SHOWN_LINES)
    .map((line) => visibleText(line.length > SHOWN_WIDTH ? `${line.slice(0, SHOWN_WIDTH)}…` : line))
    .join("\n");
  return { text, count: lines.length, preview, more: Math.max(0, lines.length - SHOWN_LINES) };
}
