import "./logs.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { containers } from "../../live/containers";
import { findContainer } from "../../live/containerState";
import { shortIds } from "../../ui/format";
import { addressOf, queryOf, type View, viewOf } from "./address";
import { backend } from "./backend";
import { LineBar } from "./LineBar";
import { LogList, type Target } from "./LogList";
import type { RowActions } from "./LogRow";
import { LogToolbar } from "./LogToolbar";
import { LogWindow } from "./logWindow";
import type { Line, Source } from "./source";
import { WholeLine } from "./WholeLine";

interface Props {
  readonly refs: readonly string[];
  /** Whose logs they are is known. */
  readonly onKnown?: (sources: readonly Source[]) => void;
}

/** The logs of some containers: what to look for, the lines, and what is to be said of them. */
export function LogView({ refs, onKnown }: Props) {
  const [view, setView] = useState<View>(() => viewOf(new URLSearchParams(location.search)));
  const [current, setCurrent] = useState<number | null>(null);
  const [found, setFound] = useState("");
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set());
  const [whole, setWhole] = useState<Line | null>(null);
  const [target, setTarget] = useState<Target | null>(null);
  const [said, setSaid] = useState("");
  const asked = `${refs.join(" ")} ${JSON.stringify([view.search, view.regex, view.matchCase, view.search && view.show, view.range, view.since, view.until])}`;
  const model = useMemo(() => new LogWindow(refs, queryOf(view, Date.now()), backend), [asked]);
  const before = useRef<LogWindow | null>(null);

  const go = (window: LogWindow, name: { readonly ref: string; readonly at: string }): Promise<void> => {
    window.follow(false);
    return window.openAround(name).then(() => {
      if (window.marked !== null) setTarget({ key: window.marked });
    });
  };

  useEffect(() => {
    const old = before.current;
    before.current = model;
    setCurrent(null);
    setFound("");
    // Who was reading stays at the place where the view was, whatever is looked for now.
    const place = view.line ?? (old && !old.following && view.range === "" ? placeOf(old) : null);
    void (place ? go(model, place) : model.openEnd()).then(() => onKnown?.(model.sources));
    return () => model.close();
  }, [model]);

  useEffect(() => history.replaceState(history.state, "", addressOf(view, new URL(location.href))), [view]);

  // Runs that begin while this is open.
  const starts = refs.map((ref) => findContainer(containers.value, ref)?.startedAt ?? "");
  const startsBefore = useRef(starts);
  useEffect(() => {
    starts.forEach((at, index) => {
      const ref = refs[index];
      if (at && ref && at !== startsBefore.current[index]) model.started(ref, at);
    });
    startsBefore.current = starts;
  }, [starts.join(" ")]);

  const toLine = (index: number): void => {
    const line = model.lines[index];
    if (!line) return;
    model.follow(false);
    setCurrent(line.key);
    setTarget({ key: line.key });
  };

  const step = async (direction: 1 | -1): Promise<void> => {
    const at = model.lines.findIndex((line) => line.key === current);
    // Without a match before it begins at the end that the reader has come from.
    const from = at >= 0 ? at + direction : direction < 0 ? model.lines.length - 1 : 0;
    const index = model.nextMatch(from, direction);
    if (index >= 0) {
      toLine(index);
      setFound(`Match ${countUpTo(model, index)} of ${model.matches} in the lines loaded`);
      return;
    }
    setFound("Searching…");
    const beyond = await model.matchBeyond(direction);
    if (beyond) {
      await go(model, beyond);
      setCurrent(model.marked);
      setFound("Match found");
    } else {
      setFound(model.refused.value || model.trouble.value ? "" : direction < 0 ? "No match before this" : "No match after this");
    }
  };

  const choose = (line: Line): void => {
    model.follow(false);
    setCurrent(line.key);
    setTarget({ key: line.key, near: true });
  };

  const actions: RowActions = {
    select: (line) => setCurrent(line.key),
    link: (line) => {
      const next = { ...view, line: { ref: shortIds(line.source.ref), at: line.wire.at } };
      model.marked = line.key;
      setView(next);
      const address = new URL(addressOf(next, new URL(location.href)), location.href).href;
      // Where there is no clipboard the address bar has it.
      navigator.clipboard?.writeText(address).then(
        () => setSaid("The link to this line is copied."),
        () => setSaid("The address of this page leads to this line."),
      ) ?? setSaid("The address of this page leads to this line.");
    },
    expand: (line) => {
      // It is measured anew.
      line.height = 0;
      model.follow(false);
      setExpanded((old) => {
        const next = new Set(old);
        if (!next.delete(line.key)) next.add(line.key);
        return next;
      });
    },
    showAll: setWhole,
    surroundings: (line) => {
      const index = model.lines.indexOf(line);
      const last = model.lines.slice(0, index).findLast((one) => one.source === line.source) ?? line;
      void go(model, { ref: last.source.ref, at: last.wire.at });
    },
  };

  const toEnd = (): void => {
    if (model.attached) model.follow(true);
    else {
      if (view.line) setView({ ...view, line: null });
      model.following = true;
      void model.openEnd();
    }
  };

  const lineAddress = (line: Line): string => addressOf({ ...view, line: { ref: shortIds(line.source.ref), at: line.wire.at } }, new URL(location.href));
  return (
    <section class="logs" aria-label="Logs">
      <LogToolbar view={view} model={model} onView={setView} onStep={(direction) => void step(direction)} found={found} />
      <Notices model={model} />
      <div class="log-frame">
        <Loading model={model} />
        <Empty model={model} view={view} />
        <LogList window={model} current={current} expanded={expanded} addressOf={lineAddress} actions={actions} choose={choose} target={target} />
        <ToEnd model={model} onEnd={toEnd} />
      </div>
      <LineBar model={model} current={current} expanded={expanded} actions={actions} />
      <Status model={model} said={said} />
      {whole && <WholeLine line={whole} onClose={() => setWhole(null)} />}
    </section>
  );
}

