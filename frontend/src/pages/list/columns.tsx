import { computed, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Container } from "../../api/types";
import { visibleText } from "../../live/plainText";
import { usageOf, usageTick } from "../../live/usage";
import { ago, bytes, dateTime, distinctPorts, percent, portLink, shortId, statusSentence } from "../../ui/format";
import { Ports } from "../../ui/Ports";
import { StatePill } from "../../ui/State";
import { doing } from "./batch";
import { projectOf } from "./filter";
import type { SortKey } from "./sorting";
import { useCards } from "./space";
import { Sparkline } from "./Sparkline";

/** The time as the list tells it; the page keeps it going. */
export const now = signal(Date.now());

/** A text that goes on with the time: the row around it is not drawn anew for it. */
function Timed({ text, title }: { readonly text: (now: number) => string; readonly title?: string }) {
  const live = useMemo(() => computed(() => text(now.value)), [text]);
  return <span title={title}>{live}</span>;
}

const None = (): ComponentChildren => <span class="none">–</span>;
const Text = ({ of }: { readonly of: string }): ComponentChildren => (of === "" ? <None /> : <span title={visibleText(of)}>{visibleText(of)}</span>);

const SHORT: Readonly<Record<string, string>> = { second: "s", minute: "min", hour: "h", day: "d", week: "w", month: "mo", year: "y" };

/** What the word for the state does not say yet, in few letters: since when, and with which code. Health has a column of its own. */
export function stateDetail(one: Container, at: number): string {
  if (one.state === "created") return "never ran";
  const rest = statusSentence(one, at).replace(/^(Up|Exited|Restarting) /, "").replace(/ (\((Paused|unhealthy|healthy|health: starting)\)|ago)$/, "").replace("less than a second", "0 seconds");
  return rest.replace(/(\d+) ([a-z]+?)s?\b/, (whole, count: string, unit: string) => (unit in SHORT ? `${count} ${SHORT[unit]}` : whole));
}

function State({ one }: { readonly one: Container }) {
  const busy = doing.value.get(one.id);
  const status = useMemo(() => (at: number) => stateDetail(one, at), [one]);
  if (busy) return <span class="pill pill-active">{busy}…</span>;
  return (
    <>
      <StatePill one={one} /> <span class="dim"><Timed text={status} title={visibleText(one.error || one.status)} /></span>
    </>
  );
}

const HEALTHS = { starting: "Starting", healthy: "Healthy", unhealthy: "Unhealthy" } as const;

function Health({ one }: { readonly one: Container }) {
  return one.health === null ? <None /> : <span class={`pill ${one.health === "unhealthy" ? "pill-unhealthy" : `health-${one.health}`}`}>{HEALTHS[one.health]}</span>;
}

/** Where there is little room, the name and the tag of an image tell more than its registry. */
function Image({ one }: { readonly one: Container }) {
  const name = visibleText(one.image);
  const cut = name.lastIndexOf("/") + 1;
  return (
    <span class="list-reference" title={name}>
      {cut > 0 && <span>{name.slice(0, cut)}</span>}
      <span>{name.slice(cut)}</span>
    </span>
  );
}

function Created({ one }: { readonly one: Container }) {
  const text = useMemo(() => (at: number) => ago(one.createdAt, at), [one.createdAt]);
  return <Timed text={text} title={dateTime(one.createdAt)} />;
}

/** As many as have room in a row, and in a card. */
const PORTS_SHOWN = { row: 1, card: 2 } as const;

function PublishedPorts({ one, tabIndex }: CellProps) {
  const ports = distinctPorts(one.ports);
  if (ports.length === 0) return <None />;
  const most = useCards() ? PORTS_SHOWN.card : PORTS_SHOWN.row;
  const rest = ports.slice(most);
  return (
    <>
      <Ports ports={ports.slice(0, most)} tabIndex={tabIndex} />
      {rest.length > 0 && <span class="dim" title={rest.map((port) => portLink(port, location.hostname).text).join(", ")}>+{rest.length}</span>}
    </>
  );
}

const LEAST_CPU = 10;
const LEAST_MEMORY = 1 << 20;

interface UsageProps {
  readonly one: Container;
  readonly of: "cpuPercent" | "memoryBytes";
  /** The least that the line's height stands for. */
  readonly least: number;
  readonly text: (value: number) => string;
}

/** A number and its last minute. */
function UsageCell({ one, of, least, text }: UsageProps) {
  // Read for its change alone: what it is a sign of is not a signal.
  void usageTick.value;
  const series = usageOf(one.id)?.[of];
  const value = series?.at(-1);
  if (one.state !== "running" && one.state !== "paused") return <None />;
  if (!series || value === undefined || Number.isNaN(value)) return <span class="none">…</span>;
  return (
    <>
      <span class="number">{text(value)}</span>
      <Sparkline values={series} least={least} />
    </>
  );
}

