import type { Container } from "../../api/types";
import { matcher, projectOf } from "./filter";
import { byName, sorted, STATES } from "./sorting";
import type { Grouping, View } from "./view";

/** Containers that stand together. Without groups there is one, of all. */
export interface Group {
  readonly key: string;
  readonly ids: readonly string[];
}

const keyOf: Readonly<Record<Grouping, (one: Container) => string>> = {
  none: () => "",
  project: projectOf,
  image: (one) => one.image,
  state: (one) => one.state,
};

/** What belongs to no project comes last. */
const compare: Readonly<Record<Grouping, (a: string, b: string) => number>> = {
  none: () => 0,
  project: (a, b) => Number(a === "") - Number(b === "") || byName(a, b),
  image: byName,
  state: (a, b) => STATES.findIndex((one) => one === a) - STATES.findIndex((one) => one === b),
};

/** Which containers are shown, in which order and groups. */
export function arrange(all: Iterable<Container>, view: View): readonly Group[] {
  const fits = matcher(view.filter);
  const ids = new Map<string, string[]>();
  for (const one of sorted([...all].filter(fits), view.sort, view.descending)) {
    const key = keyOf[view.group](one);
    const group = ids.get(key);
    if (group) group.push(one.id);
    else ids.set(key, [one.id]);
  }
  return [...ids].map(([key, of]) => ({ key, ids: of })).sort((a, b) => compare[view.group](a.key, b.key));
}

/** A line of the list. */
export type Line = { readonly kind: "group"; readonly key: string; readonly group: Group; readonly open: boolean } | { readonly kind: "row"; readonly key: string; readonly id: string };

/** The lines from top to bottom. Groups have lines of their own when there are groups. */
export function linesOf(groups: readonly Group[], view: View): readonly Line[] {
  const rows = (group: Group): Line[] => group.ids.map((id) => ({ kind: "row", key: id, id }));
  if (view.group === "none") return groups.flatMap(rows);
  return groups.flatMap((group) => {
    const open = !view.shut.has(group.key);
    return [{ kind: "group", key: `group ${group.key}`, group, open } as const, ...(open ? rows(group) : [])];
  });
}
