/* Paths in a container, absolute and without links being looked at. */

/** The path of a name in a folder. */
export const inside = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);

/** The folder of a path. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";

export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Where a link in a folder leads, by its text: ".." ends at the root. */
export function followed(folder: string, target: string): string {
  const done: string[] = [];
  for (const part of (target.startsWith("/") ? target : `${folder}/${target}`).split("/")) {
    if (part === "..") done.pop();
    else if (part !== "" && part !== ".") done.push(part);
  }
  return `/${done.join("/")}`;
}

/** The folders on the way to a path, from the root, each with its name. */
export function crumbs(path: string): readonly { readonly name: string; readonly path: string }[] {
  const parts = path.split("/").filter((part) => part !== "");
  return [{ name: "/", path: "/" }, ...parts.map((name, index) => ({ name, path: `/${parts.slice(0, index + 1).join("/")}` }))];
}

/** What is wrong with a name for a file, as a sentence; empty when nothing is. */
export function fileNameTrouble(name: string): string {
  if (name === "") return "Give it a name.";
  if (name === "." || name === "..") return "That name means a folder on the way.";
  if (name.includes("/")) return "A name has no “/”.";
  if (name.includes("\0")) return "A name has no NUL.";
  return new TextEncoder().encode(name).length > 255 ? "A name has 255 bytes at most." : "";
}

/** Whether the server can be asked for a file by this name: bytes that are no UTF-8 come as U+FFFD. */
export const isReachable = (name: string): boolean => !name.includes("\uFFFD");
