import { USAGE_POINTS } from "../../live/usageBook";

const HEIGHT = 18;

/** The line as the data of a path: the last value is at the right, a gap stays a gap. */
export function linePath(values: readonly number[], least: number): string {
  let top = least;
  for (const value of values) if (value > top) top = value;
  const first = USAGE_POINTS - values.length;
  let path = "";
  let drawn = false;
  values.forEach((value, index) => {
    if (Number.isNaN(value)) {
      drawn = false;
      return;
    }
    // Half a unit of room at both ends, for the width of the line.
    const y = Math.round((HEIGHT - 1 - (value / top) * (HEIGHT - 2)) * 10) / 10;
    // A point that stands alone is a line of no length: its round ends are seen.
    path += drawn ? `L${first + index} ${y}` : `M${first + index} ${y}h0`;
    drawn = true;
  });
  return path;
}

interface Props {
  readonly values: readonly number[];
  /** The least that the whole height stands for. */
  readonly least: number;
}

/** The last minute as a line. The number beside it says the same. */
export function Sparkline({ values, least }: Props) {
  return (
    <svg class="spark" viewBox={`0 0 ${USAGE_POINTS} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path d={linePath(values, least)} />
    </svg>
  );
}
