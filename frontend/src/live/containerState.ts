import type { Container } from "../api/types";
import type { ListState } from "./listState";

export type ContainersState = ListState<Container>;

/** The container with this id, this name or the only one with this beginning of an id. */
export function findContainer(byId: ReadonlyMap<string, Container>, ref: string): Container | undefined {
  const exact = byId.get(ref);
  if (exact) return exact;
  const all = [...byId.values()];
  const named = all.find((one) => one.name === ref);
  if (named) return named;
  const starting = ref.length >= 4 ? all.filter((one) => one.id.startsWith(ref)) : [];
  return starting.length === 1 ? starting[0] : undefined;
}

/** Whether something went wrong with its last run. */
export const hasFailed = (one: Container): boolean => one.error !== "" || one.oomKilled || (one.state === "exited" && one.exitCode !== 0);
