import type { Gauge, GaugeUnit, LimitChange, Namespace, NamespaceKind } from "../../../api/insight";
import { bytes, percent } from "../../../ui/format";

export const KIND_WORDS: Readonly<Record<NamespaceKind, string>> = {
  pid: "Processes",
  net: "Network",
  mnt: "Mounts",
  uts: "Host name",
  ipc: "Shared memory",
  user: "Users",
  cgroup: "Cgroup root",
  time: "Clocks",
};

export const counted = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;

/** With whom a namespace is shared, without the names of other containers. */
export function sharingWords(one: Namespace): string {
  switch (one.sharing) {
    case "private":
      return "Private";
    case "host":
      return "Shared with the host";
    case "container":
      return "Shared with";
    case "none":
      return "None: it does not run";
  }
}

export const amount = (value: number, unit: GaugeUnit): string => (unit === "bytes" ? bytes(value) : value.toLocaleString("en-GB"));

/** CPUs with as many digits as tell something. */
export const cpuCount = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1).replace(/\.?0+$/, "")} ${value === 1 ? "CPU" : "CPUs"}`;

export const shareWords = (share: number): string => percent(share * 100);

export const shareOf = (part: number | null, whole: number | null): number | null => (part === null || whole === null || whole <= 0 ? null : part / whole);

const SECOND = 1e9;

/** A time of computing or waiting, such as "340 ms" or "2 min 5 s". */
export function nanos(value: number): string {
  const seconds = value / SECOND;
  if (seconds < 0.0005) return value === 0 ? "0 s" : "less than 1 ms";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600).toLocaleString("en-GB")} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** By which images and containers a layer is used. */
export function sharedWords(images: number, containers: number): string {
  return `in ${counted(images, "image")}, under ${counted(containers, "container")}`;
}

const STATES: Readonly<Record<string, string>> = {
  R: "runs",
  S: "sleeps",
  D: "waits for a device",
  T: "is stopped",
  t: "is traced",
  Z: "has ended, nobody has asked for its exit code",
  X: "is dead",
  I: "is idle",
};

/** The kernel's letter in words. */
export const processState = (letter: string): string => STATES[letter.charAt(0)] ?? letter;

/** What the server is sent for none. */
const NO_LIMIT = -1;

/** A limit that can be changed while the container runs. */
export interface LimitKind {
  readonly field: keyof LimitChange;
  readonly label: string;
}

export const CPU_LIMIT: LimitKind = { field: "cpus", label: "CPUs" };
export const MEMORY_LIMIT: LimitKind = { field: "memoryBytes", label: "Memory, MiB" };
export const PIDS_LIMIT: LimitKind = { field: "pids", label: "Processes" };

/** The limit behind a gauge; null when it cannot be changed. */
export function limitKind(gauge: Gauge): LimitKind | null {
  if (gauge.controller === "pids") return PIDS_LIMIT;
  if (gauge.controller !== "memory") return null;
  if (gauge.name === "memory") return MEMORY_LIMIT;
  return gauge.name === "memory and swap" ? { field: "memorySwapBytes", label: "Memory and swap, MiB" } : null;
}

const MIB = 1024 * 1024;
const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i;
const FACTORS: Readonly<Record<string, number>> = { k: 1024, m: MIB, g: 1024 * MIB, t: 1024 * 1024 * MIB };

/** What a limit is as the text of its field. */
export function limitText(kind: LimitKind, limit: number | null): string {
  if (limit === null) return "";
  return kind.field === "cpus" || kind.field === "pids" ? String(limit) : String(Number((limit / MIB).toFixed(3)));
}

const WANTED: Readonly<Record<LimitKind["field"], string>> = {
  cpus: "A number above 0, such as 1.5",
  pids: "A whole number above 0",
  memoryBytes: "A size above 0, such as 512 or 1.5g",
  memorySwapBytes: "A size above 0, such as 512 or 1.5g",
};

/** NaN for what is no number of this kind. Sizes are MiB unless another unit stands behind the number. */
function limitNumber(field: LimitKind["field"], written: string): number {
  if (field === "pids") return /^\d+$/.test(written) ? Number(written) : NaN;
  if (field === "cpus") return /^\d*\.?\d+$/.test(written) ? Number(written) : NaN;
  const [, number, unit = ""] = SIZE.exec(written) ?? [];
  return Math.round(Number(number) * (FACTORS[unit.toLowerCase()] ?? MIB));
}

/** The number that the server takes, or a sentence on what is wrong. */
export function parseLimit({ field }: LimitKind, text: string): number | string {
  const written = text.trim();
  if (written === "") return NO_LIMIT;
  const number = limitNumber(field, written);
  return number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : `${WANTED[field]}, or nothing for no limit, please.`;
}

/** What is asked of the server. The first memory limit of a container comes with a word on swap: the server refuses one that leaves it open. */
export function limitChange({ field }: LimitKind, before: number | null, after: number): LimitChange {
  return { [field]: after, ...(field === "memoryBytes" && before === null && { memorySwapBytes: -1 }) };
}

/** From this share of the limit on, a gauge warns. */
const NEAR = 0.9;
/** What is shown as 100 % is not above the limit. */
const ABOVE = 1.0005;

/** How near a gauge is to its limit, when that is worth a word. */
export function nearness(share: number | null): string | null {
  if (share === null || share < NEAR) return null;
  return share >= ABOVE ? "above the limit" : "near the limit";
}
