import "./dock.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, RequestError } from "../api/http";
import { ClosePrompt } from "./ClosePrompt";
import { foldDock } from "./ConsoleDock";
import { fontAfter } from "./keys";
import { DockTools } from "./DockTools";
import { Panel } from "./Panel";
import { fontSize, height, HIGHEST, LOWEST, setHeight } from "./settings";
import { bringToFront, current, dropTab, openDock, shown, stateOf, tabs, type ConsoleTab } from "./store";
import { tabName } from "./words";

const STEP = 5;

interface Closing {
  readonly tab: ConsoleTab;
  readonly programs: readonly string[];
}

/** Whether anything can be lost by closing a console. */
async function programsOf(tab: ConsoleTab): Promise<readonly string[]> {
  if (stateOf(tab.id).kind === "ended" || stateOf(tab.id).kind === "gone") return [];
  return api.consolePrograms(tab.id);
}

async function end(tab: ConsoleTab): Promise<void> {
  await api.endConsole(tab.id).catch((failure: unknown) => {
    // It has ended by itself.
    if (!(failure instanceof RequestError) || failure.status !== 404) throw failure;
  });
  dropTab(tab.id);
  if (tabs.value.length === 0) foldDock();
}

/** All consoles of this window: a tab for each, at the lower edge. */
export function Dock() {
  const [closing, setClosing] = useState<Closing | null>(null);
  const [error, setError] = useState("");
  const all = tabs.value;
  const front = all.find((tab) => tab.id === current.value) ?? all[0];

  useSpace();
  const attempt = (work: Promise<void>): void => {
    setError("");
    work.catch((failure: unknown) => setError(failure instanceof Error ? failure.message : String(failure)));
  };
  const close = (tab: ConsoleTab): void =>
    attempt(
      programsOf(tab).then((programs) => {
        if (programs.length > 0) setClosing({ tab, programs });
        else return end(tab);
        return undefined;
      }),
    );
  const answer = (yes: boolean): void => {
    if (yes && closing) attempt(end(closing.tab));
    setClosing(null);
    openDock();
  };
  const keys = (event: KeyboardEvent): void => {
    const size = fontAfter(event, fontSize.value);
    if (size === null) return;
    event.preventDefault();
    fontSize.value = size;
  };
  return (
    <>
      {!shown.value && (
        <button class="button dock-button" onClick={openDock} title="Ctrl+`">
          Consoles <span class="badge">{all.length}</span>
        </button>
      )}
      <section class="dock" aria-label="Consoles" hidden={!shown.value} onKeyDown={keys}>
        <Edge />
        <div class="dock-bar">
          <Tabs all={all} front={front} onClose={close} />
          <DockTools onFold={foldDock} onClose={front ? () => close(front) : null} />
        </div>
        {error && (
          <p class="note note-bad" role="alert">
            {error}
          </p>
        )}
        {all.length === 0 && <p class="empty">No console is open. Open one on the page of a container, under Console.</p>}
        {all.map((tab) => (
          <Panel key={tab.id} tab={tab} label={tabName(tab, all)} inFront={tab === front} onClose={() => close(tab)} />
        ))}
      </section>
      {closing && <ClosePrompt name={tabName(closing.tab, all)} programs={closing.programs} onAnswer={answer} />}
    </>
  );
}

/** The page's end can be scrolled to above the dock. */
function useSpace(): void {
  const open = shown.value;
  const part = height.value;
  useEffect(() => {
    const root = document.documentElement;
    root.classList.toggle("has-dock", open);
    root.style.setProperty("--dock-height", `${part}vh`);
  }, [open, part]);
}

/** The upper edge, which is moved by the mouse or with the arrow keys. */
function Edge() {
  const moved = (event: PointerEvent & { readonly currentTarget: HTMLElement }): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) setHeight(100 - (100 * event.clientY) / innerHeight);
  };
  const keys = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowUp" ? STEP : event.key === "ArrowDown" ? -STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    setHeight(height.value + step);
  };
  return (
    <div
      class="dock-edge"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the consoles"
      aria-valuemin={LOWEST}
      aria-valuemax={HIGHEST}
      aria-valuenow={height.value}
      tabIndex={0}
      onKeyDown={keys}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={moved}
    />
  );
}

interface TabsProps {
  readonly all: readonly ConsoleTab[];
  readonly front: ConsoleTab | undefined;
  readonly onClose: (tab: ConsoleTab) => void;
}

/** Arrow keys go from tab to tab, Delete closes one. */
function Tabs({ all, front, onClose }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const keys = (event: KeyboardEvent): void => {
    const at = all.findIndex((tab) => tab === front);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = all[(at + step + all.length) % all.length];
    if (event.key === "Delete" && front) onClose(front);
    if (step === 0 || !next) return;
    event.preventDefault();
    current.value = next.id;
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus();
  };
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [front, all.length]);
  if (all.length === 0) return <strong class="dock-title">Consoles</strong>;
  return (
    <div class="dock-tabs" role="tablist" aria-label="Open consoles" ref={list} onKeyDown={keys}>
      {all.map((tab) => (
        <button
          key={tab.id}
          id={`tab-${tab.id}`}
          role="tab"
          class={`dock-tab dock-${stateOf(tab.id).kind}`}
          aria-selected={tab === front}
          aria-controls={`panel-${tab.id}`}
          tabIndex={tab === front ? 0 : -1}
          onClick={() => bringToFront(tab.id)}
        >
          {tabName(tab, all)}
          <Mark kind={stateOf(tab.id).kind} />
        </button>
      ))}
    </div>
  );
}

function Mark({ kind }: { readonly kind: string }) {
  if (kind === "live") return null;
  return <span class="dock-mark">{kind === "connecting" ? "…" : kind === "lost" ? "connection lost" : "ended"}</span>;
}
