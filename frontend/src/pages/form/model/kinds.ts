import { joinWords, splitWords, WordsError } from "../../list/words";
import { bytesText, cpusText, durationText, fieldsOf, listOf, parseBytes, parseCpus, parseDuration, parseWhole, scalarText, Unreadable, type Lose, type Row, type Value } from "./values";

/**
 * What kind of value an option has: how it is checked, and how it stands in JSON, in a command line and in a compose file. What is read
 * comes back as what was written: `fromX(toX(value))` is the value.
 */
export interface Kind<V extends Value = Value> {
  readonly shape: "text" | "choice" | "flag" | "list" | "rows";
  readonly empty: V;
  /** What is wrong with a value that is set, as a sentence without its subject; empty when nothing is. */
  check(value: V): string;
  toJson(value: V): unknown;
  /** @throws Unreadable it is something else */
  fromJson(json: unknown): V;
  /** The arguments of as many flags. */
  toArgs(value: V, lose: Lose): readonly string[];
  /** @param lose is told what of it cannot be taken */
  fromArgs(args: readonly string[], lose: Lose): V;
  toCompose(value: V, lose: Lose): unknown;
  fromCompose(yaml: unknown, lose: Lose): V;
  /** A flag of the command line that may stand without a value. */
  readonly bare?: boolean;
  /** Words that may be chosen, or are proposed. */
  readonly choices?: readonly string[];
  readonly columns?: readonly Column[];
  /** Lines that there may be at most. */
  readonly most?: number;
  readonly placeholder?: string;
  readonly numeric?: boolean;
  /** It may have several lines. */
  readonly multiline?: boolean;
}

/** A part of a line. */
export interface Column {
  readonly key: string;
  readonly label: string;
  readonly shape: "text" | "flag" | "choice" | "words" | "pairs" | "sets" | "whole" | "bytes" | "octal";
  /** Where it stands in the line's JSON, with dots. */
  readonly json?: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
  readonly placeholder?: string;
  readonly multiline?: boolean;
  /** For which lines it is there. */
  readonly only?: (row: Row) => boolean;
}

/** What is wrong with a text that `parse` is to read. */
export function problemOf(parse: () => unknown): string {
  try {
    parse();
    return "";
  } catch (problem) {
    if (problem instanceof Unreadable || problem instanceof WordsError) return problem.message;
    throw problem;
  }
}

function only(args: readonly string[]): string {
  // As in every command line, the last one counts.
  return args.at(-1) ?? "";
}

interface TextRules {
  readonly parse?: (text: string) => unknown;
  readonly write?: (json: unknown) => string;
  readonly choices?: readonly string[];
  readonly placeholder?: string;
  readonly numeric?: boolean;
}

function textual(rules: TextRules): Kind<string> {
  const parse = rules.parse ?? ((text: string): unknown => text);
  const write = rules.write ?? scalarText;
  return {
    shape: "text",
    empty: "",
    check: (value) => problemOf(() => parse(value)),
    toJson: parse,
    fromJson: (json) => write(json),
    toArgs: (value) => [value],
    fromArgs: only,
    toCompose: (value) => value,
    fromCompose: scalarText,
    ...(rules.choices && { choices: rules.choices }),
    ...(rules.placeholder && { placeholder: rules.placeholder }),
    ...(rules.numeric && { numeric: true }),
  };
}

/** Any text, or one that fits. */
export const text = (placeholder = "", pattern?: RegExp, wrong = ""): Kind<string> =>
  textual({
    placeholder,
    parse: (value) => {
      if (pattern && !pattern.test(value)) throw new Unreadable(wrong);
      return value;
    },
  });

/** A text, with some that are proposed. */
export const proposed = (choices: readonly string[], pattern: RegExp, wrong: string): Kind<string> => ({ ...text("", pattern, wrong), choices });

/** One of some words. */
export const choice = (choices: readonly string[]): Kind<string> => ({
  ...textual({
    choices,
    parse: (value) => {
      if (!choices.includes(value)) throw new Unreadable(`is none of ${choices.join(", ")}`);
      return value;
    },
  }),
  shape: "choice",
});

const numberText = (json: unknown): string => {
  if (typeof json !== "number") throw new Unreadable("is no number");
  return String(json);
};

/** A number as it stands in the places of a compose file that have numbers. */
const asNumber = (value: string): unknown => (/^-?\d+$/.test(value) ? Number(value) : value);

export const whole = (least: number, most = Number.MAX_SAFE_INTEGER): Kind<string> => ({
  ...textual({ parse: (value) => parseWhole(value, least, most), write: numberText, numeric: true }),
  toCompose: asNumber,
});

