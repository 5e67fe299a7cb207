import { joinWords, splitWords } from "../../list/words";
import { fieldOf, readCsv, writeCsv } from "./csv";
import { pairOf, type Column, type Kind } from "./kinds";
import { get, pairWords, rows } from "./rows";
import { fieldsOf, scalarText, type Lose, type Row } from "./values";

/** Mounts with all that can be said of each: `--mount`. */

const ofType = (type: string) => (row: Row): boolean => row["type"] === type;

const COLUMNS: readonly Column[] = [
  { key: "type", label: "Type", shape: "choice", json: "Type", choices: ["volume", "bind", "tmpfs", "image"], required: true },
  { key: "source", label: "Source", shape: "text", json: "Source", only: (row) => row["type"] !== "tmpfs", placeholder: "name, or path on the host" },
  { key: "target", label: "Path inside", shape: "text", json: "Target", required: true, placeholder: "/data" },
  { key: "readOnly", label: "Read-only", shape: "flag", json: "ReadOnly" },
  { key: "propagation", label: "Propagation", shape: "choice", json: "BindOptions.Propagation", choices: ["private", "rprivate", "shared", "rshared", "slave", "rslave"], only: ofType("bind") },
  { key: "createMountpoint", label: "Make a missing source", shape: "flag", json: "BindOptions.CreateMountpoint", only: ofType("bind") },
  { key: "nonRecursive", label: "Without what is mounted below", shape: "flag", json: "BindOptions.NonRecursive", only: ofType("bind") },
  { key: "topReadOnly", label: "Read-only at its top alone", shape: "flag", json: "BindOptions.ReadOnlyNonRecursive", only: ofType("bind") },
  { key: "deepReadOnly", label: "Refuse unless all below is read-only", shape: "flag", json: "BindOptions.ReadOnlyForceRecursive", only: ofType("bind") },
  { key: "subpath", label: "Folder in the volume", shape: "text", json: "VolumeOptions.Subpath", only: ofType("volume") },
  { key: "noCopy", label: "Do not fill it from the image", shape: "flag", json: "VolumeOptions.NoCopy", only: ofType("volume") },
  { key: "labels", label: "Labels of a new volume", shape: "pairs", json: "VolumeOptions.Labels", only: ofType("volume"), placeholder: "name=value" },
  { key: "driver", label: "Driver of a new volume", shape: "text", json: "VolumeOptions.DriverConfig.Name", only: ofType("volume"), placeholder: "local" },
  { key: "driverOptions", label: "Options of a new volume", shape: "pairs", json: "VolumeOptions.DriverConfig.Options", only: ofType("volume"), placeholder: "type=nfs o=addr=…" },
  { key: "size", label: "Size", shape: "bytes", json: "TmpfsOptions.SizeBytes", only: ofType("tmpfs"), placeholder: "64m" },
  { key: "mode", label: "Mode", shape: "octal", json: "TmpfsOptions.Mode", only: ofType("tmpfs"), placeholder: "1777" },
  { key: "programs", label: "Programs in it", shape: "sets", json: "TmpfsOptions.Options", choices: ["exec", "noexec"], only: ofType("tmpfs") },
  { key: "imagePath", label: "Folder in the image", shape: "text", json: "ImageOptions.Subpath", only: ofType("image") },
  { key: "consistency", label: "Consistency", shape: "choice", json: "Consistency", choices: ["consistent", "cached", "delegated", "default"] },
];

/** Names of `--mount` with those of columns; where several are one, the first is written. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  type: ["type"],
  source: ["source", "src"],
  target: ["target", "dst", "destination"],
  readOnly: ["readonly", "ro"],
  consistency: ["consistency"],
  propagation: ["bind-propagation"],
  createMountpoint: ["bind-create-src"],
  noCopy: ["volume-nocopy"],
  subpath: ["volume-subpath"],
  driver: ["volume-driver"],
  size: ["tmpfs-size"],
  mode: ["tmpfs-mode"],
  imagePath: ["image-subpath"],
};

/** Columns that one word of `bind-recursive` says. */
const RECURSION: Readonly<Record<string, string>> = { disabled: "nonRecursive", writable: "topReadOnly", readonly: "deepReadOnly" };

const visible = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([key]) => COLUMNS.find((column) => column.key === key)?.only?.(row) ?? true));
const isOn = (row: Row, key: string): boolean => row[key] === "true";
const pairsIn = (cell: string | undefined): readonly string[] => splitWords(cell ?? "");

function write(row: Row, lose: Lose): string {
  const fields: string[] = [];
  for (const column of COLUMNS) {
    const name = NAMES[column.key]?.[0];
    const cell = row[column.key];
    if (name && cell) fields.push(column.shape === "flag" ? name : `${name}=${cell}`);
  }
  const recursions = Object.entries(RECURSION).filter(([, key]) => isOn(row, key));
  recursions.forEach(([word], index) => {
    if (index === 0) fields.push(`bind-recursive=${word}`);
    else lose(`“${COLUMNS.find((column) => column.key === RECURSION[word])?.label}” of the mount at ${row["target"]}`);
  });
  pairsIn(row["labels"]).forEach((pair) => fields.push(`volume-label=${pair}`));
  pairsIn(row["driverOptions"]).forEach((pair) => fields.push(`volume-opt=${pair}`));
  if (row["programs"]) lose(`whether there may be programs in the tmpfs at ${row["target"]}`);
  return writeCsv(fields);
}

