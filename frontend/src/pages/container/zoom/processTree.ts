import type { ProcessItem } from "../../../api/insight";

/** A process with its children, the oldest first. */
export interface ProcessNode {
  readonly process: ProcessItem;
  readonly children: readonly ProcessNode[];
  /** How many processes are below it, at any depth. */
  readonly below: number;
}

const older = (one: ProcessItem, other: ProcessItem): number => (one.inside ?? Infinity) - (other.inside ?? Infinity) || one.pid - other.pid;

/** The processes below those whose parent is not in the list: the first process, and what was brought in from outside. */
export function processTree(items: readonly ProcessItem[]): readonly ProcessNode[] {
  const known = new Set(items.map((one) => one.pid));
  const byParent = new Map<number, ProcessItem[]>();
  for (const one of items) {
    const siblings = byParent.get(one.parent);
    if (siblings) siblings.push(one);
    else byParent.set(one.parent, [one]);
  }
  const seen = new Set<number>();
  const nodeOf = (process: ProcessItem): ProcessNode => {
    seen.add(process.pid);
    const children = (byParent.get(process.pid) ?? []).filter((one) => !seen.has(one.pid)).sort(older).map(nodeOf);
    return { process, children, below: children.reduce((sum, child) => sum + 1 + child.below, 0) };
  };
  const roots = items.filter((one) => !known.has(one.parent) || one.parent === one.pid).sort(older).map(nodeOf);
  // The list is read one process after the other: a number given anew meanwhile can close a ring, which has no root.
  const rings = items.filter((one) => !seen.has(one.pid)).sort(older);
  return [...roots, ...rings.flatMap((one) => (seen.has(one.pid) ? [] : [nodeOf(one)]))];
}
