import type { HistoryEvent } from "../../../api/history";
import { duration } from "../../../ui/format";

export type Tone = "good" | "bad" | "plain";

/** What happened, in words. */
export interface Told {
  readonly text: string;
  readonly tone: Tone;
}

const SIGNALS: Readonly<Record<string, string>> = { "1": "SIGHUP", "2": "SIGINT", "3": "SIGQUIT", "9": "SIGKILL", "10": "SIGUSR1", "12": "SIGUSR2", "15": "SIGTERM" };
const SIGNAL_CODES = 128;
/** What a shell ends with whose terminal is gone. */
const HUNG_UP = "129";

function died({ attributes }: HistoryEvent): Told {
  const code = attributes["exitCode"] ?? "?";
  const ran = attributes["execDuration"] === undefined ? "" : ` after ${duration(Number(attributes["execDuration"]))}`;
  if (code === "0") return { text: `Ended by itself without an error${ran} (exit code 0)`, tone: "plain" };
  const signal = SIGNALS[String(Number(code) - SIGNAL_CODES)];
  return { text: `Ended${ran} with exit code ${code}${signal ? `: ended by ${signal}` : ""}`, tone: "bad" };
}

const PLAIN: Readonly<Record<string, Told>> = {
  create: { text: "Created", tone: "plain" },
  start: { text: "Started", tone: "good" },
  restart: { text: "Restarted by hand", tone: "plain" },
  stop: { text: "Stopped by hand", tone: "plain" },
  pause: { text: "Paused: all its processes stand still", tone: "plain" },
  unpause: { text: "Goes on after the pause", tone: "plain" },
  oom: { text: "Ran out of memory: the kernel killed a process of it", tone: "bad" },
  update: { text: "Its limits or its restart policy were changed", tone: "plain" },
  attach: { text: "Somebody attached to its output", tone: "plain" },
  detach: { text: "Somebody detached from it", tone: "plain" },
  commit: { text: "An image was made of it", tone: "plain" },
  export: { text: "Its files were exported", tone: "plain" },
  "archive-path": { text: "Files were copied out of it", tone: "plain" },
  "extract-to-dir": { text: "Files were copied into it", tone: "plain" },
  destroy: { text: "Removed", tone: "bad" },
};

/** One event in words; what is not known is told as the engine says it. */
export function tell(event: HistoryEvent): Told {
  const { action, attributes, type } = event;
  if (type === "network") {
    const name = attributes["name"] ?? "?";
    return { text: action === "connect" ? `Connected to the network ${name}` : `Disconnected from the network ${name}`, tone: "plain" };
  }
  const plain = PLAIN[action];
  if (plain) return plain;
  if (action === "die") return died(event);
  if (action === "kill") return { text: `Was sent ${SIGNALS[attributes["signal"] ?? ""] ?? `signal ${attributes["signal"] ?? "?"}`}`, tone: "plain" };
  if (action === "rename") return { text: `Renamed from ${(attributes["oldName"] ?? "?").replace(/^\//, "")} to ${attributes["name"] ?? "?"}`, tone: "plain" };
  if (action === "resize") return { text: `Its terminal became ${attributes["width"] ?? "?"} × ${attributes["height"] ?? "?"}`, tone: "plain" };
  if (action === "rescue") return { text: `The folder ${attributes["path"] ?? "?"} was rescued into the volume ${attributes["volume"] ?? "?"}`, tone: "good" };
  if (action.startsWith("health_status: ")) {
    const health = action.slice("health_status: ".length);
    return { text: `Its health became ${health}`, tone: health === "healthy" ? "good" : health === "unhealthy" ? "bad" : "plain" };
  }
  return { text: action, tone: "plain" };
}

/** Something that is shown in one line: an event, a command with its end, or the same thing several times. */
export interface Line extends Told {
  /** Of the newest event in it. */
  readonly sequence: number;
  /** When it happened, the last time. */
  readonly at: string;
  readonly count: number;
  /** When it happened the first time. */
  readonly first: string;
}

const COMMAND = /^exec_(?:create|start): (.*)$/s;

/** Events, newest first, as lines: the three events of a command are one line, and so are neighbours that say the same. */
export function linesOf(events: readonly HistoryEvent[]): readonly Line[] {
  const ends = new Map<string, HistoryEvent>();
  const begun = new Set<string>();
  for (const event of events) {
    const id = event.attributes["execID"];
    if (id === undefined) continue;
    if (event.action === "exec_die") ends.set(id, event);
    else if (COMMAND.test(event.action)) begun.add(id);
  }
  const told = new Set<string>();
  const lines: Line[] = [];
  for (const event of events) {
    const line = lineOf(event, ends, begun, told);
    if (!line) continue;
    const last = lines.at(-1);
    if (last && last.text === line.text) lines[lines.length - 1] = { ...last, count: last.count + 1, first: line.at };
    else lines.push(line);
  }
  return lines;
}

/** Null for an event that another one tells. */
function lineOf(event: HistoryEvent, ends: ReadonlyMap<string, HistoryEvent>, begun: ReadonlySet<string>, told: Set<string>): Line | null {
  const single = { sequence: event.sequence, at: event.at, first: event.at, count: 1 };
  const id = event.attributes["execID"];
  const command = COMMAND.exec(event.action)?.[1]?.trim();
  if (id === undefined || (command === undefined && event.action !== "exec_die")) return { ...tell(event), ...single };
  if (event.action === "exec_die") return begun.has(id) ? null : { ...ran("A command", event), ...single };
  // The start comes before its creation here, which has nothing more to say.
  if (told.has(id)) return null;
  told.add(id);
  const account = event.attributes["account"];
  const end = ends.get(id);
  return { ...(account === undefined ? ran(`The command ${command ?? ""}`, end) : sat(account, event, command ?? "", end)), ...single };
}

/** Of a console: its shell's exit code is that of the last command, and no failure. */
function sat(account: string, { attributes }: HistoryEvent, command: string, end: HistoryEvent | undefined): Told {
  const what = `${attributes["tools"] === "toolbox" ? "a toolbox shell" : "a console"} in it: ${command}`;
  if (!end) return { text: `${account} opened ${what}`, tone: "plain" };
  const code = end.attributes["exitCode"] ?? "?";
  return { text: `${account} had ${what}, ${code === HUNG_UP ? "closed" : `ended with exit code ${code}`}`, tone: "plain" };
}

function ran(what: string, end: HistoryEvent | undefined): Told {
  if (!end) return { text: `${what} was run in it`, tone: "plain" };
  const code = end.attributes["exitCode"] ?? "?";
  return { text: `${what} was run in it: exit code ${code}`, tone: code === "0" ? "plain" : "bad" };
}
