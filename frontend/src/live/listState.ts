import type { ListMessage } from "../api/types";

/** What the dashboard knows of a list of the server: a snapshot with all numbered changes since. Immutable. */
export interface ListState<T> {
  readonly sequence: number;
  readonly byId: ReadonlyMap<string, T>;
}

/** The next state, or "gap" when a message in between was lost and only a new snapshot helps. */
export function applyMessage<T extends { readonly id: string }>(state: ListState<T> | null, message: ListMessage<T>): ListState<T> | "gap" {
  if (message.type === "snapshot") {
    return { sequence: message.sequence, byId: new Map(message.items.map((item) => [item.id, item])) };
  }
  if (state === null || message.sequence !== state.sequence + 1) return "gap";
  const byId = new Map(state.byId);
  if (message.type === "upsert") byId.set(message.item.id, message.item);
  else byId.delete(message.id);
  return { sequence: message.sequence, byId };
}
