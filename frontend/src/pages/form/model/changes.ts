import { isUsual } from "./body";
import { BESIDE, NAME } from "./ids";
import { OPTIONS, RESTART_ID, type Option } from "./options";
import { isEmpty, Unreadable, type Row, type Value, type Values } from "./values";

/** An option that would be another. */
export interface Change {
  readonly option: Option;
  readonly before: string;
  readonly after: string;
  /** Whether it can be made while the container runs. */
  readonly live: boolean;
}

/** Taking one of these away is a change that a running container can have, too. */
const REMOVABLE = ["HostConfig.PidsLimit", RESTART_ID];

/** A value as a text for people; empty when nothing is set. */
export function told(option: Option, value: Value | undefined): string {
  if (value === undefined || isUsual(option, value)) return "";
  if (typeof value === "boolean") return "yes";
  if (typeof value === "string") return value;
  try {
    return option.kind.toArgs(value, () => undefined).join("\n") || JSON.stringify(option.kind.toJson(value));
  } catch (problem) {
    if (problem instanceof Unreadable) return JSON.stringify(value);
    throw problem;
  }
}

const isSame = (before: Value | undefined, after: Value | undefined): boolean =>
  (isEmpty(before) && isEmpty(after)) || JSON.stringify(before) === JSON.stringify(after);

/** What differs; two texts for one value do not. */
export function changesOf(before: Values, after: Values): readonly Change[] {
  return OPTIONS.filter((option) => !isSame(canonical(option, before[option.id]), canonical(option, after[option.id]))).map((option) => ({
    option,
    before: told(option, before[option.id]),
    after: told(option, after[option.id]),
    live: option.id === NAME || (option.live && (!isEmpty(after[option.id]) || REMOVABLE.includes(option.id))),
  }));
}

function canonical(option: Option, value: Value | undefined): Value | undefined {
  if (value === undefined || isUsual(option, value)) return undefined;
  if (BESIDE.includes(option.id)) return value;
  try {
    return option.kind.fromJson(JSON.parse(JSON.stringify(option.kind.toJson(value))));
  } catch (problem) {
    if (problem instanceof Unreadable) return value;
    throw problem;
  }
}

/**
 * The user's values on top of what is there by now. Lines that came or went meanwhile come or go where the user has changed lines, too;
 * of any other option that both have changed, the user's stays.
 *
 * @param before what was there when the user began
 */
export function rebased(before: Values, now: Values, mine: Values): Values {
  const merged: Record<string, Value> = {};
  for (const { id } of OPTIONS) {
    const value = rebasedOne(before[id], now[id], mine[id]);
    if (value !== undefined) merged[id] = value;
  }
  return merged;
}

function rebasedOne(before: Value | undefined, now: Value | undefined, mine: Value | undefined): Value | undefined {
  if (isSame(before, mine)) return now;
  if (isSame(before, now) || !isLines(mine ?? [])) return mine;
  const [old, next, own] = [before, now, mine].map(linesOf) as [Lines, Lines, Lines];
  const has = (lines: Lines, one: Line): boolean => lines.some((other) => JSON.stringify(other) === JSON.stringify(one));
  const went = (one: Line): boolean => has(old, one) && !has(next, one);
  const lines = [...own.filter((one) => !went(one)), ...next.filter((one) => !has(old, one) && !has(own, one))];
  // A cast, because all lines of an option are of one kind.
  return lines as Value;
}

type Line = string | Row;
type Lines = readonly Line[];

const isLines = (value: Value): value is readonly string[] | readonly Row[] => Array.isArray(value);
const linesOf = (value: Value | undefined): Lines => (value !== undefined && isLines(value) ? value : []);
