/** Which rows are selected, and from where a range goes. Immutable. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins. */
  readonly anchor: string | null;
  /** What is selected beside the range. */
  readonly base: ReadonlySet<string>;
}

export const NOTHING: Selection = { ids: new Set(), anchor: null, base: new Set() };

/** These and no others. */
export const select = (ids: Iterable<string>): Selection => {
  const all = new Set(ids);
  return { ids: all, anchor: null, base: all };
};

/** Selects it, or no longer; a range begins there. */
export function toggle(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, base: ids };
}

/** Selects all of them, or none when they all were. */
export function toggleAll(selection: Selection, ids: readonly string[]): Selection {
  const next = new Set(selection.ids);
  const all = ids.every((id) => next.has(id));
  for (const id of ids) {
    if (all) next.delete(id);
    else next.add(id);
  }
  return { ids: next, anchor: selection.anchor, base: next };
}

/**
 * Selects from the anchor to this one, and no longer what an earlier range from there had beyond it.
 *
 * @param order ids from top to bottom
 * @param from the anchor where there is none yet
 */
export function extend(selection: Selection, order: readonly string[], from: string, to: string): Selection {
  const anchor = selection.anchor !== null && order.includes(selection.anchor) ? selection.anchor : from;
  const [a, b] = [order.indexOf(anchor), order.indexOf(to)];
  return { ids: new Set([...selection.base, ...order.slice(Math.min(a, b), Math.max(a, b) + 1)]), anchor, base: selection.base };
}

/** Without those that do not pass. */
export function only(selection: Selection, passes: (id: string) => boolean): Selection {
  const ids = new Set([...selection.ids].filter(passes));
  return ids.size === selection.ids.size ? selection : { ids, anchor: selection.anchor, base: ids };
}