export const bytes: Kind<string> = textual({ parse: parseBytes, write: (json) => bytesText(Number(numberText(json))), placeholder: "64m" });

/** Bytes, or -1 for no bound. */
export const bytesOrEndless: Kind<string> = textual({
  parse: (value) => (value.trim() === "-1" ? -1 : parseBytes(value)),
  write: (json) => (json === -1 ? "-1" : bytesText(Number(numberText(json)))),
  placeholder: "128m, or -1",
});

export const duration: Kind<string> = textual({ parse: parseDuration, write: (json) => durationText(Number(numberText(json))), placeholder: "30s" });

/** Whole seconds; a compose file has a duration in their place. */
export const seconds: Kind<string> = {
  ...whole(-1),
  toCompose: (value) => `${value}s`,
  fromCompose: (yaml) => {
    const written = scalarText(yaml);
    if (/^-\d+s?$/.test(written)) return written.replace("s", "");
    const nanos = parseDuration(written);
    if (nanos % 1e9 !== 0) throw new Unreadable("is no whole number of seconds");
    return String(nanos / 1e9);
  },
};

export const cpus: Kind<string> = {
  ...textual({ parse: parseCpus, write: (json) => cpusText(Number(numberText(json))), placeholder: "0.5", numeric: true }),
  toCompose: (value) => Number(value),
};

/** Words of a command line. */
export const words: Kind<string> = {
  ...textual({
    parse: splitWords,
    write: (json) => (typeof json === "string" ? joinWords([json]) : joinWords(listOf(json).map(scalarText))),
  }),
  multiline: true,
  toArgs: (value) => splitWords(value),
  fromArgs: (args) => joinWords(args),
  toCompose: (value) => splitWords(value),
  fromCompose: (yaml) => (typeof yaml === "string" ? joinWords(splitWords(yaml)) : joinWords(listOf(yaml).map(scalarText))),
};

const YES = ["true", "1", "t", "yes"];
const NO = ["false", "0", "f", "no"];

function truth(written: string): boolean {
  const word = written.toLowerCase();
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  throw new Unreadable("is neither true nor false");
}

const truthOf = (json: unknown): boolean => truth(scalarText(json));

/** On, or not said. */
export const flag: Kind<boolean> = {
  shape: "flag",
  bare: true,
  empty: false,
  check: () => "",
  toJson: (value) => value,
  fromJson: truthOf,
  toArgs: () => ["true"],
  fromArgs: (args) => truth(only(args)),
  toCompose: (value) => value,
  fromCompose: truthOf,
};

/** On, off, or not said. */
export const threeWay: Kind<string> = {
  ...choice(["true", "false"]),
  bare: true,
  toJson: (value) => value === "true",
  fromJson: (json) => String(truthOf(json)),
  toCompose: (value) => value === "true",
  fromCompose: (yaml) => String(truthOf(yaml)),
  fromArgs: (args) => String(truth(only(args))),
};

const strings = (json: unknown): readonly string[] => (typeof json === "string" ? [json] : listOf(json).map(scalarText));

/** Texts, each of which fits. */
export const list = (placeholder = "", pattern?: RegExp, wrong = ""): Kind<readonly string[]> => ({
  shape: "list",
  empty: [],
  placeholder,
  check: (value) => {
    const bad = value.find((one) => one === "" || (pattern !== undefined && !pattern.test(one)));
    return bad === undefined ? "" : bad === "" ? "has a line that is empty" : `has “${bad}”, which ${wrong}`;
  },
  toJson: (value) => value,
  fromJson: strings,
  toArgs: (value) => value,
  fromArgs: (args) => args,
  toCompose: (value) => value,
  fromCompose: strings,
});

/** As a list, whose only line "none" stands for a list with nothing in it, which is not the same as none. */
export const listOrNone = (placeholder: string): Kind<readonly string[]> => ({
  ...list(placeholder, /^(\/.*|none)$/, "is no absolute path"),
  toJson: (value) => (value.length === 1 && value[0] === "none" ? [] : value),
  fromJson: (json) => (listOf(json).length === 0 ? ["none"] : strings(json)),
});

/** A list whose values are the names of an object in JSON. */
export const names = (placeholder: string, pattern: RegExp, wrong: string): Kind<readonly string[]> => ({
  ...list(placeholder, pattern, wrong),
  toJson: (value) => Object.fromEntries(value.map((one) => [one, {}])),
  fromJson: (json) => Object.keys(fieldsOf(json)),
});

