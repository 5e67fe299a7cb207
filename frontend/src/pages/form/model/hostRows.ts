import { joinWords, splitWords } from "../../list/words";
import { fieldOf, readCsv, writeCsv } from "./csv";
import type { Kind } from "./kinds";
import { pairWords, rowJson, rows } from "./rows";
import { bytesText, fieldsOf, listOf, parseBytes, parseWhole, scalarText, Unreadable, type Row } from "./values";

/** Devices, limits and what else of the host a container has, a line each. */

const absolute = (text: string): boolean => text.startsWith("/");

export const devices: Kind<readonly Row[]> = rows({
  columns: [
    { key: "host", label: "Device of the host", shape: "text", json: "PathOnHost", required: true, placeholder: "/dev/ttyUSB0" },
    { key: "inside", label: "Its path inside", shape: "text", json: "PathInContainer", placeholder: "the same" },
    { key: "may", label: "What is allowed", shape: "text", json: "CgroupPermissions", placeholder: "rwm" },
  ],
  check: (row) =>
    !absolute(row["host"] ?? "") ? "device of the host is no absolute path" : row["inside"] && !absolute(row["inside"]) ? "its path inside is not absolute"
      : !/^[rwm]{0,3}$/.test(row["may"] ?? "") ? "what is allowed is not of r, w and m" : "",
  normal: (row) => ({ ...row, inside: row["inside"] === row["host"] ? "" : (row["inside"] ?? ""), may: row["may"] === "rwm" ? "" : (row["may"] ?? "") }),
  write: (row) => [row["host"], row["inside"] ?? (row["may"] ? row["host"] : undefined), row["may"]].filter((part) => part !== undefined).join(":"),
  read: (text) => {
    const [host = "", second = "", third = ""] = text.split(":");
    return absolute(second) || second === "" ? { host, inside: second, may: third } : { host, inside: "", may: second };
  },
  compose: {
    write: (row) => [row["host"], row["inside"] ?? (row["may"] ? row["host"] : undefined), row["may"]].filter((part) => part !== undefined).join(":"),
    read: (yaml) => {
      if (typeof yaml === "string") return devices.fromArgs([yaml], () => undefined);
      const fields = fieldsOf(yaml);
      return { host: scalarText(fields["source"] ?? ""), inside: scalarText(fields["target"] ?? ""), may: scalarText(fields["permissions"] ?? "") };
    },
  },
});

