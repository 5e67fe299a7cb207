import type { Container, ContainersMessage } from "../api/types";

/** What the dashboard knows of the containers: a snapshot with all numbered changes since. Immutable. */
export interface ContainersState {
  readonly sequence: number;
  readonly byId: ReadonlyMap<string, Container>;
}

/** The next state, or "gap" when a message in between was lost and only a new snapshot helps. */
export function applyMessage(state: ContainersState | null, message: ContainersMessage): ContainersState | "gap" {
  if (message.type === "snapshot") {
    return { sequence: message.sequence, byId: new Map(message.items.map((item) => [item.id, item])) };
  }
  if (state === null || message.sequence !== state.sequence + 1) return "gap";
  const byId = new Map(state.byId);
  if (message.type === "upsert") byId.set(message.item.id, message.item);
  else byId.delete(message.id);
  return { sequence: message.sequence, byId };
}

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