/** The line in the middle of what was loaded, when there is no better one. */
function placeOf(model: LogWindow): { readonly ref: string; readonly at: string } | null {
  const line = model.lines.find((one) => one.key === model.marked) ?? model.lines[Math.floor(model.lines.length / 2)];
  return line ? { ref: line.source.ref, at: line.wire.at } : null;
}

function countUpTo(model: LogWindow, index: number): number {
  let count = 0;
  for (let at = model.nextMatch(0, 1); at >= 0 && at <= index; at = model.nextMatch(at + 1, 1)) count++;
  return count;
}

/* What changes with each line is drawn by itself: nothing else of the page is drawn anew then. */

function ToEnd({ model, onEnd }: { readonly model: LogWindow; readonly onEnd: () => void }) {
  void model.version.value;
  if (model.following) return null;
  return (
    <button class="button primary more" type="button" onClick={onEnd}>
      {model.unseen > 0 ? `${model.unseen.toLocaleString()} new` : "To the end"}
    </button>
  );
}

function Status({ model, said }: { readonly model: LogWindow; readonly said: string }) {
  void model.version.value;
  return (
    <p class="hint" role="status">
      {said || statusWords(model)}
    </p>
  );
}

function Empty({ model, view }: { readonly model: LogWindow; readonly view: View }) {
  void model.version.value;
  return model.lines.length === 0 && !model.loading.value ? <p class="log-empty">{emptyWords(model, view)}</p> : null;
}

function emptyWords(model: LogWindow, view: View): string {
  if (model.refused.value) return "No line is shown: what is chosen above is not understood.";
  if (model.trouble.value) return "";
  if (view.search && view.show !== "all") return "No line is as you look for.";
  if (view.range) return "Nothing was printed in this time.";
  return model.complete ? "It has printed nothing." : "Nothing printed yet.";
}

function statusWords(model: LogWindow): string {
  if (model.markedIsGone) return "The line of this link is not there any more, or not among those that are chosen: this is where it would be.";
  if (!model.attached) return "";
  if (model.complete) return model.sources.length > 1 ? "This is all: none of them is running." : model.sources[0]?.removed ? "This is all: the container was removed." : "This is all: the container is not running.";
  return model.following ? "Following. Scroll up to pause." : "Paused. Scroll to the end to follow.";
}

/** What stands in the way of lines. */
function Notices({ model }: { readonly model: LogWindow }) {
  void model.version.value;
  const lost = model.sources.some((source) => source.connection === "lost");
  return (
    <div class="log-notices" role="status">
      {lost && <p class="note note-bad">Connection lost, trying again. Nothing is missed: it goes on where it was.</p>}
      {model.trouble.value && (
        <p class="note note-bad">
          {model.trouble.value}{" "}
          <button class="button" type="button" onClick={() => void model.retry()}>
            Try again
          </button>
        </p>
      )}
      {model.sources
        .filter((source) => source.error)
        .map((source) => (
          <p key={source.ref} class="note note-bad">
            {source.error.includes(source.name) ? source.error : `${source.name}: ${source.error}`}
          </p>
        ))}
    </div>
  );
}

/** Over the lines, so that nothing moves when it comes and goes. */
function Loading({ model }: { readonly model: LogWindow }) {
  return (
    <div role="status">
      {model.loading.value && (
        <p class="log-loading">
          {model.searchedTo.value && !model.searchedTo.value.startsWith("0.") ? `Searching, at ${new Date(Number(model.searchedTo.value.split(".")[0]) * 1000).toLocaleString()}…` : "Loading…"}{" "}
          {model.searchedTo.value && (
            <button class="log-action" type="button" onClick={() => model.stop()}>
              Stop
            </button>
          )}
        </p>
      )}
      {model.stopped.value && !model.loading.value && (
        <p class="log-loading">
          The search was stopped.{" "}
          <button class="log-action" type="button" onClick={() => void model.goOn()}>
            Go on
          </button>
        </p>
      )}
    </div>
  );
}
