import type { Container, ContainerState } from "../../api/types";
import { usageOf } from "../../live/usage";
import { projectOf } from "./filter";

/** The order in which states come. */
export const STATES: readonly ContainerState[] = ["running", "restarting", "paused", "created", "exited", "removing", "dead"];

const HEALTHS: readonly Container["health"][] = ["unhealthy", "starting", "healthy", null];
const UNKNOWN = -1;

const last = (series: readonly number[] | undefined): number => {
  const value = series?.at(-1);
  return value === undefined || Number.isNaN(value) ? UNKNOWN : value;
};

/** What rows can be sorted by. */
const VALUES = {
  name: (one: Container) => one.name,
  state: (one: Container) => STATES.indexOf(one.state),
  health: (one: Container) => HEALTHS.indexOf(one.health),
  image: (one: Container) => one.image,
  project: projectOf,
  ports: (one: Container) => one.ports[0]?.hostPort ?? UNKNOWN,
  cpu: (one: Container) => last(usageOf(one.id)?.cpuPercent),
  memory: (one: Container) => last(usageOf(one.id)?.memoryBytes),
  networks: (one: Container) => one.networks.join(" "),
  created: (one: Container) => Date.parse(one.createdAt),
  restarts: (one: Container) => one.restarts,
  id: (one: Container) => one.id,
  command: (one: Container) => one.command.join(" "),
} as const satisfies Readonly<Record<string, (one: Container) => string | number>>;

export type SortKey = keyof typeof VALUES;

export const isSortKey = (text: string): text is SortKey => Object.hasOwn(VALUES, text);

/** Those that change each second. */
export const isUsage = (key: SortKey): boolean => key === "cpu" || key === "memory";

/** Where the big ones are looked for, they come first. */
export const beginsDescending = (key: SortKey): boolean => isUsage(key) || key === "created" || key === "restarts";

const collator = new Intl.Collator(undefined, { numeric: true });

const compare = (a: string | number, b: string | number): number => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b)));

/** Sorted by what the key names; equal ones by name, so that the order is always the same. */
export function sorted(all: readonly Container[], key: SortKey, descending: boolean): readonly Container[] {
  const sign = descending ? -1 : 1;
  const value: (one: Container) => string | number = VALUES[key];
  return all
    .map((one) => ({ one, value: value(one) }))
    .sort((a, b) => sign * compare(a.value, b.value) || compare(a.one.name, b.one.name))
    .map(({ one }) => one);
}

export const byName = (a: string, b: string): number => collator.compare(a, b);
