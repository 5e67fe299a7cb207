import { joinWords, splitWords, WordsError } from "../../list/words";
import { isUsual, NETWORK_IDS, settled, valueOf, type Reading } from "./body";
import { BINDS, IMAGE, NAMELESS } from "./ids";
import { OPTIONS, optionOf, type Option } from "./options";
import { isEmpty, Unreadable, type Row, type Value, type Values } from "./values";

/** The command line of `docker run`, written and read. */

export interface Written {
  readonly text: string;
  /** Labels of options, or parts of them, that cannot be said there. */
  readonly lost: readonly string[];
}

const HEALTH = "Healthcheck.Test";
const ENTRYPOINT = "Entrypoint";
const COMMAND = "Cmd";
const NO_CHECK = "--no-healthcheck";

/** Flags of the command line that are about the client: with a value, or without. */
const FOREIGN_WITH_VALUE = ["--pull", "--env-file", "--label-file", "--detach-keys", "--attach", "-a"];
/** Flags about the first network, which a line of its own says, too. */
const FIRST_NETWORK: Readonly<Record<string, string>> = { "--ip": "ipv4", "--ip6": "ipv6", "--network-alias": "aliases", "--net-alias": "aliases", "--link-local-ip": "linkLocal" };
const FOREIGN_BARE = ["--sig-proxy", "--disable-content-trust", "--quiet", "-q", "--help", "--use-api-socket"];
const DETACH = ["-d", "--detach"];
/** Flags of `docker` itself that have a value. */
const GLOBAL_WITH_VALUE = ["-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey"];

function flagWords(option: Option, value: Value, lost: string[]): readonly string[] {
  const [name = ""] = option.flags;
  const lose = (what: string): void => void lost.push(`${option.label}: ${what}`);
  const args = option.kind.toArgs(value, lose);
  if (!option.kind.bare) return args.map((arg) => (arg.startsWith("-") && name.startsWith("--") ? `${name}=${quoted(arg)}` : `${name} ${quoted(arg)}`));
  return args.map((arg) => (arg === "true" ? name : `${name}=${arg}`));
}

const quoted = (word: string): string => joinWords([word]);

function networkWords(values: Values, lost: string[]): readonly string[] {
  const mode = valueOf(values, NETWORK_IDS.mode, "");
  const rows = valueOf<readonly Row[]>(values, NETWORK_IDS.endpoints, []);
  const option = optionOf(NETWORK_IDS.endpoints);
  const first = rows[0]?.["network"] === (mode || "bridge") || mode === "" ? [] : [`--network ${quoted(mode)}`];
  return [...first, ...flagWords(option, rows, lost)];
}

function optionWords(option: Option, values: Values, lost: string[]): readonly string[] {
  const value = values[option.id];
  if ([IMAGE, COMMAND, ENTRYPOINT, NETWORK_IDS.mode].includes(option.id)) return [];
  if (option.id === NETWORK_IDS.endpoints) return networkWords(values, lost);
  if (value === undefined || isUsual(option, value)) return [];
  if (option.id === NAMELESS) return (value as readonly string[]).map((path) => `-v ${quoted(path)}`);
  if (option.id === HEALTH && (value as readonly Row[])[0]?.["how"] === "none") return [NO_CHECK];
  if (option.flags.length > 0) return flagWords(option, value, lost);
  lost.push(option.label);
  return [];
}

/** @throws Unreadable a value is wrong: check first */
export function writeRun(values: Values, start: boolean): Written {
  const lost: string[] = [];
  const lines = OPTIONS.flatMap((option) => optionWords(option, values, lost));
  const entrypoint = splitWords(valueOf(values, ENTRYPOINT, ""));
  if (entrypoint.length > 0) lines.push(`--entrypoint ${quoted(entrypoint[0] ?? "")}`);
  if (entrypoint.length > 1) lost.push("Entrypoint: its further words stand before the command, where they are run all the same");
  const command = [...entrypoint.slice(1), ...splitWords(valueOf(values, COMMAND, ""))];
  const image = valueOf(values, IMAGE, "") || "IMAGE";
  const last = joinWords([image, ...command]);
  const first = start ? "docker run -d" : "docker create";
  return { text: [first, ...lines.map((line) => `  ${line}`), `  ${last}`].join(" \\\n"), lost };
}

interface Found {
  readonly args: Map<Option, string[]>;
  readonly problems: string[];
  /** What is asked of the first network. */
  readonly first: Map<string, string[]>;
  noCheck: boolean;
}

const BY_FLAG = new Map(OPTIONS.flatMap((option) => option.flags.map((name) => [name, option] as const)));

/** Reads a command line; what is not understood is told by its name. */
export function readRun(line: string): Reading {
  const problems: string[] = [];
  let words: readonly string[];
  try {
    words = splitWords(line, (what) => problems.push(what));
  } catch (problem) {
    if (!(problem instanceof WordsError)) throw problem;
    return { values: {}, start: null, problems: [problem.message] };
  }
  const begun = begin(words, problems);
  if (begun === null) return { values: {}, start: null, problems: ["It does not begin with docker run or docker create"] };
  const found: Found = { args: new Map(), problems, first: new Map(), noCheck: false };
  const rest = readFlags(words, begun.at, found);
  const values = valuesOf(found);
  const [image, ...command] = words.slice(rest);
  if (image === undefined) problems.push("The image is missing");
  else values[IMAGE] = image;
  if (command.length > 0) values[COMMAND] = joinWords(command);
  return { values: settled(values), start: begun.start, problems };
}