export interface CellProps {
  readonly one: Container;
  /** Of what can have the focus in the cell. */
  readonly tabIndex: number;
}

export type ColumnKey = Exclude<SortKey, "name">;

export interface Column {
  readonly title: string;
  /** In pixels; what is left goes to those with `grows`. */
  readonly width: number;
  readonly grows: number;
  readonly Cell: (props: CellProps) => ComponentChildren;
}

/** All but the name, in the order in which they stand. */
export const COLUMNS: Readonly<Record<ColumnKey, Column>> = {
  state: { title: "State", width: 176, grows: 1, Cell: State },
  health: { title: "Health", width: 100, grows: 0, Cell: Health },
  image: { title: "Image", width: 120, grows: 3, Cell: Image },
  project: { title: "Project", width: 110, grows: 1, Cell: ({ one }) => <Text of={projectOf(one)} /> },
  ports: { title: "Ports", width: 160, grows: 1, Cell: PublishedPorts },
  cpu: { title: "CPU", width: 124, grows: 0, Cell: ({ one }) => <UsageCell one={one} of="cpuPercent" least={LEAST_CPU} text={percent} /> },
  memory: { title: "Memory", width: 148, grows: 0, Cell: ({ one }) => <UsageCell one={one} of="memoryBytes" least={one.limits.memoryBytes ?? LEAST_MEMORY} text={bytes} /> },
  networks: { title: "Networks", width: 110, grows: 1, Cell: ({ one }) => <Text of={one.networks.join(", ")} /> },
  created: { title: "Created", width: 126, grows: 0, Cell: Created },
  restarts: { title: "Restarts", width: 90, grows: 0, Cell: ({ one }) => (one.restarts === 0 ? <None /> : <span>{one.restarts}</span>) },
  id: { title: "Id", width: 120, grows: 0, Cell: ({ one }) => <code title={one.id}>{shortId(one.id)}</code> },
  command: { title: "Command", width: 140, grows: 2, Cell: ({ one }) => <Text of={one.command.join(" ")} /> },
};

// A cast, because the keys of an object literal are those of its type.
export const COLUMN_KEYS = Object.keys(COLUMNS) as readonly ColumnKey[];

const USUAL: ReadonlySet<ColumnKey> = new Set(["state", "image", "ports", "cpu", "memory", "created"]);
/** Who has room first where there is little. */
const RANKS: readonly ColumnKey[] = ["state", "image", "cpu", "memory", "ports", "project", "health", "created", "networks", "restarts", "id", "command"];

const STORED = "berth-list-columns";

function stored(): ReadonlySet<ColumnKey> {
  try {
    const keys: unknown = JSON.parse(localStorage.getItem(STORED) ?? "null");
    return Array.isArray(keys) ? new Set(COLUMN_KEYS.filter((key) => keys.includes(key))) : USUAL;
  } catch {
    // Storage that is refused, or that somebody else has written to, is as none.
    return USUAL;
  }
}

/** The columns that the user wants to see; kept by this browser. */
export const chosen = signal<ReadonlySet<ColumnKey>>(stored());

export function choose(key: ColumnKey, wanted: boolean): void {
  const next = new Set(chosen.value);
  if (wanted) next.add(key);
  else next.delete(key);
  chosen.value = next;
  try {
    localStorage.setItem(STORED, JSON.stringify([...next]));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** Columns that are always there: the box to tick, the name and the buttons. */
const FIXED = { check: 36, name: 146, actions: 136 } as const;

/** Those of the wanted columns that fit into this width. */
export function fitting(wanted: ReadonlySet<ColumnKey>, width: number): readonly ColumnKey[] {
  let room = width - FIXED.check - FIXED.name - FIXED.actions;
  const taken = new Set<ColumnKey>();
  for (const key of RANKS) {
    if (!wanted.has(key)) continue;
    room -= COLUMNS[key].width;
    if (room < 0) break;
    taken.add(key);
  }
  return COLUMN_KEYS.filter((key) => taken.has(key));
}

/** The tracks of the grid. */
export function tracks(keys: readonly ColumnKey[]): string {
  const flexible = (least: number, grows: number): string => (grows === 0 ? `${least}px` : `minmax(${least}px, ${grows}fr)`);
  return [`${FIXED.check}px`, flexible(FIXED.name, 4), ...keys.map((key) => flexible(COLUMNS[key].width, COLUMNS[key].grows)), `${FIXED.actions}px`].join(" ");
}
