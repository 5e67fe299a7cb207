/* What is shown, as a part of the address: a link shows another one the same. */
import { EVERYTHING, type LogQuery, type Show } from "../../api/logs";
import { isPlace } from "./position";

export const RANGES = [
  { key: "", name: "All time", minutes: 0 },
  { key: "5m", name: "Last 5 minutes", minutes: 5 },
  { key: "15m", name: "Last 15 minutes", minutes: 15 },
  { key: "1h", name: "Last hour", minutes: 60 },
  { key: "6h", name: "Last 6 hours", minutes: 360 },
  { key: "24h", name: "Last 24 hours", minutes: 1440 },
  { key: "own", name: "From … to …", minutes: 0 },
] as const;

/** A line of one of the containers. */
export interface LineName {
  readonly ref: string;
  readonly at: string;
}

/** What the toolbar says. */
export interface View extends Omit<LogQuery, "since" | "until"> {
  /** A key of {@link RANGES}. */
  readonly range: string;
  /** RFC 3339, for a range of one's own. */
  readonly since: string;
  readonly until: string;
  /** The line that the address leads to. */
  readonly line: LineName | null;
}

export const USUAL: View = { ...EVERYTHING, range: "", line: null };

/** The query at this moment: a range that ends now begins so long ago. */
export function queryOf(view: View, now: number): LogQuery {
  const { search, regex, matchCase, show } = view;
  const minutes = RANGES.find((one) => one.key === view.range)?.minutes ?? 0;
  const own = view.range === "own";
  return { search, regex, matchCase, show, since: minutes > 0 ? new Date(now - minutes * 60_000).toISOString() : own ? view.since : "", until: own ? view.until : "" };
}

const SHOWS: readonly string[] = ["all", "matching", "others"] satisfies readonly Show[];

function lineName(text: string | null): LineName | null {
  const match = /^(.+):([^:]+)$/.exec(text ?? "");
  return match?.[1] && match[2] && isPlace(match[2]) ? { ref: match[1], at: match[2] } : null;
}

/** Reads what {@link addressOf} has written; what is nonsense is as usual. */
export function viewOf(parameters: URLSearchParams): View {
  const show = parameters.get("show") ?? "";
  const range = parameters.get("range") ?? "";
  const time = (name: string): string => {
    const text = parameters.get(name) ?? "";
    return Number.isNaN(Date.parse(text)) ? "" : text;
  };
  return {
    search: (parameters.get("search") ?? "").slice(0, 1000),
    regex: parameters.has("regex"),
    matchCase: parameters.has("case"),
    // A cast, because what is in the list is one of the type.
    show: SHOWS.includes(show) ? (show as Show) : "all",
    range: RANGES.some((one) => one.key === range) ? range : "",
    since: time("since"),
    until: time("until"),
    line: lineName(parameters.get("line")),
  };
}

/** The address of this view; parameters that are not its own stay. */
export function addressOf(view: View, address: URL): string {
  const next = new URL(address);
  const put = (name: string, value: string): void => (value ? next.searchParams.set(name, value) : next.searchParams.delete(name));
  put("search", view.search);
  put("regex", view.regex ? "1" : "");
  put("case", view.matchCase ? "1" : "");
  put("show", view.show === "all" ? "" : view.show);
  put("range", view.range);
  put("since", view.range === "own" ? view.since : "");
  put("until", view.range === "own" ? view.until : "");
  put("line", view.line ? `${view.line.ref}:${view.line.at}` : "");
  return `${next.pathname}${next.search}`;
}