/** Where the flags of `run` begin. */
function begin(words: readonly string[], problems: string[]): { readonly at: number; readonly start: boolean } | null {
  let at = 0;
  if (words[at] === "$" || words[at] === "#") at++;
  if (words[at] === "sudo") at++;
  if (!/(^|\/)(docker|podman|nerdctl)$/.test(words[at] ?? "")) return null;
  at++;
  while (words[at]?.startsWith("-")) {
    const name = words[at] ?? "";
    problems.push(`${name} of docker itself`);
    at += GLOBAL_WITH_VALUE.includes(name) ? 2 : 1;
  }
  if (words[at] === "container") at++;
  const verb = words[at];
  return verb === "run" || verb === "create" ? { at: at + 1, start: verb === "run" } : null;
}

/** Reads flags up to the image; returns where that is. */
function readFlags(words: readonly string[], from: number, found: Found): number {
  let at = from;
  while (at < words.length) {
    const word = words[at] ?? "";
    if (word === "--") return at + 1;
    if (!word.startsWith("-") || word === "-") return at;
    at += word.startsWith("--") ? longFlag(word, words[at + 1], found) : shortFlags(word, words[at + 1], found);
  }
  return at;
}

/** Takes one; returns how many words it was. */
function longFlag(word: string, next: string | undefined, found: Found): number {
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  return take(name, equals < 0 ? undefined : word.slice(equals + 1), next, found);
}

/** `-it`, `-p80:80`, `-p 80:80`. */
function shortFlags(word: string, next: string | undefined, found: Found): number {
  for (let at = 1; at < word.length; at++) {
    const name = `-${word.charAt(at)}`;
    const rest = word.slice(at + 1);
    if (isBare(name)) {
      if (rest.startsWith("=")) return take(name, rest.slice(1), next, found);
      take(name, undefined, undefined, found);
    } else if (rest !== "") {
      return take(name, rest.replace(/^=/, ""), next, found);
    } else {
      return take(name, undefined, next, found);
    }
  }
  return 1;
}

const isBare = (name: string): boolean => DETACH.includes(name) || FOREIGN_BARE.includes(name) || (BY_FLAG.get(name)?.kind.bare ?? false);

function take(name: string, given: string | undefined, next: string | undefined, found: Found): number {
  const option = BY_FLAG.get(name);
  if (DETACH.includes(name)) return 1;
  if (name === NO_CHECK) {
    found.noCheck = true;
    return 1;
  }
  const cell = FIRST_NETWORK[name];
  const asked = given ?? next;
  if (cell !== undefined && asked !== undefined) {
    found.first.set(cell, [...(found.first.get(cell) ?? []), asked]);
    return given === undefined ? 2 : 1;
  }
  if (!option && (given !== undefined || !FOREIGN_WITH_VALUE.includes(name))) {
    const isKnown = FOREIGN_WITH_VALUE.includes(name) || FOREIGN_BARE.includes(name);
    found.problems.push(`${name}${given === undefined ? "" : `=${given}`}${isKnown ? "" : ": there is no such flag of docker run, and what follows may be read wrongly"}`);
    return 1;
  }
  const value = given ?? (option?.kind.bare ? "true" : next);
  if (value === undefined) {
    found.problems.push(`${name}, which has no value`);
    return 1;
  }
  if (option) found.args.set(option, [...(found.args.get(option) ?? []), value]);
  else found.problems.push(`${name} ${value}`);
  return given === undefined && !option?.kind.bare ? 2 : 1;
}

function valuesOf(found: Found): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [option, args] of found.args) {
    try {
      const value = readOption(option, args, values, found.problems);
      if (!isEmpty(value) && !isUsual(option, value)) values[option.id] = value;
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      found.problems.push(`${option.flags.at(-1)} ${args.join(" ")}: ${problem.message}`);
    }
  }
  if (found.noCheck) values[HEALTH] = [{ how: "none" }];
  if (found.first.size > 0) askOfFirst(values, found.first);
  return values;
}

function askOfFirst(values: Record<string, Value>, asked: ReadonlyMap<string, readonly string[]>): void {
  const network = valueOf(values, NETWORK_IDS.mode, "bridge");
  const rows = valueOf<readonly Row[]>(values, NETWORK_IDS.endpoints, []);
  const before = rows.find((row) => row["network"] === network) ?? { network };
  const further = Object.fromEntries([...asked].map(([cell, given]) => [cell, joinWords([...splitWords(before[cell] ?? ""), ...given])]));
  values[NETWORK_IDS.endpoints] = [{ ...before, ...further }, ...rows.filter((row) => row["network"] !== network)];
}

function readOption(option: Option, args: readonly string[], values: Record<string, Value>, problems: string[]): Value {
  const lose = (what: string): void => void problems.push(what);
  if (option.id === ENTRYPOINT) return joinWords([args.at(-1) ?? ""]);
  if (option.id === BINDS) {
    // A path alone is a volume without a name.
    const volumes = args.filter((arg) => !arg.includes(":"));
    if (volumes.length > 0) values[NAMELESS] = volumes;
    return args.filter((arg) => arg.includes(":"));
  }
  const value = option.kind.fromArgs(args, lose);
  if (option.id === NETWORK_IDS.endpoints) {
    const first = (value as readonly Row[])[0]?.["network"];
    if (first !== undefined) values[NETWORK_IDS.mode] = first;
  }
  return value;
}
