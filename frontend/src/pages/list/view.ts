import { listAddress } from "../../ui/addresses";
import { isSortKey, type SortKey } from "./sorting";

export const GROUPINGS = { none: "No groups", project: "By project", image: "By image", state: "By state" } as const;
export type Grouping = keyof typeof GROUPINGS;

/** How the list is looked at; all of it stands in the address. */
export interface View {
  readonly filter: string;
  readonly group: Grouping;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** Keys of groups that are folded up. */
  readonly shut: ReadonlySet<string>;
}

/** Newest first, so that a row moves only when one comes or goes. */
export const USUAL_VIEW: View = { filter: "", group: "none", sort: "created", descending: true, shut: new Set() };

const isGrouping = (text: string): text is Grouping => Object.hasOwn(GROUPINGS, text);

/** The view that an address names. What it does not know, it leaves as usual. */
export function viewOf(address: string): View {
  const query = new URL(address, "http://here").searchParams;
  const group = query.get("group") ?? "";
  const sort = /^(-?)(.*)$/s.exec(query.get("sort") ?? "");
  const key = sort?.[2] ?? "";
  return {
    filter: query.get("filter") ?? "",
    group: isGrouping(group) ? group : USUAL_VIEW.group,
    ...(isSortKey(key) ? { sort: key, descending: sort?.[1] === "-" } : { sort: USUAL_VIEW.sort, descending: USUAL_VIEW.descending }),
    shut: new Set(query.getAll("shut")),
  };
}

/** The address of a view. */
export function addressOf(view: View): string {
  const query = new URLSearchParams();
  if (view.filter !== "") query.set("filter", view.filter);
  if (view.group !== USUAL_VIEW.group) query.set("group", view.group);
  if (view.sort !== USUAL_VIEW.sort || view.descending !== USUAL_VIEW.descending) query.set("sort", `${view.descending ? "-" : ""}${view.sort}`);
  if (view.group !== "none") for (const key of view.shut) query.append("shut", key);
  return query.size === 0 ? listAddress() : `${listAddress()}?${query}`;
}
