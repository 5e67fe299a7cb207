import { effect, signal } from "@preact/signals";
import type { ConsoleView } from "../api/console";
import { page } from "../api/page";

/** A console that has a tab in the dock of this window. */
export interface ConsoleTab {
  readonly id: string;
  readonly containerId: string;
  readonly name: string;
  readonly program: string;
  readonly toolbox: boolean;
  readonly user: string;
  readonly workingDir: string;
}

/** How a console's connection stands; the text is a sentence for the user. */
export interface ConsoleState {
  readonly kind: "connecting" | "live" | "lost" | "ended" | "gone";
  readonly text: string;
  /** With it the container may have ended, which is known a moment later. */
  readonly killed?: boolean;
}

/** What this window comes back to when it is loaded again. */
interface Remembered {
  readonly tabs: readonly ConsoleTab[];
  readonly current: string;
  readonly shown: boolean;
}

const KEY = `berth-consoles-${page.user}`;
const CONNECTING: ConsoleState = { kind: "connecting", text: "Connecting…" };

function remembered(): Remembered {
  const kept = sessionStorage.getItem(KEY);
  // A cast, because only this page writes there.
  return kept ? (JSON.parse(kept) as Remembered) : { tabs: [], current: "", shown: false };
}

const before = remembered();

export const tabs = signal<readonly ConsoleTab[]>(before.tabs);
/** The id of the tab in front. */
export const current = signal(before.current);
/** Whether the dock is open, or folded to its button. */
export const shown = signal(before.shown);
/** Whether the dock has ever been needed; its code is loaded then. */
export const wanted = signal(before.tabs.length > 0);
/** Counts how often the terminal in front was asked to take the focus. */
export const focusAsked = signal(0);
export const states = signal<ReadonlyMap<string, ConsoleState>>(new Map());

effect(() => sessionStorage.setItem(KEY, JSON.stringify({ tabs: tabs.value, current: current.value, shown: shown.value } satisfies Remembered)));

export const stateOf = (id: string): ConsoleState => states.value.get(id) ?? CONNECTING;

export function setState(id: string, state: ConsoleState): void {
  states.value = new Map(states.value).set(id, state);
}

export function bringToFront(id: string): void {
  current.value = id;
  openDock();
}

export function openDock(): void {
  wanted.value = true;
  shown.value = true;
  focusAsked.value++;
}

/** Gives a console a tab, unless it has one, and shows it. */
export function showConsole(view: ConsoleView): void {
  if (!tabs.value.some((tab) => tab.id === view.id)) {
    const { id, containerId, containerName: name, program, toolbox, user, workingDir } = view;
    tabs.value = [...tabs.value, { id, containerId, name, program, toolbox, user, workingDir }];
  }
  bringToFront(view.id);
}

/** Takes a tab away; its neighbour comes to the front, and without one the dock folds. */
export function dropTab(id: string): void {
  const at = tabs.value.findIndex((tab) => tab.id === id);
  const rest = tabs.value.filter((tab) => tab.id !== id);
  tabs.value = rest;
  const left = new Map(states.value);
  left.delete(id);
  states.value = left;
  if (rest.length === 0) shown.value = false;
  if (current.value !== id) return;
  current.value = rest[Math.min(at, rest.length - 1)]?.id ?? "";
  if (rest.length > 0) focusAsked.value++;
}
