import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { containerAddress } from "../../ui/addresses";
import { linesOf, type Line } from "./arrange";
import { chosen, COLUMNS, fitting, tracks, type ColumnKey } from "./columns";
import type { Kept } from "./keeper";
import { GroupLine, Row, type Commands } from "./Row";
import type { Selection } from "./selection";
import { useCards, useSlice, useWidth } from "./space";
import { beginsDescending, type SortKey } from "./sorting";
import type { View } from "./view";

interface Props {
  readonly kept: Kept;
  readonly view: View;
  readonly selection: Selection;
  readonly commands: Commands;
  readonly onSort: (key: SortKey, descending: boolean) => void;
  /** Somebody points at the list or goes through it by keys, or no longer. */
  readonly onHold: (held: boolean) => void;
  readonly onExtend: (order: readonly string[], from: string, to: string) => void;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}

const ROW_PX = 36;
const GROUP_PX = 36;
/** A card: its name and buttons with the room around all, a line for each column, and the gap to the next. */
const CARD_HEAD_PX = 54;
const CARD_LINE_PX = 26;
const CARD_GAP_PX = 10;
/** Of one press of Page Down. */
const PAGE_LINES = 15;

/** Where the lines begin, and last where they end. */
function topsOf(lines: readonly Line[], rowPx: number): readonly number[] {
  const tops = [0];
  for (const line of lines) tops.push((tops.at(-1) ?? 0) + (line.kind === "row" ? rowPx : GROUP_PX));
  return tops;
}

const idsOf = (lines: readonly Line[]): readonly string[] => lines.flatMap((line) => (line.kind === "row" ? [line.id] : []));

/** The containers as a table, or as cards where there is no room for one. Only what is seen is drawn. */
export function List(props: Props) {
  const { kept, view, selection, commands, onHold } = props;
  const { route } = useLocation();
  const root = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const cards = useCards();
  const width = useWidth(root);
  const columns = useSame(fitting(chosen.value, cards ? Number.POSITIVE_INFINITY : width));
  const rowPx = cards ? CARD_HEAD_PX + CARD_LINE_PX * columns.length + CARD_GAP_PX : ROW_PX;
  const lines = useMemo(() => linesOf(kept.groups, view), [kept.groups, view]);
  const tops = useMemo(() => topsOf(lines, rowPx), [lines, rowPx]);
  const slice = useSlice(body, tops);
  const [activeKey, setActive] = useState("");
  const wanted = useRef<string | null>(null);
  const at = Math.max(0, lines.findIndex((line) => line.key === activeKey));
  const active = lines[at];

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const line = body.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(wanted.current)}"]`);
    wanted.current = null;
    line?.focus({ preventScroll: true });
    line?.scrollIntoView({ block: "nearest" });
  });

  const go = (to: number): Line | undefined => {
    const line = lines[Math.max(0, Math.min(to, lines.length - 1))];
    if (line) {
      wanted.current = line.key;
      setActive(line.key);
    }
    return line;
  };

  const move = (to: number, range: boolean): void => {
    const line = go(to);
    if (range && line?.kind === "row") props.onExtend(idsOf(lines), active?.kind === "row" ? active.id : line.id, line.id);
  };

  /** Keys of a line as a whole, not of what is in it. */
  const onLineKey = (key: string, range: boolean): boolean => {
    if (!active) return false;
    if (active.kind === "group") {
      if (key === "Enter" || (key === "ArrowRight" && !active.open) || (key === "ArrowLeft" && active.open)) commands.fold(active.group.key);
      else if (key === " ") commands.selectGroup(active.group);
      else return false;
      return true;
    }
    const one = kept.byId.get(active.id);
    if (key === " ") {
      if (range) props.onExtend(idsOf(lines), active.id, active.id);
      else if (!kept.gone.has(active.id)) commands.select(active.id, false);
    } else if (key === "Enter" && one) route(containerAddress(one.name));
    else if (key === "ArrowLeft" && view.group !== "none") go(lines.slice(0, at).findLastIndex((line) => line.kind === "group"));
    else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1, PageDown: at + PAGE_LINES, PageUp: at - PAGE_LINES };
    const onLine = event.target instanceof HTMLElement && event.target.dataset["key"] !== undefined;
    const to = steps[event.key];
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== "a") return;
      props.onSelectAll();
    } else if (to !== undefined) move(to, event.shiftKey);
    else if (event.key === "Escape" && selection.ids.size > 0) props.onClear();
    else if (!onLine || !onLineKey(event.key, event.shiftKey)) return;
    event.preventDefault();
  };

  /** A press on a line beside what can be pressed in it. */
  const onClick = (event: MouseEvent): void => {
    if (!(event.target instanceof Element) || event.target.closest("a, button, input, [popover]")) return;
    const key = event.target.closest<HTMLElement>("[data-key]")?.dataset["key"];
    const line = lines.find((one) => one.key === key);
    if (line?.kind !== "row" || kept.gone.has(line.id)) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) commands.select(line.id, event.shiftKey);
  };

  const hold = useHold(onHold);
  const shown = lines.slice(slice.from, slice.to).map((line, index) => ({ line, index: slice.from + index }));
  // Who has the focus is drawn wherever it is: else a turn of the wheel would take the focus away.
  if (active && (at < slice.from || at >= slice.to)) shown.splice(at < slice.from ? 0 : shown.length, 0, { line: active, index: at });
  const grouped = view.group !== "none";
  return (
    <div
      ref={root} class={`list ${cards ? "list-cards" : ""}`} role={grouped ? "treegrid" : "grid"} aria-label="Containers" aria-multiselectable="true"
      aria-rowcount={lines.length + 1} style={{ "--tracks": tracks(columns), "--card-line": `${CARD_LINE_PX}px` }} {...hold}
    >
      <Head {...props} columns={columns} onDown={() => go(at)} />
      <div
        ref={body} role="rowgroup" class="list-body" style={{ height: `${tops.at(-1) ?? 0}px` }} onKeyDown={onKeyDown} onClick={onClick}
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
        onFocusIn={(event) => {
          const key = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]")?.dataset["key"] : undefined;
          if (key !== undefined) setActive(key);
        }}
      >
        {shown.map(({ line, index }) => {
          const top = tops[index] ?? 0;
          const place = { lineKey: line.key, number: index + 2, top, height: (tops[index + 1] ?? top) - top - (cards ? CARD_GAP_PX : 0), active: line === active, commands };
          if (line.kind === "group") {
            const selected = line.group.ids.filter((id) => selection.ids.has(id)).length;
            const running = line.group.ids.filter((id) => !kept.gone.has(id) && kept.byId.get(id)?.state === "running").length;
            return <GroupLine key={line.key} {...place} group={line.group} grouping={view.group} open={line.open} running={running} selected={selected} />;
          }
          const one = kept.byId.get(line.id);
          return one && <Row key={line.key} {...place} one={one} columns={columns} grouped={grouped} selected={selection.ids.has(line.id)} gone={kept.gone.has(line.id)} />;
        })}
      </div>
    </div>
  );
}

