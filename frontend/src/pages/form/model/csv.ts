/** Fields with commas between them, in quotes where they hold one: what `--mount`, `--network` and `--gpus` take. */

export function writeCsv(fields: readonly string[]): string {
  return fields.map((field) => (/[",\n\r]|^\s/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(",");
}

export function readCsv(line: string): readonly string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quoted && char === '"' && line.charAt(at + 1) === '"') {
      field += char;
      at++;
    } else if (char === '"' && (quoted || field === "")) {
      quoted = !quoted;
    } else if (char === "," && !quoted) {
      fields.push(field);
      field = "";
    } else {
      field += char;
    }
  }
  return [...fields, field];
}

/** A field as its name, in small letters, and its value; the value is null where there is no "=". */
export function fieldOf(field: string): readonly [string, string | null] {
  const at = field.indexOf("=");
  return at < 0 ? [field.toLowerCase(), null] : [field.slice(0, at).toLowerCase(), field.slice(at + 1)];
}
