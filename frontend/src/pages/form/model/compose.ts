import { isUsual, NETWORK_IDS, settled, valueOf, type Reading } from "./body";
import { BINDS, MOUNTS, NAME, NAMELESS } from "./ids";
import { mounts } from "./mounts";
import { OPTIONS, optionOf, type Option } from "./options";
import { get } from "./rows";
import { fieldsOf, isEmpty, listOf, scalarText, Unreadable, type Fields, type Lose, type Row, type Value, type Values } from "./values";

/** A service of a compose file, written and read as an object; its text is another module's. */

export interface ComposeFile {
  readonly file: Fields;
  readonly lost: readonly string[];
}

const VOLUMES_FROM = "HostConfig.VolumesFrom";
const TMPFS = "HostConfig.Tmpfs";
/** Options whose place in a file is not theirs alone. */
const SPECIAL = [BINDS, MOUNTS, NAMELESS, VOLUMES_FROM, NETWORK_IDS.mode, NETWORK_IDS.endpoints];
const NO_NETWORKS = /^(host|none|bridge|(container|service):.*)$/;

function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const [first = "", second] = path.split(".");
  // A cast, because only this function fills the object.
  if (second === undefined) target[first] = value;
  else ((target[first] ??= {}) as Record<string, unknown>)[second] = value;
}

/** In a compose file a $ begins a variable, and two are one. */
function dollars(json: unknown, change: (text: string) => string): unknown {
  if (typeof json === "string") return change(json);
  if (Array.isArray(json)) return json.map((one) => dollars(one, change));
  if (typeof json === "object" && json !== null) return Object.fromEntries(Object.entries(json).map(([name, value]) => [change(name), dollars(value, change)]));
  return json;
}

/** @throws Unreadable a value is wrong: check first */
export function writeCompose(values: Values): ComposeFile {
  const lost: string[] = [];
  const service: Record<string, unknown> = {};
  for (const option of OPTIONS) {
    const value = values[option.id];
    if (SPECIAL.includes(option.id) || value === undefined || isUsual(option, value)) continue;
    if (option.compose === "") lost.push(option.label);
    else put(service, option.compose, option.kind.toCompose(value, (what) => lost.push(`${option.label}: ${what}`)));
  }
  const networks = writeNetworks(values, service, lost);
  const volumes = writeVolumes(values, service, lost);
  const name = valueOf(values, NAME, "") || "app";
  const file = { services: { [name]: service }, ...(networks && { networks }), ...(volumes && { volumes }) };
  return { file: fieldsOf(dollars(file, (text) => text.replaceAll("$", "$$$$"))), lost };
}

/** Networks are those that are there: compose makes none. */
function writeNetworks(values: Values, service: Record<string, unknown>, lost: string[]): Fields | null {
  const mode = valueOf(values, NETWORK_IDS.mode, "");
  const rows = valueOf<readonly Row[]>(values, NETWORK_IDS.endpoints, []);
  if (rows.length === 0 && (mode === "" || NO_NETWORKS.test(mode))) {
    if (mode !== "") service["network_mode"] = mode;
    return null;
  }
  const option = optionOf(NETWORK_IDS.endpoints);
  const main = mode || "bridge";
  const all = rows.some((row) => row["network"] === main) ? rows : [{ network: main }, ...rows];
  service["networks"] = option.kind.toCompose(all, (what) => lost.push(`${option.label}: ${what}`));
  return Object.fromEntries(all.map((row) => [row["network"] ?? "", { external: true }]));
}

const isVolumeName = (source: string): boolean => source !== "" && !/^[./~]/.test(source);

