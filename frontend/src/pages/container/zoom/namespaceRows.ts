import type { NamespaceValue } from "../../../api/insight";

/** Values that say the same, with all their names. */
export interface NamespaceRow {
  readonly names: readonly string[];
  readonly value: NamespaceValue;
}

const saying = (one: NamespaceValue): string => JSON.stringify([one.inside, one.outside, one.path, one.meaning]);

/** The values in their order; those that differ in nothing but the name (one place in many hierarchies of cgroups) stand together. */
export function namespaceRows(values: readonly NamespaceValue[]): readonly NamespaceRow[] {
  const rows = new Map<string, { names: string[]; value: NamespaceValue }>();
  for (const value of values) {
    const same = rows.get(saying(value));
    if (same) same.names.push(value.name);
    else rows.set(saying(value), { names: [value.name], value });
  }
  return [...rows.values()];
}

/** The text with ids of containers as short as everywhere. */
export const shortIds = (text: string): string => text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