const PAIR_COLUMNS: readonly Column[] = [
  { key: "name", label: "Name", shape: "text", required: true },
  { key: "value", label: "Value", shape: "text", multiline: true },
];

export const pairText = (row: Row, separator = "="): string => `${row["name"] ?? ""}${separator}${row["value"] ?? ""}`;

export function pairOf(line: string, separator = "="): Row {
  const at = line.indexOf(separator);
  return at < 0 ? { name: line, value: "" } : { name: line.slice(0, at), value: line.slice(at + 1) };
}

function repeated(rows: readonly Row[], key: string): string {
  const seen = new Set<string>();
  for (const row of rows) {
    const name = row[key] ?? "";
    if (name === "") return "has a line without a name";
    if (seen.has(name)) return `has “${name}” twice`;
    seen.add(name);
  }
  return "";
}

const pairsJson = (rows: readonly Row[]): unknown => Object.fromEntries(rows.map((row) => [row["name"] ?? "", row["value"] ?? ""]));
const pairsOf = (json: unknown): readonly Row[] => Object.entries(fieldsOf(json)).map(([name, value]) => ({ name, value: value === null ? "" : scalarText(value) }));

/** Names, of which each fits the pattern, with values. In a compose file they may also be lines. */
export const pairs = (separator = "=", pattern = /[^]/, wrong = ""): Kind<readonly Row[]> => ({
  shape: "rows",
  empty: [],
  columns: PAIR_COLUMNS,
  check: (rows) => {
    const bad = rows.find((row) => !pattern.test(row["name"] ?? ""));
    return repeated(rows, "name") || (bad ? `has “${bad["name"]}”, which ${wrong}` : "");
  },
  toJson: pairsJson,
  fromJson: pairsOf,
  toArgs: (rows, lose) =>
    rows.flatMap((row) => {
      if ((row["name"] ?? "").includes(separator)) {
        lose(`“${row["name"]}”, whose name has a ${separator}`);
        return [];
      }
      return [separator !== "=" && !row["value"] ? (row["name"] ?? "") : pairText(row, separator)];
    }),
  fromArgs: (args) => args.map((line) => pairOf(line, separator)),
  toCompose: pairsJson,
  fromCompose: (yaml) => (Array.isArray(yaml) || typeof yaml === "string" ? strings(yaml).map((line) => pairOf(line, separator)) : pairsOf(yaml)),
});

/** Lines of an environment; a name whose value of the image is taken away has none. */
export const environment: Kind<readonly Row[]> = {
  shape: "rows",
  empty: [],
  columns: [...PAIR_COLUMNS, { key: "unset", label: "Take the image's away", shape: "flag" }],
  check: (rows) => repeated(rows, "name") || (rows.some((row) => (row["name"] ?? "").includes("=")) ? "has a name with a = in it" : ""),
  toJson: (rows) => rows.map((row) => (row["unset"] === "true" ? (row["name"] ?? "") : pairText(row))),
  fromJson: (json) => strings(json).map(variable),
  toArgs: (rows, lose) =>
    rows.flatMap((row) => {
      if (row["unset"] !== "true") return [pairText(row)];
      lose(`that ${row["name"]} of the image is taken away`);
      return [];
    }),
  fromArgs: (args, lose) => args.filter((line) => isSaid(line, lose)).map(variable),
  toCompose: (rows, lose) =>
    Object.fromEntries(
      rows.flatMap((row): [string, string][] => {
        if (row["unset"] !== "true") return [[row["name"] ?? "", row["value"] ?? ""]];
        lose(`that ${row["name"]} of the image is taken away`);
        return [];
      }),
    ),
  fromCompose: (yaml, lose) =>
    Array.isArray(yaml)
      ? strings(yaml).filter((line) => isSaid(line, lose)).map(variable)
      : Object.entries(fieldsOf(yaml)).filter(([name, value]) => isSaid(value === null ? name : `${name}=`, lose)).map(([name, value]) => ({ name, value: scalarText(value) })),
};

const variable = (line: string): Row => (line.includes("=") ? pairOf(line) : { name: line, value: "", unset: "true" });

function isSaid(line: string, lose: Lose): boolean {
  if (line.includes("=")) return true;
  lose(`${line}, whose value is that of the shell which would have run it`);
  return false;
}

export const separated = (separator: string, pattern: RegExp, wrong: string): Kind<readonly Row[]> => ({
  ...pairs(separator, pattern, wrong),
  toCompose: (rows) => rows.map((row) => (row["value"] ? pairText(row, separator) : (row["name"] ?? ""))),
});