function writeVolumes(values: Values, service: Record<string, unknown>, lost: string[]): Fields | null {
  const binds = valueOf<readonly string[]>(values, BINDS, []);
  const rows = valueOf<readonly Row[]>(values, MOUNTS, []);
  const all = [
    ...binds,
    ...valueOf<readonly string[]>(values, NAMELESS, []),
    ...(mounts.toCompose(rows, (what) => lost.push(`${optionOf(MOUNTS).label}: ${what}`)) as readonly unknown[]),
  ];
  if (all.length > 0) service["volumes"] = all;
  const from = valueOf<readonly string[]>(values, VOLUMES_FROM, []);
  if (from.length > 0) service["volumes_from"] = from.map((one) => `container:${one}`);
  const named = [...binds.map((bind) => bind.split(":")[0] ?? ""), ...rows.filter((row) => row["type"] === "volume").map((row) => row["source"] ?? "")].filter(isVolumeName);
  // By their own names, which compose would put a prefix before.
  return named.length === 0 ? null : Object.fromEntries([...new Set(named)].map((name) => [name, { name }]));
}

/** The names of a file's services, in its order. */
export function servicesOf(file: unknown): readonly string[] {
  const services = typeof file === "object" && file !== null ? (file as Fields)["services"] : undefined;
  return typeof services === "object" && services !== null ? Object.keys(services) : [];
}

const VARIABLE = /\$(?:\$|\{[^}]*\}|[A-Za-z_]\w*)/g;

/** Takes doubled signs for one, and tells of variables, which stay as they are. */
function resolved(json: unknown, problems: string[]): unknown {
  return dollars(json, (text) =>
    text.replaceAll(VARIABLE, (found) => {
      if (found === "$$") return "$";
      const problem = `The variable ${found}: put its value in its place`;
      if (!problems.includes(problem)) problems.push(problem);
      return found;
    }),
  );
}

/** @param wanted the service that is read */
export function readCompose(file: unknown, wanted: string): Reading {
  const problems: string[] = [];
  try {
    const services = fieldsOf(fieldsOf(file)["services"]);
    const service = fieldsOf(resolved(services[wanted] ?? {}, problems));
    const values = readService(service, problems);
    tellOthers(fieldsOf(file), wanted, problems);
    return { values: settled(values), start: null, problems };
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    return { values: {}, start: null, problems: ["There are no services in it", ...problems] };
  }
}

function tellOthers(file: Fields, wanted: string, problems: string[]): void {
  for (const [name, value] of Object.entries(file)) {
    if (name === "services") Object.keys(fieldsOf(value)).filter((other) => other !== wanted).forEach((other) => problems.push(`The service ${other}`));
    else if (name === "networks" || name === "volumes") tellDefinitions(name, value, problems);
    else if (name !== "version" && name !== "name") problems.push(name);
  }
}

/** What a file says of the networks and volumes that it would make. */
function tellDefinitions(kind: string, definitions: unknown, problems: string[]): void {
  if (typeof definitions !== "object" || definitions === null) return;
  for (const [name, definition] of Object.entries(definitions)) {
    const settings = typeof definition === "object" && definition !== null ? (definition as Fields) : {};
    Object.entries(settings).filter(([key, value]) => key !== "external" && !(key === "name" && value === name)).forEach(([key]) => problems.push(`${kind}.${name}.${key}`));
  }
}

function readService(service: Fields, problems: string[]): Record<string, Value> {
  const values: Record<string, Value> = {};
  const attempt = (name: string, read: () => void): void => {
    try {
      read();
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      problems.push(`${name} ${problem.message}`);
    }
  };
  for (const option of OPTIONS) {
    const yaml = option.compose === "" || SPECIAL.includes(option.id) ? undefined : get(service, option.compose);
    if (yaml === undefined || yaml === null) continue;
    attempt(option.compose, () => take(values, option, option.kind.fromCompose(option.id === TMPFS && typeof yaml === "string" ? [yaml] : yaml, (what) => problems.push(what))));
  }
  attempt("volumes", () => readVolumes(service, values, problems));
  attempt("networks", () => readNetworks(service, values, problems));
  attempt("healthcheck", () => readHealth(service, values));
  attempt("deploy", () => readDeploy(service, values, problems));
  unknown(service, "", problems);
  return values;
}

