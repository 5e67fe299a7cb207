import { duration } from "./format";

const WHAT = ["What it has printed", "What they have printed"] as const;

/** What becomes of what containers have printed when they are removed; empty when that is nothing. @param kept for each how long it can be read then, in seconds; null for one that has printed nothing */
export function logFate(kept: readonly (number | null)[]): string {
  const printed = kept.filter((seconds) => seconds !== null);
  const longest = Math.max(0, ...printed);
  const gone = printed.filter((seconds) => seconds === 0).length;
  const what = WHAT[kept.length > 1 ? 1 : 0];
  if (printed.length === 0) return "";
  if (gone === printed.length) return `${what} goes, too.`;
  const rest = `can be read for ${duration(longest)} more, under Logs of removed containers.`;
  return gone === 0 ? `${what} ${rest}` : `What ${gone} of them ${gone === 1 ? "has" : "have"} printed is too much to be kept and goes, too. The rest ${rest}`;
}
