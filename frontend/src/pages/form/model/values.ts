/** What stands in the fields of the form, as texts that people type, and the numbers that they mean. */

/** One line of a list whose lines have parts. Parts that are not there are empty. */
export type Row = Readonly<Record<string, string>>;
export type Value = string | boolean | readonly string[] | readonly Row[];
/** By the ids of options; an option that is not there is not set. */
export type Values = Readonly<Record<string, Value>>;

/** Why something cannot be read; the message is a sentence without its subject: "is no size". */
export class Unreadable extends Error {}

/** Is told what cannot be said in the form that is being written, in words. */
export type Lose = (what: string) => void;

export const isEmpty = (value: Value | undefined): boolean => value === undefined || value === "" || value === false || (Array.isArray(value) && value.length === 0);

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4, p: 1024 ** 5 };
const SIZE = /^(\d+(?:\.\d+)?)\s*([bkmgtp])?(?:i?b)?$/i;

/** Bytes of "64m", "1.5 GiB" or "1024"; units are powers of 1024. */
export function parseBytes(text: string): number {
  const found = SIZE.exec(text.trim());
  if (!found) throw new Unreadable("is no size: give a number with b, k, m or g behind it, such as 64m");
  const bytes = Math.round(Number(found[1]) * (UNITS[(found[2] ?? "b").toLowerCase()] ?? 1));
  if (!Number.isSafeInteger(bytes)) throw new Unreadable("is too large");
  return bytes;
}

/** The shortest text that means exactly this. */
export function bytesText(bytes: number): string {
  for (const unit of ["g", "m", "k"]) {
    const size = UNITS[unit] ?? 1;
    if (bytes !== 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

const NANOS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, "µs": 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;

/** Nanoseconds of "1m30s" or "500ms"; a bare number is seconds. */
export function parseDuration(text: string): number {
  const plain = text.trim();
  if (/^\d+(\.\d+)?$/.test(plain)) return Math.round(Number(plain) * 1e9);
  if (!DURATION.test(plain)) throw new Unreadable("is no duration: give one such as 30s, 1m30s or 500ms");
  const nanos = [...plain.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)].reduce((sum, part) => sum + Number(part[1]) * (NANOS[part[2] ?? "s"] ?? 0), 0);
  if (!Number.isSafeInteger(Math.round(nanos))) throw new Unreadable("is too long");
  return Math.round(nanos);
}

export function durationText(nanos: number): string {
  let rest = nanos;
  let text = "";
  for (const unit of ["h", "m", "s", "ms", "us", "ns"]) {
    const size = NANOS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text || "0s";
}

const WHOLE = /^-?\d+$/;

/** @param least inclusive, as is most */
export function parseWhole(text: string, least: number, most: number): number {
  const number = Number(text.trim());
  if (!WHOLE.test(text.trim())) throw new Unreadable("is no whole number");
  if (!Number.isSafeInteger(number)) throw new Unreadable("is too large");
  if (number < least || number > most) {
    throw new Unreadable(most >= Number.MAX_SAFE_INTEGER ? `is too small: give at least ${least}` : `is not between ${least} and ${most}`);
  }
  return number;
}

const NANO_CPUS = 1e9;

export function parseCpus(text: string): number {
  const cpus = Number(text.trim());
  if (!/^\d+(\.\d+)?$/.test(text.trim()) || !(cpus > 0)) throw new Unreadable("is no number of CPUs: give one such as 0.5 or 2");
  return Math.round(cpus * NANO_CPUS);
}

export const cpusText = (nanoCpus: number): string => String(nanoCpus / NANO_CPUS);

/** Whether a value of JSON may mean that nothing was asked for. */
export const isNothing = (json: unknown): boolean =>
  json === undefined || json === null || json === "" || json === 0 || json === false || (typeof json === "object" && Object.keys(json).length === 0);

/** A value of JSON or YAML that is a text, a number or yes or no, as a text. */
export function scalarText(json: unknown): string {
  if (typeof json === "string") return json;
  if (typeof json === "number" || typeof json === "boolean" || typeof json === "bigint") return String(json);
  throw new Unreadable(Array.isArray(json) ? "is a list where one value belongs" : "is not a single value");
}

export function listOf(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw new Unreadable("is no list");
  return json;
}

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(json: unknown): Fields {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new Unreadable("is no set of names and values");
  // A cast, because an object of JSON has any fields: each is looked at by itself.
  return json as Fields;
}
