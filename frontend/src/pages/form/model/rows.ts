import { joinWords, splitWords } from "../../list/words";
import { pairOf, problemOf, type Column, type Kind } from "./kinds";
import { bytesText, fieldsOf, listOf, parseBytes, parseWhole, scalarText, Unreadable, type Fields, type Lose, type Row } from "./values";

/** Lines with parts: their JSON by the columns, and what stands in their place in a command line and a compose file. */
export interface RowRules {
  readonly columns: readonly Column[];
  /** Lines that there may be at most. */
  readonly most?: number;
  /** What is wrong with a line whose parts are right by themselves. */
  readonly check?: (row: Row) => string;
  /** The same line with what is usual left out. */
  readonly normal?: (row: Row) => Row;
  readonly write: (row: Row, lose: Lose) => string | null;
  readonly read: (text: string, lose: Lose) => Row | readonly Row[];
  /** In a compose file, where that is not as in a command line. */
  readonly compose?: { readonly write: (row: Row, lose: Lose) => unknown; readonly read: (yaml: unknown, lose: Lose) => Row | readonly Row[] };
  readonly toJson?: (row: Row) => unknown;
  readonly ofJson?: (json: unknown) => Row;
}

/** A column's value as it stands in JSON; undefined for none. */
function cellJson(column: Column, cell: string): unknown {
  if (cell === "" || (column.shape === "flag" && cell !== "true")) return undefined;
  switch (column.shape) {
    case "flag":
      return true;
    case "whole":
      return parseWhole(cell, -1, Number.MAX_SAFE_INTEGER);
    case "bytes":
      return parseBytes(cell);
    case "octal":
      if (!/^[0-7]+$/.test(cell)) throw new Unreadable("is no octal number, such as 1777");
      return parseInt(cell, 8);
    case "words":
      return splitWords(cell);
    case "sets":
      return cell.split("|").map((set) => splitWords(set));
    case "pairs":
      return Object.fromEntries(splitWords(cell).map((word) => {
        const pair = pairOf(word);
        return [pair["name"] ?? "", pair["value"] ?? ""];
      }));
    case "text":
    case "choice":
      return cell;
  }
}

function cellOf(column: Column, json: unknown): string {
  if (json === undefined || json === null) return "";
  switch (column.shape) {
    case "flag":
      return json === true ? "true" : "";
    case "bytes":
      return json === 0 ? "" : bytesText(Number(scalarText(json)));
    case "octal":
      return json === 0 ? "" : Number(scalarText(json)).toString(8);
    case "words":
      return joinWords(listOf(json).map(scalarText));
    case "sets":
      return listOf(json).map((set) => joinWords(listOf(set).map(scalarText))).join(" | ");
    case "pairs":
      return pairWords(json);
    case "whole":
    case "text":
    case "choice":
      return scalarText(json);
  }
}

/** An object's names and values as words. */
export const pairWords = (json: unknown): string => joinWords(Object.entries(fieldsOf(json)).map(([name, value]) => `${name}=${scalarText(value)}`));

function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split(".");
  const last = steps.pop() ?? path;
  let place = target;
  for (const step of steps) {
    const below = (place[step] ??= {});
    // A cast, because only this function fills the object, and with objects only.
    place = below as Record<string, unknown>;
  }
  place[last] = value;
}

export function get(json: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((place, step) => (typeof place === "object" && place !== null ? (place as Fields)[step] : undefined), json);
}

export function rowJson(columns: readonly Column[], row: Row): Fields {
  const json: Record<string, unknown> = {};
  for (const column of columns) {
    const value = cellJson(column, row[column.key] ?? "");
    if (value !== undefined && (column.only?.(row) ?? true)) put(json, column.json ?? column.key, value);
  }
  return json;
}

export function rowOf(columns: readonly Column[], json: unknown): Row {
  const fields = fieldsOf(json);
  return compact(Object.fromEntries(columns.map((column) => [column.key, cellOf(column, get(fields, column.json ?? column.key))])));
}

/** Without the parts that are empty. */
export const compact = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== ""));

/** What is wrong with one part of a line. */
export function cellProblem(column: Column, row: Row): string {
  const cell = row[column.key] ?? "";
  if (!(column.only?.(row) ?? true)) return "";
  if (cell === "") return column.required ? "is missing" : "";
  if (column.choices && !column.choices.includes(cell)) return `is none of ${column.choices.join(", ")}`;
  return problemOf(() => cellJson(column, cell));
}

function rowProblem(rules: RowRules, row: Row): string {
  if (Object.keys(compact(row)).length === 0) return "is empty";
  for (const column of rules.columns) {
    const problem = cellProblem(column, row);
    if (problem) return `${column.label.toLowerCase()} ${problem}`;
  }
  return rules.check?.(row) ?? "";
}

export function rows(rules: RowRules): Kind<readonly Row[]> {
  const normal = (row: Row): Row => compact(rules.normal?.(row) ?? row);
  const many = (found: Row | readonly Row[]): readonly Row[] => (Array.isArray(found) ? found : [found as Row]).map(normal);
  const written = (value: readonly Row[], write: (row: Row, lose: Lose) => unknown, lose: Lose): readonly unknown[] =>
    value.map((row) => write(normal(row), lose)).filter((one) => one !== null);
  return {
    shape: "rows",
    empty: [],
    columns: rules.columns,
    ...(rules.most !== undefined && { most: rules.most }),
    check: (value) => {
      const problems = value.map((row) => rowProblem(rules, row));
      const at = problems.findIndex((problem) => problem !== "");
      return at < 0 ? "" : value.length === 1 ? `: ${problems[at]}` : `, line ${at + 1}: ${problems[at]}`;
    },
    toJson: (value) => value.map((row) => (rules.toJson ? rules.toJson(normal(row)) : rowJson(rules.columns, row))),
    fromJson: (json) => listOf(json).map((one) => normal(rules.ofJson ? rules.ofJson(one) : rowOf(rules.columns, one))),
    toArgs: (value, lose) => written(value, rules.write, lose).map(String),
    fromArgs: (args, lose) => args.flatMap((arg) => many(rules.read(arg, lose))),
    toCompose: (value, lose) => written(value, rules.compose?.write ?? rules.write, lose),
    fromCompose: (yaml, lose) => listOf(yaml).flatMap((one) => many(rules.compose ? rules.compose.read(one, lose) : rules.read(scalarText(one), lose))),
  };
}
