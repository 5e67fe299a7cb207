import type { ContainerState } from "../api/types";

const WORDS: Readonly<Record<ContainerState, string>> = {
  created: "Created",
  running: "Running",
  paused: "Paused",
  restarting: "Restarting",
  exited: "Exited",
  removing: "Removing",
  dead: "Dead",
};

/** A state in words, with a shape and a colour of its own. */
export function StatePill({ state, failed }: { readonly state: ContainerState; readonly failed: boolean }) {
  return <span class={`pill pill-${failed ? "failed" : state}`}>{WORDS[state]}</span>;
}
