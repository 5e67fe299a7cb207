import type { Loss } from "../api/types";

const MAX_FOLDERS = 6;

/** The biggest that are not only the way to another one, and all that look like a database's. */
export function topFolders(loss: Loss): Loss["folders"] {
  const telling = loss.folders.filter(
    (folder) => folder.database !== null || !loss.folders.some((below) => below !== folder && below.files === folder.files && below.path.startsWith(inside(folder.path))),
  );
  const bases = telling.filter((folder) => folder.database !== null);
  return [...bases, ...telling.filter((folder) => folder.database === null && folder.path !== "/")].slice(0, MAX_FOLDERS);
}

const inside = (path: string): string => (path === "/" ? "/" : `${path}/`);
