/* Logs on the wire. */
import { call, get } from "./http";

export type LogStream = "stdout" | "stderr";

/** A line. Its place (`at`, `from`) is `<seconds>.<nanoseconds>-<file>-<offset>`. */
export interface LogLine {
  /** Where it ends; it is named by this. */
  readonly at: string;
  /** Where it begins, when it has several pieces. */
  readonly from?: string;
  readonly time: string;
  readonly stream: LogStream;
  /** The begin of a long line. */
  readonly text: string;
  /** How long all of it is, when the text is not all. */
  readonly bytes?: number;
  /** Pairs of begin and end of what was found in the text without colours. */
  readonly hits?: readonly (readonly [number, number])[];
  /** Something was found beyond the text. */
  readonly found?: true;
  /** Lines are missing before it, which are gone from the disk. */
  readonly gap?: true;
}

/** There may be no line though there are more: a search has some time for each page. */
export interface LogPage {
  readonly id: string;
  readonly name: string;
  readonly removed: string | null;
  readonly ended: boolean;
  readonly lines: readonly LogLine[];
  readonly older: string | null;
  readonly newer: string;
  readonly end: boolean;
}

export type LogMessage =
  | { readonly lines: readonly LogLine[]; readonly position: string }
  | { readonly skipped: number }
  | { readonly end: true }
  | { readonly type: "error"; readonly message: string };

export interface RemovedLog {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly createdAt: string;
  readonly removedAt: string;
  readonly until: string;
  readonly bytes: number;
}

export interface RemovedLogs {
  readonly items: readonly RemovedLog[];
  /** How long they are kept; 0 when they are not. */
  readonly keptSeconds: number;
  /** Of the disk, about. */
  readonly bytes: number;
  readonly mostBytes: number;
}

export type Show = "all" | "matching" | "others";

/** What is looked for, and which lines are wanted. */
export interface LogQuery {
  readonly search: string;
  readonly regex: boolean;
  readonly matchCase: boolean;
  readonly show: Show;
  /** RFC 3339; empty for no bound. */
  readonly since: string;
  readonly until: string;
}

export const EVERYTHING: LogQuery = { search: "", regex: false, matchCase: false, show: "all", since: "", until: "" };

/** The query as parameters; what is as usual is left out. */
export function queryParameters(query: LogQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  if (query.search) {
    parameters.set("search", query.search);
    if (query.regex) parameters.set("regex", "true");
    if (query.matchCase) parameters.set("matchCase", "true");
    if (query.show !== "all") parameters.set("show", query.show);
  }
  if (query.since) parameters.set("since", query.since);
  if (query.until) parameters.set("until", query.until);
  return parameters;
}

const logs = (ref: string): string => `/containers/${encodeURIComponent(ref)}/logs`;

export const logsApi = {
  page: (ref: string, parameters: URLSearchParams): Promise<LogPage> => get(`${logs(ref)}?${parameters}`),
  starts: async (ref: string): Promise<readonly string[]> => (await get<{ readonly items: readonly string[] }>(`${logs(ref)}/starts`)).items,
  wholeLine: async (ref: string, from: string): Promise<string> => (await call("GET", `${logs(ref)}/line?${new URLSearchParams({ from })}`)).text(),
  wholeLineAddress: (ref: string, from: string): string => `/api/v1${logs(ref)}/line?${new URLSearchParams({ from })}`,
  downloadAddress: (ref: string, query: LogQuery, timestamps: boolean): string => {
    const parameters = queryParameters(query);
    if (timestamps) parameters.set("timestamps", "true");
    return `/api/v1${logs(ref)}/download?${parameters}`;
  },
  removed: (): Promise<RemovedLogs> => get("/logs/removed"),
  forget: async (id: string): Promise<void> => void (await call("DELETE", `/logs/removed/${encodeURIComponent(id)}`)),
} as const;
