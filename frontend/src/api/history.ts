import { get, one } from "./http";

/** Something that happened to a container. */
export interface HistoryEvent {
  readonly sequence: number;
  readonly at: string;
  readonly type: "container" | "network";
  /** A word of the engine, such as "die" or "exec_create: sh". */
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Newest first. */
export interface HistoryPart {
  readonly items: readonly HistoryEvent[];
  readonly more: boolean;
}

const PAGE = 200;

/** @param before only what happened before the event with this number @param after only what happened after it */
export const history = (id: string, { before, after }: { readonly before?: number; readonly after?: number }): Promise<HistoryPart> => {
  const parameters = new URLSearchParams({ limit: String(PAGE) });
  if (before !== undefined) parameters.set("before", String(before));
  if (after !== undefined) parameters.set("after", String(after));
  return get(`${one(id)}/events?${parameters}`);
};
