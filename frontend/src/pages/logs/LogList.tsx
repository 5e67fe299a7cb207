import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Heights } from "./heights";
import { LogRow, type RowActions } from "./LogRow";
import type { LogWindow } from "./logWindow";
import { distanceToEnd, ScrollPlace } from "./scrollPlace";
import { times, wrapped } from "./settings";
import type { Line } from "./source";

interface Props {
  readonly window: LogWindow;
  readonly current: number | null;
  readonly expanded: ReadonlySet<number>;
  readonly addressOf: (line: Line) => string;
  readonly actions: RowActions;
  /** A line is chosen by the keyboard. */
  readonly choose: (line: Line) => void;
  /** A line to be brought into view, when it is another object than before. */
  readonly target: Target | null;
}

export interface Target {
  readonly key: number;
  /** Only as far as it must. */
  readonly near?: boolean;
}

const ROW_PX = 19;
const NEAR_PX = 24;
/** From here on the next page is had. */
const EARLY_PX = 600;
const OVERSCAN = 6;
/** Of what stands before and behind the text of a line, about. */
const GUTTER_PX = 150;
const CHAR_PX = 7.53;

/** The lines: those in view, and a few around them, are in the page. */
export function LogList({ window: model, current, expanded, addressOf, actions, choose, target }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const sizes = useMemo(() => new Heights(), []);
  const layout = useRef("");
  const place = useMemo(() => new ScrollPlace(), []);
  const shownTarget = useRef<Target | null>(null);
  const [view, setView] = useState({ top: 0, height: 600, width: 1000 });
  const redraw = useSignal(0);
  void [redraw.value, model.version.value];
  const wrap = wrapped.value;
  const withTimes = times.value;
  const named = model.sources.length > 1;
  const lines = model.lines;

  const now = `${wrap} ${withTimes} ${view.width} ${named}`;
  if (now !== layout.current) lines.forEach((line) => (line.height = 0));
  layout.current = now;
  const perRow = Math.max(20, Math.floor((view.width - GUTTER_PX) / CHAR_PX));
  const guess = (line: Line): number => (wrap ? Math.ceil(Math.max(1, line.wire.text.length) / perRow) * ROW_PX : ROW_PX);
  const measure = (): void =>
    sizes.update(lines.length, (index) => {
      const line = lines[index];
      return line ? line.height || guess(line) : 0;
    });
  measure();

  const top = model.following ? Math.max(0, sizes.total - view.height) : view.top;
  const first = Math.max(0, sizes.at(top) - OVERSCAN);
  const last = Math.min(lines.length, sizes.at(top + view.height) + 1 + OVERSCAN);
  const shown = lines.slice(first, last);

  const reached = (at: HTMLElement, by: number): void => {
    if (by < 0) model.follow(false);
    else if (model.attached && distanceToEnd(at) < NEAR_PX) model.follow(true);
    setView((before) => ({ ...before, top: at.scrollTop }));
  };

  useEffect(() => {
    const at = box.current;
    if (!at) return;
    const watch = new ResizeObserver(() =>
      setView((before) => (before.height === at.clientHeight && before.width === at.clientWidth ? before : { ...before, height: at.clientHeight, width: at.clientWidth })),
    );
    watch.observe(at);
    return () => watch.disconnect();
  }, []);

  useLayoutEffect(() => {
    const at = box.current;
    if (!at || !space.current || !rows.current) return;
    const by = place.goAlong(at);
    if (by !== 0) reached(at, by);
    let grown = false;
    shown.forEach((line, index) => {
      const element = rows.current?.children[index];
      if (line.height > 0 || !(element instanceof HTMLElement)) return;
      // At least something, so that it is not measured for ever where nothing is laid out.
      line.height = Math.max(element.offsetHeight, 1);
      grown ||= line.height !== guess(line);
    });
    if (grown) measure();
    space.current.style.height = `${sizes.total}px`;
    rows.current.style.transform = `translateY(${sizes.top(first)}px)`;
    if (target && target !== shownTarget.current) {
      const index = lines.findIndex((line) => line.key === target.key);
      if (index >= 0) {
        shownTarget.current = target;
        const [above, below] = [sizes.top(index), sizes.top(index + 1) - at.clientHeight];
        place.put(at, target.near ? Math.max(below, Math.min(above, at.scrollTop)) : Math.max(0, above - at.clientHeight / 3), lines, sizes);
        setView((before) => ({ ...before, top: at.scrollTop }));
        return;
      }
    }
    if (model.following) {
      place.put(at, sizes.total, lines, sizes);
    } else if (place.hold(at, lines, sizes)) {
      setView((before) => ({ ...before, top: at.scrollTop }));
    }
    // Where a line is lower than it was thought to be there is room for more.
    const isCovered = sizes.at(at.scrollTop) >= first && sizes.at(at.scrollTop + view.height) < last;
    if (grown && (!model.following || !isCovered)) redraw.value++;
  });

  useEffect(() => {
    // A page that is shorter than the box is followed by the next one.
    const short = sizes.total < view.height;
    if (box.current && !model.stopped.value && (short || !model.following)) fetchAround(box.current);
  });

  const fetchAround = (at: HTMLElement): void => {
    if (model.loading.value || model.trouble.value || model.refused.value) return;
    if (at.scrollTop < EARLY_PX && !model.atBegin) void model.loadOlder();
    else if (distanceToEnd(at) < EARLY_PX && !model.attached) void model.loadNewer();
  };

  const scrolled = (): void => {
    const at = box.current;
    if (!at) return;
    const by = place.readerBy(at);
    if (by === 0) return;
    place.take(at, lines, sizes);
    reached(at, by);
    fetchAround(at);
  };

  /** At once: a browser goes there step by step, and is stopped by what is loaded or comes in on the way. */
  const jump = (at: HTMLElement, to: number): void => {
    const from = at.scrollTop;
    place.put(at, to, lines, sizes);
    if (to > from || at.scrollTop !== from) reached(at, to > from ? 1 : -1);
    fetchAround(at);
  };

  /** The arrows choose a line: the next one, or one in view. Home and End go to the ends of what is loaded, Page Up and Page Down on by what is seen. */
  const pressed = (event: KeyboardEvent): void => {
    const at = box.current;
    if (!at || event.target !== at || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(ROW_PX, at.clientHeight - 2 * ROW_PX);
    const goals: Readonly<Record<string, number>> = { Home: 0, End: sizes.total, PageUp: at.scrollTop - page, PageDown: at.scrollTop + page };
    const to = goals[event.key];
    if (to !== undefined) {
      event.preventDefault();
      jump(at, to);
      return;
    }
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const before = lines.findIndex((line) => line.key === current);
    const index = before >= first && before < last ? before + step : sizes.at(step < 0 ? top + view.height - 1 : top);
    const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
    if (line) choose(line);
  };

  return (
    <div class={`log-box${wrap ? " log-wrap" : ""}`} ref={box} onScroll={scrolled} onKeyDown={pressed} tabIndex={0} role="log" aria-live="off" aria-label={named ? "Output of the containers" : "Output of the container"}>
      <div class="log-space" ref={space}>
        <div class="log-rows" ref={rows}>
          {shown.map((line) => (
            <LogRow
              key={line.key}
              line={line}
              started={line.started}
              skipped={line.skipped}
              named={named}
              times={withTimes}
              marked={line.key === model.marked}
              current={line.key === current}
              expanded={expanded.has(line.key)}
              address={addressOf(line)}
              actions={actions}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