function read(text: string, lose: Lose): Row {
  const row: Record<string, string> = { type: "volume" };
  const labels: string[] = [];
  const options: string[] = [];
  for (const field of readCsv(text)) {
    const [name, value] = fieldOf(field);
    const key = Object.entries(NAMES).find(([, names]) => names.includes(name))?.[0];
    const column = COLUMNS.find((one) => one.key === key);
    if (column && key) row[key] = column.shape === "flag" ? String(value === null || /^(true|1)$/.test(value)) : (value ?? "");
    else if (name === "bind-recursive" && value !== null && RECURSION[value]) row[RECURSION[value]] = "true";
    else if (name === "bind-nonrecursive") row["nonRecursive"] = "true";
    else if (name === "volume-label") labels.push(value ?? "");
    else if (name === "volume-opt") options.push(value ?? "");
    else if (!(name === "bind-recursive" && value === "enabled")) lose(`${field} of --mount`);
  }
  return { ...without(row, "false"), labels: joinWords(labels), driverOptions: joinWords(options) };
}

const without = (row: Row, cell: string): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== cell));

const COMPOSE: Readonly<Record<string, string>> = {
  type: "type",
  source: "source",
  target: "target",
  readOnly: "read_only",
  consistency: "consistency",
  propagation: "bind.propagation",
  createMountpoint: "bind.create_host_path",
  noCopy: "volume.nocopy",
  subpath: "volume.subpath",
  labels: "volume.labels",
  size: "tmpfs.size",
  imagePath: "image.subpath",
};

function toCompose(row: Row, lose: Lose): unknown {
  const yaml: Record<string, unknown> = {};
  const put = (path: string, value: unknown): void => {
    const [first = "", second] = path.split(".");
    // A cast, because only this function fills the object.
    if (second === undefined) yaml[first] = value;
    else (yaml[first] = (yaml[first] ?? {}) as Record<string, unknown>)[second as never] = value as never;
  };
  for (const column of COLUMNS) {
    const cell = row[column.key];
    const path = COMPOSE[column.key];
    if (!cell) continue;
    if (path) put(path, column.shape === "flag" ? true : column.shape === "pairs" ? Object.fromEntries(splitWords(cell).map((word) => Object.values(pairOf(word)))) : cell);
    else if (column.key === "mode") put("tmpfs.mode", parseInt(cell, 8));
    else if (!Object.values(RECURSION).includes(column.key)) lose(`“${column.label}” of the mount at ${row["target"]}`);
  }
  Object.entries(RECURSION).filter(([, key]) => isOn(row, key)).forEach(([word], index) => {
    if (index === 0) put("bind.recursive", word);
    else lose(`“${COLUMNS.find((column) => column.key === RECURSION[word])?.label}” of the mount at ${row["target"]}`);
  });
  // Compose makes a missing folder unless it is told not to.
  if (row["type"] === "bind" && !isOn(row, "createMountpoint")) put("bind.create_host_path", false);
  return yaml;
}

const KNOWN = ["type", "source", "target", "read_only", "consistency", "bind", "volume", "tmpfs", "image"];
const KNOWN_BELOW = [...Object.values(COMPOSE), "bind.recursive", "tmpfs.mode"];

function ofCompose(yaml: unknown, lose: Lose): Row {
  const fields = fieldsOf(yaml);
  for (const [name, value] of Object.entries(fields)) {
    if (!KNOWN.includes(name)) lose(`${name} of the mount at ${scalarText(fields["target"] ?? "?")}`);
    if (typeof value === "object" && value !== null) {
      Object.keys(value).filter((below) => !KNOWN_BELOW.includes(`${name}.${below}`)).forEach((below) => lose(`${name}.${below} of the mount at ${scalarText(fields["target"] ?? "?")}`));
    }
  }
  const row: Record<string, string> = {};
  for (const column of COLUMNS) {
    const path = COMPOSE[column.key];
    const value = path === undefined ? undefined : get(fields, path);
    if (value === undefined || value === null || value === false) continue;
    row[column.key] = column.shape === "pairs" ? pairWords(value) : scalarText(value);
  }
  const recursion = get(fields, "bind.recursive");
  if (typeof recursion === "string" && RECURSION[recursion]) row[RECURSION[recursion]] = "true";
  const mode = get(fields, "tmpfs.mode");
  if (mode !== undefined) row["mode"] = Number(scalarText(mode)).toString(8);
  if (row["type"] === "bind" && get(fields, "bind.create_host_path") === undefined) row["createMountpoint"] = "true";
  return row;
}

function check(row: Row): string {
  const source = row["source"] ?? "";
  if (!(row["target"] ?? "").startsWith("/")) return "path inside is not absolute";
  if (row["type"] === "bind" && !source.startsWith("/")) return "source of a bind is an absolute path of the host";
  if (row["type"] === "image" && source === "") return "source is missing: name the image";
  if (row["type"] === "volume" && source.startsWith("/")) return "source is the name of a volume, not a path";
  if (row["type"] === "volume" && source === "" && (row["subpath"] || isOn(row, "readOnly"))) return "a volume without a name can neither be read-only nor have a folder";
  if (isOn(row, "topReadOnly") && isOn(row, "deepReadOnly")) return "read-only at the top alone, and all below, are not both possible";
  return "";
}

export const mounts: Kind<readonly Row[]> = rows({
  columns: COLUMNS,
  check,
  normal: visible,
  write,
  read,
  compose: { write: toCompose, read: (yaml, lose) => ofCompose(yaml, lose) },
});

