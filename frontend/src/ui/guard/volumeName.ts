const LONGEST = 64;
const COMMON = new Set(["var", "lib", "data", "srv", "opt", "usr", "home", "local", "share"]);

const cleaned = (text: string): string => text.replace(/[^a-zA-Z0-9_.-]+/g, "-").replace(/^[^a-zA-Z0-9]+|-+$/g, "");

/** A name for the volume that a folder becomes, such as "web-postgresql" for /var/lib/postgresql. */
export function proposedName(container: string, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  const telling = parts.filter((part) => !COMMON.has(part));
  const tail = cleaned((telling.length > 0 ? telling : parts).slice(-2).join("-"));
  const name = [cleaned(container), tail].filter((part) => part !== "").join("-").slice(0, LONGEST);
  return name.length < 2 ? "rescued" : name;
}

/** What is wrong with a name, as a sentence; empty when nothing is. */
export function nameTrouble(name: string): string {
  if (name === "") return "Give the volume a name.";
  if (name.length < 2) return "A name has two characters at least.";
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return "Letters, digits, “_”, “.” and “-” only, beginning with a letter or a digit.";
  return "";
}