function split(text: string): readonly [string, string] {
  const at = text.lastIndexOf(":");
  if (at < 0) throw new Unreadable("is not of the form PATH:VALUE");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A number for each block device. @param json the number's name @param inBytes it is of bytes a second */
function perDevice(json: "Weight" | "Rate", label: string, inBytes: boolean): Kind<readonly Row[]> {
  const number = json.toLowerCase();
  const plain = (value: string): string => (inBytes ? bytesText(parseBytes(value)) : value);
  return rows({
    columns: [
      { key: "path", label: "Block device", shape: "text", json: "Path", required: true, placeholder: "/dev/sda" },
      { key: "number", label, shape: inBytes ? "bytes" : "whole", json, required: true, ...(inBytes && { placeholder: "10m" }) },
    ],
    check: (row) => (!absolute(row["path"] ?? "") ? "block device is no absolute path" : json === "Weight" && !isWeight(row["number"] ?? "") ? "weight is not between 10 and 1000" : ""),
    write: (row) => `${row["path"]}:${row["number"]}`,
    read: (text) => {
      const [path, value] = split(text);
      return { path, number: plain(value) };
    },
    compose: {
      write: (row) => ({ path: row["path"], [number]: inBytes ? row["number"] : Number(row["number"]) }),
      read: (yaml) => ({ path: scalarText(fieldsOf(yaml)["path"] ?? ""), number: plain(scalarText(fieldsOf(yaml)[number] ?? "")) }),
    },
  });
}

const isWeight = (text: string): boolean => Number(text) >= 10 && Number(text) <= 1000;

export const weights = perDevice("Weight", "Weight", false);
export const byteRates = perDevice("Rate", "Bytes a second", true);
export const operationRates = perDevice("Rate", "Operations a second", false);

const LIMITS = ["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"];

const ulimitRows: Kind<readonly Row[]> = rows({
  columns: [
    { key: "name", label: "Limit", shape: "choice", json: "Name", choices: LIMITS, required: true },
    { key: "soft", label: "Soft", shape: "whole", json: "Soft", required: true, placeholder: "1024, or -1" },
    { key: "hard", label: "Hard", shape: "whole", json: "Hard", placeholder: "the same" },
  ],
  check: (row) => {
    const soft = Number(row["soft"]);
    const hard = Number(row["hard"] || row["soft"]);
    return hard !== -1 && (soft === -1 || soft > hard) ? "soft is more than hard" : "";
  },
  toJson: (row) => ({ Name: row["name"], Soft: parseWhole(row["soft"] ?? "", -1, Number.MAX_SAFE_INTEGER), Hard: parseWhole(row["hard"] || (row["soft"] ?? ""), -1, Number.MAX_SAFE_INTEGER) }),
  normal: (row) => ({ ...row, hard: row["hard"] === row["soft"] ? "" : (row["hard"] ?? "") }),
  write: (row) => `${row["name"]}=${row["soft"]}${row["hard"] ? `:${row["hard"]}` : ""}`,
  read: (text) => {
    const [name, value] = text.split("=");
    if (value === undefined) throw new Unreadable("is not of the form NAME=SOFT:HARD");
    const [soft = "", hard = ""] = value.split(":");
    return { name: name ?? "", soft, hard };
  },
});

export const ulimits: Kind<readonly Row[]> = {
  ...ulimitRows,
  toCompose: (value) => Object.fromEntries(value.map((row) => [row["name"] ?? "", { soft: Number(row["soft"]), hard: Number(row["hard"] || row["soft"]) }])),
  fromCompose: (yaml) =>
    Object.entries(fieldsOf(yaml)).map(([name, limit]) => {
      if (typeof limit !== "object") return { name, soft: scalarText(limit) };
      const soft = scalarText(fieldsOf(limit)["soft"]);
      const hard = scalarText(fieldsOf(limit)["hard"]);
      return { name, soft, ...(hard !== soft && { hard }) };
    }),
};

const GPU = "gpu";

/** Devices that a driver chooses, as those of `--gpus`. */
export const deviceRequests: Kind<readonly Row[]> = rows({
  columns: [
    { key: "driver", label: "Driver", shape: "text", json: "Driver", placeholder: "nvidia" },
    { key: "count", label: "How many", shape: "whole", json: "Count", placeholder: "-1 for all" },
    { key: "ids", label: "Or which", shape: "words", json: "DeviceIDs", placeholder: "0 1" },
    { key: "capabilities", label: "Capabilities", shape: "sets", json: "Capabilities", placeholder: "gpu" },
    { key: "options", label: "Options", shape: "pairs", json: "Options", placeholder: "name=value" },
  ],
  check: (row) => (row["count"] && row["ids"] ? "give a number or the devices, not both" : ""),
  normal: (row) => ({ ...row, count: row["count"] === "0" ? "" : (row["count"] ?? "") }),
  write: (row, lose) => {
    const sets = (row["capabilities"] ?? "").split("|").map((set) => splitWords(set));
    if (sets.length !== 1 || !sets[0]?.includes(GPU) || !(row["count"] || row["ids"])) {
      lose("a request of devices that is not one for GPUs");
      return null;
    }
    const further = sets[0].filter((one) => one !== GPU);
    return writeCsv([
      ...(row["driver"] ? [`driver=${row["driver"]}`] : []),
      ...(row["count"] ? [`count=${row["count"] === "-1" ? "all" : row["count"]}`] : []),
      ...(row["ids"] ? [`device=${splitWords(row["ids"]).join(",")}`] : []),
      ...(further.length > 0 ? [`capabilities=${further.join(",")}`] : []),
      ...(row["options"] ? [`options=${writeCsv(splitWords(row["options"]))}`] : []),
    ]);
  },
  read: (text) => {
    const found: Record<string, string> = { capabilities: GPU };
    for (const field of readCsv(text)) {
      const [name, value] = fieldOf(field);
      const given = value ?? name;
      const list = joinWords(readCsv(given));
      if (value === null || name === "count") found["count"] = given === "all" ? "-1" : given;
      else if (name === "device") found["ids"] = list;
      else if (name === "driver") found["driver"] = given;
      else if (name === "capabilities") found["capabilities"] = joinWords([GPU, ...readCsv(given).filter((one) => one !== GPU)]);
      else if (name === "options") found["options"] = list;
      else throw new Unreadable(`has ${name}, which is not known`);
    }
    return found["count"] || found["ids"] ? found : { ...found, count: "1" };
  },
  compose: {
    write: (row, lose) => {
      const sets = (row["capabilities"] ?? "").split("|").map((set) => splitWords(set));
      if (sets.length > 1) {
        lose("a request of devices with alternatives");
        return null;
      }
      return {
        ...(row["driver"] && { driver: row["driver"] }),
        ...(row["count"] && { count: row["count"] === "-1" ? "all" : Number(row["count"]) }),
        ...(row["ids"] && { device_ids: splitWords(row["ids"]) }),
        ...(row["capabilities"] && { capabilities: sets[0] }),
        ...(row["options"] && { options: rowJson([{ key: "options", label: "", shape: "pairs" }], row)["options"] }),
      };
    },
    read: (yaml) => {
      const fields = fieldsOf(yaml);
      const count = scalarText(fields["count"] ?? "");
      return {
        driver: scalarText(fields["driver"] ?? ""),
        count: count === "all" ? "-1" : count,
        ids: joinWords(listOf(fields["device_ids"] ?? []).map(scalarText)),
        capabilities: joinWords(listOf(fields["capabilities"] ?? []).map(scalarText)),
        options: pairWords(fields["options"] ?? {}),
      };
    },
  },
});

/** How the health is asked for: one line at most. */
export const healthTest: Kind<readonly Row[]> = {
  ...rows({
    columns: [
      { key: "how", label: "How", shape: "choice", choices: ["shell", "exec", "none"], required: true },
      { key: "command", label: "Command", shape: "text", required: true, only: (row) => row["how"] !== "none", placeholder: "curl -f http://localhost/ || exit 1" },
    ],
    most: 1,
    check: (row) => (row["how"] === "exec" && splitWords(row["command"] ?? "").length === 0 ? "command is missing" : ""),
    write: (row, lose) => {
      if (row["how"] === "shell") return row["command"] ?? "";
      lose("a health check without a shell");
      return null;
    },
    read: (text) => ({ how: "shell", command: text }),
  }),
  toJson: (value) => {
    const row = value[0];
    if (!row) return [];
    if (row["how"] === "none") return ["NONE"];
    return row["how"] === "exec" ? ["CMD", ...splitWords(row["command"] ?? "")] : ["CMD-SHELL", row["command"] ?? ""];
  },
  fromJson: (json) => healthOf(listOf(json).map(scalarText)),
  toCompose: (value) => healthTest.toJson(value),
  fromCompose: (yaml) => (typeof yaml === "string" ? [{ how: "shell", command: yaml }] : healthOf(listOf(yaml).map(scalarText))),
};

function healthOf([how, ...command]: readonly string[]): readonly Row[] {
  if (how === undefined || how === "") return [];
  if (how === "NONE") return [{ how: "none" }];
  if (how === "CMD") return [{ how: "exec", command: joinWords(command) }];
  if (how === "CMD-SHELL" && command.length === 1) return [{ how: "shell", command: command[0] ?? "" }];
  throw new Unreadable(`begins with ${how}, which is none of NONE, CMD and CMD-SHELL with one command`);
}