function take(values: Record<string, Value>, option: Option, value: Value): void {
  if (!isEmpty(value) && !isUsual(option, value)) values[option.id] = value;
}

function readVolumes(service: Fields, values: Record<string, Value>, problems: string[]): void {
  const lose: Lose = (what) => problems.push(what);
  const all = listOf(service["volumes"] ?? []);
  const short = all.filter((one) => typeof one !== "object").map(scalarText);
  const relative = short.filter((one) => /^[.~]/.test(one));
  relative.forEach((one) => problems.push(`volumes: ${one} begins with a folder that is not known here: give an absolute path`));
  take(values, optionOf(BINDS), short.filter((one) => one.includes(":") && !relative.includes(one)));
  take(values, optionOf(NAMELESS), short.filter((one) => !one.includes(":")));
  take(values, optionOf(MOUNTS), mounts.fromCompose(all.filter((one) => typeof one === "object"), lose));
  const from = listOf(service["volumes_from"] ?? []).map(scalarText);
  from.filter((one) => !one.startsWith("container:")).forEach((one) => problems.push(`volumes_from: ${one} is a service: name a container`));
  take(values, optionOf(VOLUMES_FROM), from.filter((one) => one.startsWith("container:")).map((one) => one.slice("container:".length)));
}

function readNetworks(service: Fields, values: Record<string, Value>, problems: string[]): void {
  const option = optionOf(NETWORK_IDS.endpoints);
  const mode = service["network_mode"];
  if (mode !== undefined) {
    const text = scalarText(mode);
    if (text.startsWith("service:")) problems.push(`network_mode: ${text} is a service: name a container`);
    else take(values, optionOf(NETWORK_IDS.mode), text);
  }
  if (service["networks"] === undefined) return;
  const rows = option.kind.fromCompose(service["networks"], (what) => problems.push(what)) as readonly Row[];
  const first = rows[0]?.["network"];
  if (first !== undefined) take(values, optionOf(NETWORK_IDS.mode), first);
  take(values, option, rows);
}

function readHealth(service: Fields, values: Record<string, Value>): void {
  if (get(service, "healthcheck.disable") === true) values["Healthcheck.Test"] = [{ how: "none" }];
}

const DEPLOY: Readonly<Record<string, string>> = { cpus: "HostConfig.NanoCpus", memory: "HostConfig.Memory", pids: "HostConfig.PidsLimit" };

/** The limits of a swarm's service count here, too, as compose has it. */
function readDeploy(service: Fields, values: Record<string, Value>, problems: string[]): void {
  if (service["deploy"] === undefined) return;
  for (const [name, value] of Object.entries(fieldsOf(service["deploy"]))) {
    if (name !== "resources") {
      problems.push(`deploy.${name}`);
      continue;
    }
    for (const [part, limits] of Object.entries(fieldsOf(value))) {
      for (const [limit, amount] of Object.entries(fieldsOf(limits))) {
        const id = part === "limits" ? DEPLOY[limit] : part === "reservations" && limit === "memory" ? "HostConfig.MemoryReservation" : undefined;
        if (id === undefined) problems.push(`deploy.resources.${part}.${limit}`);
        else take(values, optionOf(id), optionOf(id).kind.fromCompose(amount, () => undefined));
      }
    }
  }
}

const READ_ELSEWHERE = ["volumes", "volumes_from", "networks", "network_mode", "deploy", "healthcheck.disable"];

function unknown(json: Fields, prefix: string, problems: string[]): void {
  for (const [name, value] of Object.entries(json)) {
    const path = prefix + name;
    if (READ_ELSEWHERE.includes(path) || OPTIONS.some((option) => option.compose === path)) continue;
    const isPart = OPTIONS.some((option) => option.compose.startsWith(`${path}.`));
    if (isPart && typeof value === "object" && value !== null) unknown(value as Fields, `${path}.`, problems);
    else problems.push(path);
  }
}

