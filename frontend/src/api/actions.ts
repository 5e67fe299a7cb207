import { api } from "./http";
import type { Container, ContainerState } from "./types";

export type ActionKey = "start" | "stop" | "restart" | "pause" | "unpause" | "kill" | "remove";

export interface Action {
  readonly label: string;
  /** While it happens: "Stopping". */
  readonly doing: string;
  /** When it has happened: "stopped". */
  readonly done: string;
  /** The states in which it makes sense. */
  readonly states: ReadonlySet<ContainerState>;
  readonly act: (one: Container, options: RemoveOptions) => Promise<void>;
}

export interface RemoveOptions {
  /** Anonymous volumes too. */
  readonly volumes: boolean;
}

const UP: readonly ContainerState[] = ["running", "paused", "restarting"];
const DOWN: readonly ContainerState[] = ["created", "exited"];

export const isUp = (one: Container): boolean => UP.includes(one.state);

export const ACTIONS: Readonly<Record<ActionKey, Action>> = {
  start: { label: "Start", doing: "Starting", done: "started", states: new Set(DOWN), act: (one) => api.start(one.id) },
  stop: { label: "Stop", doing: "Stopping", done: "stopped", states: new Set(UP), act: (one) => api.stop(one.id) },
  restart: { label: "Restart", doing: "Restarting", done: "restarted", states: new Set([...UP, ...DOWN]), act: (one) => api.restart(one.id) },
  pause: { label: "Pause", doing: "Pausing", done: "paused", states: new Set<ContainerState>(["running"]), act: (one) => api.pause(one.id) },
  unpause: { label: "Unpause", doing: "Unpausing", done: "unpaused", states: new Set<ContainerState>(["paused"]), act: (one) => api.unpause(one.id) },
  kill: { label: "Kill", doing: "Killing", done: "killed", states: new Set<ContainerState>(["running", "paused"]), act: (one) => api.kill(one.id) },
  remove: { label: "Remove", doing: "Removing", done: "removed", states: new Set([...UP, ...DOWN, "dead"]), act: (one, { volumes }) => api.remove(one.id, isUp(one), volumes) },
};

export const suits = (key: ActionKey, one: Container): boolean => ACTIONS[key].states.has(one.state);

/** What is wanted most of a container that stands as it does. */
export const foremost = (one: Container): ActionKey | undefined => (["start", "unpause", "stop"] as const).find((key) => suits(key, one));

/** What else can be done with it, but for its removal. */
export function further(one: Container): readonly ActionKey[] {
  const first = foremost(one);
  return (["restart", "pause", "stop", "kill"] as const).filter((key) => key !== first && suits(key, one));
}
