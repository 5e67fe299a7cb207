import type { Container, ContainerState } from "../api/types";
import { hasFailed } from "../live/containerState";

const WORDS: Readonly<Record<ContainerState, string>> = {
  created: "Created",
  running: "Running",
  paused: "Paused",
  restarting: "Restarting",
  exited: "Exited",
  removing: "Removing",
  dead: "Dead",
};

/** How a container stands, in a word with a shape and a colour of its own. One that runs and is unhealthy is not as one that just runs. */
export function StatePill({ one }: { readonly one: Container }) {
  if (one.state === "running" && one.health === "unhealthy") return <span class="pill pill-unhealthy">Unhealthy</span>;
  return <span class={`pill pill-${hasFailed(one) ? "failed" : one.state}`}>{WORDS[one.state]}</span>;
}
