/* What a line is: how grave, and whether it is JSON. */

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal";

export interface Recognised {
  readonly level: Level | null;
  /** The value of a line that is one object or list of JSON, else undefined. */
  readonly json: unknown;
}

const WORDS: Readonly<Record<string, Level>> = {
  trace: "trace", trc: "trace", verbose: "trace", debug: "debug", dbg: "debug", info: "info", inf: "info", information: "info", informational: "info", notice: "info",
  warn: "warn", wrn: "warn", warning: "warn", error: "error", err: "error", eror: "error", severe: "error", fatal: "fatal", ftl: "fatal", critical: "fatal", crit: "fatal",
  panic: "fatal", emerg: "fatal", emergency: "fatal", alert: "fatal",
};
const FIELDS = ["level", "severity", "lvl", "loglevel", "log_level", "levelname", "@level", "log.level", "severity_text"] as const;
/** Where a level stands in a line of text: a stack trace that follows says nothing. */
const HEAD = 160;
const LOGFMT = /(?:^|[\s{,])(?:level|lvl|severity|loglevel)=["']?([a-zA-Z]{3,13})\b/g;
/** Capital words, or any between brackets or before a colon. */
const PLAIN = /\b(TRACE|VERBOSE|DEBUG|DBG|INFO|INF|NOTICE|WARN|WARNING|WRN|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|PANIC|EMERG|ALERT)\b|[[<(|]\s?([a-zA-Z]{3,11})\s?[\]>)|]|^\s?([a-zA-Z]{4,8}):\s/g;
/** Of Kubernetes and glog: I0131 12:00:00.000000. */
const GLOG = /^([IWEF])\d{4} \d\d:/;
const GLOG_LEVELS: Readonly<Record<string, Level>> = { I: "info", W: "warn", E: "error", F: "fatal" };

const word = (text: string | undefined): Level | null => WORDS[(text ?? "").toLowerCase()] ?? null;

/** The numbers of pino and bunyan. */
function ofNumber(value: number): Level | null {
  if (value < 10 || value > 60) return null;
  return (["trace", "debug", "info", "warn", "error", "fatal"] as const)[Math.floor(value / 10) - 1] ?? null;
}

function ofObject(value: object): Level | null {
  const fields = new Map(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one as unknown]));
  // {"log":{"level":"warn"}}, as Elastic's schema has it.
  const nested = fields.get("log");
  const inner = typeof nested === "object" && nested !== null && "level" in nested ? nested.level : undefined;
  for (const found of [...FIELDS.map((name) => fields.get(name)), inner]) {
    const level = typeof found === "string" ? word(found) : typeof found === "number" ? ofNumber(found) : null;
    if (level) return level;
  }
  return null;
}

function parsed(text: string): unknown {
  const first = text.trimStart().charAt(0);
  if (first !== "{" && first !== "[") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function ofText(text: string): Level | null {
  const head = text.slice(0, HEAD);
  const glog = GLOG.exec(head);
  if (glog) return GLOG_LEVELS[glog[1] ?? ""] ?? null;
  for (const found of [...head.matchAll(LOGFMT), ...head.matchAll(PLAIN)]) {
    const level = word(found[1] ?? found[2] ?? found[3]);
    if (level) return level;
  }
  return null;
}

/** Of a line without colours. */
export function recognise(text: string): Recognised {
  const json = parsed(text);
  if (json === undefined) return { level: ofText(text), json };
  return { level: ofObject(json as object), json };
}
