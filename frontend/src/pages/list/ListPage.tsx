import "./list.css";
import { signal, type ReadonlySignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { isUp, type ActionKey, type RemoveOptions } from "../../api/actions";
import type { Container } from "../../api/types";
import { connection, containers, loaded } from "../../live/containers";
import { visibleText } from "../../live/plainText";
import { followUsage, usageTick } from "../../live/usage";
import { CREATE_ROUTE, IMAGES_ROUTE } from "../../ui/addresses";
import { PruneButton } from "../../ui/PruneButton";
import { RemoveDialog } from "../../ui/RemoveDialog";
import { RenameDialog } from "../../ui/RenameDialog";
import { arrange } from "./arrange";
import { BulkBar, Tools } from "./Bars";
import { Batch, begin } from "./batch";
import { now } from "./columns";
import { RemoveAllDialog } from "./Dialogs";
import { matcher } from "./filter";
import { Keeper, type Kept } from "./keeper";
import { List } from "./List";
import { Results } from "./Results";
import type { Commands } from "./Row";
import { extend, NOTHING, only, select, toggle, toggleAll, type Selection } from "./selection";
import { isUsage } from "./sorting";
import { useFramed } from "./space";
import { addressOf, viewOf, type View } from "./view";

/** What is asked of the user. */
type Question = { readonly kind: "rename"; readonly one: Container } | { readonly kind: "remove"; readonly all: readonly Container[] };

const TICK_MS = 1000;
const STILL: ReadonlySignal<number> = signal(0);

/** Keeps the time going and the numbers coming while the list is seen. */
function useSecond(): void {
  useEffect(() => {
    const tick = (): void => {
      if (!document.hidden) now.value = Date.now();
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    const leave = followUsage();
    return () => {
      clearInterval(timer);
      leave();
    };
  }, []);
}

/** `/` leads to the filter from everywhere but from where it is typed. */
function useSlash(toFilter: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.getAttribute("type") !== "checkbox";
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      toFilter();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** What is shown: as it should be, or as it was when the user began to point at it. */
function useKept(all: ReadonlyMap<string, Container>, view: View, held: boolean): Kept & { readonly letIn: () => void } {
  const keeper = useRef(new Keeper()).current;
  const [round, setRound] = useState(0);
  const beat = useFramed(isUsage(view.sort) ? usageTick : STILL);
  const { filter, group, sort, descending } = view;
  const fresh = useMemo(() => arrange(all.values(), view), [all, beat, filter, group, sort, descending]);
  const kept = useMemo(() => keeper.next(fresh, all, JSON.stringify([filter, group, sort, descending]), held), [fresh, held, round]);
  return {
    ...kept,
    letIn: () => {
      keeper.letIn();
      setRound(round + 1);
    },
  };
}

/** Gives the focus to the line of the list that had it last, or to the first. */
const toList = (): void => document.querySelector<HTMLElement>('.list-body [role="row"][tabindex="0"]')?.focus({ preventScroll: true });

/** All containers, live. */
export function ListPage() {
  const { url, route } = useLocation();
  const view = useMemo(() => viewOf(url), [url]);
  const all = useFramed(containers);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [pointed, setPointed] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const focusFilter = useRef(false);
  const selected = useMemo(() => [...selection.ids].flatMap((id) => all.get(id) ?? []), [selection, all]);
  const kept = useKept(all, view, pointed || selected.length > 0);
  const matching = useMemo(() => kept.groups.flatMap((group) => group.ids).filter((id) => !kept.gone.has(id)), [kept.groups, kept.gone]);

  useSecond();
  useSlash(() => {
    // While something is selected, the tools are not there: they are with the next drawing.
    focusFilter.current = true;
    setSelection(NOTHING);
    search.current?.focus();
  });
  useEffect(() => {
    document.title = "Containers · Berth";
  }, []);
  useLayoutEffect(() => {
    if (focusFilter.current) search.current?.focus();
    focusFilter.current = false;
  });
  // What had the focus may be gone: a dialog, or the bar when nothing is selected any more.
  const engaged = selected.length > 0 || question !== null;
  const wasEngaged = useRef(false);
  useLayoutEffect(() => {
    if (wasEngaged.current && !engaged && document.activeElement === document.body) toList();
    wasEngaged.current = engaged;
  }, [engaged]);
  // Nothing is done with what the filter hides.
  useEffect(() => {
    const fits = matcher(view.filter);
    setSelection((before) => only(before, (id) => {
      const one = containers.peek().get(id);
      return one !== undefined && fits(one);
    }));
  }, [view.filter]);

  const change = (part: Partial<View>): void => route(addressOf({ ...view, ...part }), true);
  const run = (key: ActionKey, these: readonly Container[], options?: RemoveOptions): void =>
    begin(new Batch(key, these, options), (id) => setSelection((before) => only(before, (other) => other !== id)));
  const act = (key: ActionKey, these: readonly Container[]): void => (key === "remove" ? setQuestion({ kind: "remove", all: these }) : run(key, these));
  const selectAll = (): void => setSelection(select(matching));
  const clear = (): void => setSelection(NOTHING);

  // Rows compare what they are given: these stay the same and lead to what is the latest.
  const latest = useRef({ act, change, view, all, kept });
  latest.current = { act, change, view, all, kept };
  const commands = useMemo<Commands>(() => ({
    select: (id, range) => setSelection((before) => (range && before.anchor !== null ? extend(before, latest.current.kept.groups.flatMap((group) => group.ids), id, id) : toggle(before, id))),
    selectGroup: (group) => setSelection((before) => toggleAll(before, group.ids.filter((id) => latest.current.all.has(id)))),
    fold: (key) => {
      const shut = new Set(latest.current.view.shut);
      if (!shut.delete(key)) shut.add(key);
      latest.current.change({ shut });
    },
    act: (key, one) => latest.current.act(key, [one]),
    rename: (one) => setQuestion({ kind: "rename", one }),
  }), []);

  const known = all.size > 0 || kept.gone.size > 0;
  return (
    <div class={`list-page ${connection.value === "live" ? "" : "list-stale"}`}>
      <div class="page-head">
        <h1>Containers</h1>
        <Count all={all} matching={matching.length} filter={view.filter} />
        <span class="spring" />
        <PruneButton any={[...all.values()].some((one) => !isUp(one))} />
        <a class="button primary" href={CREATE_ROUTE}>
          New container
        </a>
      </div>
      {!loaded.value && <p class="empty">Loading…</p>}
      {loaded.value && !known && <Empty />}
      {known && (
        <>
          {selected.length > 0 ? (
            <BulkBar selected={selected} all={matching.length} onAct={act} onSelectAll={selectAll} onClear={() => { clear(); toList(); }} />
          ) : (
            <Tools view={view} search={search} onView={change} onDown={toList} />
          )}
          {kept.groups.length > 0 ? (
            <List
              kept={kept} view={view} selection={selection} commands={commands} onHold={setPointed} onSelectAll={selectAll} onClear={clear}
              onSort={(sort, descending) => change({ sort, descending })} onExtend={(order, from, to) => setSelection((before) => extend(before, order, from, to))}
            />
          ) : (
            <p class="empty">
              No container fits “{visibleText(view.filter)}”.{" "}
              <button class="button" onClick={() => change({ filter: "" })}>Clear the filter</button>
            </p>
          )}
        </>
      )}
      <div class="list-news" role="status">
        {kept.waiting > 0 && (
          <>
            {kept.waiting} new
            <button class="button quiet" type="button" onClick={kept.letIn}>Show</button>
          </>
        )}
      </div>
      <Results />
      <Asked question={question} onClose={() => setQuestion(null)} onRemove={(these, volumes) => run("remove", these, { volumes })} />
    </div>
  );
}

interface AskedProps {
  readonly question: Question | null;
  readonly onClose: () => void;
  readonly onRemove: (all: readonly Container[], volumes: boolean) => void;
}

function Asked({ question, onClose, onRemove }: AskedProps) {
  if (question === null) return null;
  if (question.kind === "rename") return <RenameDialog one={question.one} onClose={onClose} />;
  const confirm = (volumes: boolean): void => {
    onClose();
    onRemove(question.all, volumes);
  };
  const [one] = question.all;
  return question.all.length === 1 && one ? (
    <RemoveDialog one={one} running={isUp(one)} onClose={onClose} onConfirm={confirm} />
  ) : (
    <RemoveAllDialog all={question.all} onClose={onClose} onConfirm={confirm} />
  );
}

/** How many there are, and since when nothing is known of them. */
function Count({ all, matching, filter }: { readonly all: ReadonlyMap<string, Container>; readonly matching: number; readonly filter: string }) {
  const lostAt = useRef<Date | null>(null);
  if (connection.value === "reconnecting") lostAt.current ??= new Date();
  else lostAt.current = null;
  if (lostAt.current !== null) {
    return <span class="bad" role="status">Connection lost, trying again. What you see is from {lostAt.current.toLocaleTimeString()}.</span>;
  }
  if (!loaded.value) return null;
  const running = [...all.values()].filter((one) => one.state === "running").length;
  // What somebody has just filtered is read out, what goes on by itself is not.
  return filter.trim() === "" ? <span class="count">{`${all.size} in all, ${running} running`}</span> : <span class="count" role="status">{`${matching} of ${all.size} fit`}</span>;
}

function Empty() {
  return (
    <section class="empty">
      <h2>No containers yet</h2>
      <p>
        <a class="button primary" href={CREATE_ROUTE}>
          Create the first one
        </a>
      </p>
      <p>
        It needs an image: <a href={IMAGES_ROUTE}>pull one</a>. Or do both from a shell on this machine:
      </p>
      <pre>
        export DOCKER_HOST=unix:///run/berth/docker.sock{"\n"}docker pull nginx{"\n"}docker run -d --name web -p 8000:80 nginx
      </pre>
    </section>
  );
}
