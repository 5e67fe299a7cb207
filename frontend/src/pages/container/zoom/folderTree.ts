import type { ChangedFolder } from "../../../api/insight";

/** A folder below another one. */
export interface FolderNode {
  readonly folder: ChangedFolder;
  /** The path from the folder above it. */
  readonly label: string;
  /** The biggest first. */
  readonly children: readonly FolderNode[];
}

interface Growing {
  readonly folder: ChangedFolder;
  readonly children: Growing[];
}

const below = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** A folder that has nothing but one other folder stands on one line with it, unless it is a database's. */
function shortened(one: Growing): Growing {
  const [only, second] = one.children;
  const nothingElse = only !== undefined && second === undefined && only.folder.files === one.folder.files && only.folder.bytes === one.folder.bytes;
  return nothingElse && one.folder.database === null ? shortened(only) : one;
}

function finished(nodes: readonly Growing[], above: string): readonly FolderNode[] {
  return nodes
    .map(shortened)
    .sort((one, other) => other.folder.bytes - one.folder.bytes || other.folder.files - one.folder.files)
    .map((one) => ({ folder: one.folder, label: one.folder.path.slice(above.length), children: finished(one.children, `${one.folder.path}/`) }));
}

/** The folders below each other. The root is left out: it is all there is. */
export function folderTree(folders: readonly ChangedFolder[]): readonly FolderNode[] {
  const roots: Growing[] = [];
  const open: Growing[] = [];
  // A folder comes before what is below it, and nothing else comes in between: "/" sorts before all other signs here.
  const sorted = folders.filter((one) => one.path !== "/").sort((one, other) => (one.path.replaceAll("/", "\0") < other.path.replaceAll("/", "\0") ? -1 : 1));
  for (const folder of sorted) {
    const node: Growing = { folder, children: [] };
    while (open.length > 0 && !below(folder.path, open.at(-1)?.folder.path ?? "")) open.pop();
    (open.at(-1)?.children ?? roots).push(node);
    open.push(node);
  }
  return finished(roots, "");
}