/** The list as it was when it has the same in it: rows are drawn anew for another one. */
function useSame<T>(list: readonly T[]): readonly T[] {
  const kept = useRef(list);
  if (kept.current.length !== list.length || kept.current.some((one, index) => one !== list[index])) kept.current = list;
  return kept.current;
}

/** Tells when somebody begins and ends to point at the list or to go through it by keys. */
function useHold(onHold: (held: boolean) => void) {
  const state = useRef({ pointer: false, focus: false });
  const note = (change: Partial<{ pointer: boolean; focus: boolean }>): void => {
    Object.assign(state.current, change);
    onHold(state.current.pointer || state.current.focus);
  };
  useEffect(() => () => onHold(false), []);
  return {
    // A list that comes to be below a pointer that rests is not pointed at: only a move counts.
    onPointerMove: (event: PointerEvent) => !state.current.pointer && (event.movementX !== 0 || event.movementY !== 0) && note({ pointer: true }),
    onPointerDown: () => note({ pointer: true }),
    onPointerLeave: () => note({ pointer: false }),
    // A button that was pressed with the mouse keeps the focus long after the pointer has left: that is nobody who is there.
    onFocusIn: (event: FocusEvent) => note({ focus: event.target instanceof Element && event.target.matches(":focus-visible") }),
    onFocusOut: () => note({ focus: false }),
  };
}

interface HeadProps extends Props {
  readonly columns: readonly ColumnKey[];
  readonly onDown: () => void;
}

/** The names of the columns, by which rows are sorted. The Tab key stops here once, arrow keys lead from one to the next. */
function Head({ kept, view, selection, columns, onSort, onSelectAll, onClear, onDown }: HeadProps) {
  const [stop, setStop] = useState(0);
  const element = useRef<HTMLDivElement>(null);
  const count = kept.groups.reduce((sum, group) => sum + group.ids.filter((id) => !kept.gone.has(id)).length, 0);
  const all = count > 0 && selection.ids.size >= count;
  const keys: readonly SortKey[] = ["name", ...columns];
  const last = Math.min(stop, keys.length);

  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: last - 1, ArrowRight: last + 1, Home: 0, End: keys.length };
    const to = steps[event.key];
    if (event.key === "ArrowDown") onDown();
    else if (to !== undefined) {
      const next = Math.max(0, Math.min(to, keys.length));
      setStop(next);
      element.current?.querySelectorAll<HTMLElement>("input, button")[next]?.focus();
    } else return;
    event.preventDefault();
  };

  return (
    <div role="rowgroup" class="list-head">
      <div role="row" class="list-head-row" aria-rowindex={1} ref={element} onKeyDown={onKeyDown}>
        <div role="columnheader" class="list-check">
          <input
            type="checkbox" aria-label={`Select all ${count}`} tabIndex={last === 0 ? 0 : -1} checked={all}
            indeterminate={selection.ids.size > 0 && !all} onFocus={() => setStop(0)} onClick={() => (all ? onClear() : onSelectAll())}
          />
        </div>
        {keys.map((key, index) => {
          const by = view.sort === key;
          return (
            <div key={key} role="columnheader" class={`list-cell list-${key}`} aria-sort={by ? (view.descending ? "descending" : "ascending") : undefined}>
              <button
                type="button" tabIndex={last === index + 1 ? 0 : -1} onFocus={() => setStop(index + 1)}
                onClick={() => onSort(key, by ? !view.descending : beginsDescending(key))}
              >
                {key === "name" ? "Name" : COLUMNS[key].title}
                <span class="list-arrow" aria-hidden="true">{by ? (view.descending ? "▼" : "▲") : ""}</span>
              </button>
            </div>
          );
        })}
        <div role="columnheader">
          <span class="hidden">Actions</span>
        </div>
      </div>
    </div>
  );
}
