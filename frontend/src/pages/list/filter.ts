import type { Container } from "../../api/types";
import { hasFailed } from "../../live/containerState";
import { distinctPorts } from "../../ui/format";

/** What a filter can be about. */
const FIELDS = ["name", "image", "state", "label", "port", "project", "network", "health", "id"] as const;
type Field = (typeof FIELDS)[number];

interface Term {
  readonly field: Field | null;
  readonly text: string;
  readonly not: boolean;
}

const TERM = new RegExp(`(-?)(?:(${FIELDS.join("|")}):)?(?:"([^"]*)"?|(\\S+))`, "giu");
/** Beginnings of ids are words, too, when they are short. */
const LEAST_ID = 4;

/** Words and `field:word`; quotes keep blanks, a minus in front of one turns it round. */
export function parseFilter(text: string): readonly Term[] {
  return [...text.matchAll(TERM)]
    .map(([, minus, field, quoted, plain]) => ({ field: (field?.toLowerCase() as Field | undefined) ?? null, text: (quoted ?? plain ?? "").toLowerCase(), not: minus === "-" }))
    .filter((term) => term.text !== "");
}

export const PROJECT_LABEL = "com.docker.compose.project";

export const projectOf = (one: Container): string => one.labels[PROJECT_LABEL] ?? "";

const texts: Readonly<Record<Exclude<Field, "port">, (one: Container) => readonly string[]>> = {
  name: (one) => [one.name],
  image: (one) => [one.image],
  state: (one) => (hasFailed(one) ? [one.state, "failed"] : [one.state]),
  label: (one) => Object.entries(one.labels).map(([key, value]) => `${key}=${value}`),
  project: (one) => [projectOf(one)],
  network: (one) => one.networks,
  health: (one) => (one.health ? [one.health] : []),
  id: (one) => [one.id],
};

/** `8080`, `80` and `80/tcp` are meant as a whole: 80 is not 8080. */
const hasPort = (one: Container, text: string): boolean =>
  distinctPorts(one.ports).some((port) => [String(port.hostPort), String(port.containerPort), `${port.containerPort}/${port.protocol}`].includes(text));

const known = new WeakMap<Container, string>();

/** All that a word without a field is looked for in. */
function haystack(one: Container): string {
  const before = known.get(one);
  if (before !== undefined) return before;
  const ports = distinctPorts(one.ports).map((port) => `${port.hostPort ?? ""}:${port.containerPort}/${port.protocol}`);
  const text = [...texts.name(one), ...texts.image(one), ...texts.state(one), ...texts.label(one), ...one.networks, ...texts.health(one), ...ports].join("\n").toLowerCase();
  known.set(one, text);
  return text;
}

function fits(one: Container, { field, text }: Term): boolean {
  if (field === null) return haystack(one).includes(text) || (text.length >= LEAST_ID && one.id.startsWith(text));
  if (field === "port") return hasPort(one, text);
  if (field === "id") return one.id.startsWith(text);
  // "healthy" is a part of "unhealthy", but not what is meant.
  if (field === "health") return one.health === text;
  return texts[field](one).some((value) => value.toLowerCase().includes(text));
}

/** Whether a container fits all terms of a filter. */
export function matcher(filter: string): (one: Container) => boolean {
  const terms = parseFilter(filter);
  return (one) => terms.every((term) => fits(one, term) !== term.not);
}
