import type { ContainerSettings } from "../../../api/types";
import { BESIDE, PORTS } from "./ids";
import { get } from "./rows";
import { OPTIONS, type Option } from "./options";
import { portKeys } from "./ports";
import { fieldsOf, isEmpty, isNothing, Unreadable, type Fields, type Row, type Value, type Values } from "./values";

/** What is asked for, as the management API takes it: settings in the names of the Docker Engine API. */
export interface Wish {
  readonly name?: string;
  readonly platform?: string;
  readonly start?: boolean;
  readonly config: Fields;
  readonly hostConfig: Fields;
  readonly networkingConfig: Fields;
}

/** What came of a text that was pasted. */
export interface Reading {
  readonly values: Values;
  /** Null when nothing was said of it. */
  readonly start: boolean | null;
  /** What was not understood, or cannot be had here, by its name. */
  readonly problems: readonly string[];
}

const EXPOSED = "ExposedPorts";
const MODE = "HostConfig.NetworkMode";
const ENDPOINTS = "NetworkingConfig.EndpointsConfig";
const BRIDGES = ["bridge", "default", ""];

export const NETWORK_IDS = { mode: MODE, endpoints: ENDPOINTS } as const;

/** A value by an option's id. */
export function valueOf<V extends Value>(values: Values, id: string, empty: V): V {
  const value = values[id];
  // A cast, because an option's values are all of its kind.
  return value === undefined ? empty : (value as V);
}

export const isUsual = (option: Option, value: Value | undefined): boolean => isEmpty(value) || value === option.usual;

function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const steps = path.split(".");
  const last = steps.pop() ?? path;
  let place = target;
  // A cast, because only this function fills the object, and with objects only.
  for (const step of steps) place = (place[step] ??= {}) as Record<string, unknown>;
  place[last] = value;
}

/** The body of ContainerCreate. @throws Unreadable a value is wrong: check first */
export function toBody(values: Values): Fields {
  const body: Record<string, unknown> = {};
  for (const option of OPTIONS) {
    const value = values[option.id];
    if (!BESIDE.includes(option.id) && value !== undefined && !isUsual(option, value)) put(body, option.id, option.kind.toJson(value));
  }
  const published = portKeys(valueOf<readonly Row[]>(values, PORTS, []));
  if (published.length > 0) body[EXPOSED] = { ...(body[EXPOSED] as Fields | undefined), ...Object.fromEntries(published.map((key) => [key, {}])) };
  return body;
}

export function toWish(values: Values, start: boolean): Wish {
  const { HostConfig: hostConfig, NetworkingConfig: networkingConfig, ...config } = toBody(values);
  const beside = BESIDE.map((id) => [id, valueOf(values, id, "")] as const).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(beside), start, config, hostConfig: fieldsOf(hostConfig ?? {}), networkingConfig: fieldsOf(networkingConfig ?? {}) };
}

/** Lists that say something when there is nothing in them. */
const TELLING = ["HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths"];
/** Numbers and words that say something though they look like nothing. */
const TELLING_NOTHING = ["HostConfig.MemorySwappiness", "StopTimeout", "HostConfig.Init"];

const isSaid = (id: string, json: unknown): boolean => json !== undefined && json !== null && (!isNothing(json) || TELLING.includes(id) || (TELLING_NOTHING.includes(id) && json !== ""));

/** Reads the body of ContainerCreate; names that no option has are told. */
export function fromBody(body: Fields): Reading {
  const values: Record<string, Value> = {};
  const problems: string[] = [];
  for (const option of OPTIONS) {
    const json = BESIDE.includes(option.id) ? undefined : get(body, option.id);
    if (!isSaid(option.id, json)) continue;
    try {
      const value = option.kind.fromJson(json);
      if (!isUsual(option, value)) values[option.id] = value;
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      problems.push(`${option.id} ${problem.message}`);
    }
  }
  unknown(body, "", problems);
  return { values: settled(values), start: null, problems };
}

/** What a container was asked to be. */
export const valuesOf = (old: ContainerSettings): Values => ({
  ...fromBody({ ...old.config, HostConfig: old.hostConfig, NetworkingConfig: old.networkingConfig }).values,
  name: old.name,
});

/** Walks as far as options have names. */
function unknown(json: Fields, prefix: string, problems: string[]): void {
  for (const [name, value] of Object.entries(json)) {
    const path = prefix + name;
    const option = OPTIONS.find((one) => one.id === path);
    if (option) {
      unknownCells(option, value, path, problems);
      continue;
    }
    const isPart = OPTIONS.some((option) => option.id.startsWith(`${path}.`));
    if (isPart && typeof value === "object" && value !== null && !Array.isArray(value)) unknown(value as Fields, `${path}.`, problems);
    else if (!isNothing(value)) problems.push(path);
  }
}

/** Names in lines that no column has. */
function unknownCells(option: Option, json: unknown, path: string, problems: string[]): void {
  const claimed = (option.kind.columns ?? []).flatMap((column) => (column.json === undefined ? [] : [column.json]));
  if (claimed.length === 0 || typeof json !== "object" || json === null) return;
  for (const [index, line] of Object.entries(json)) {
    const walk = (place: unknown, prefix: string): void => {
      if (typeof place !== "object" || place === null) return;
      for (const [name, value] of Object.entries(place)) {
        const at = prefix + name;
        if (claimed.includes(at) || isNothing(value)) continue;
        if (claimed.some((claim) => claim.startsWith(`${at}.`))) walk(value, `${at}.`);
        else problems.push(`${path}.${index}.${at}`);
      }
    };
    walk(line, "");
  }
}

/** What options say together: exposed ports that are published anyway, and the network that all are about. */
export function settled(values: Values): Values {
  const next: Record<string, Value> = { ...values };
  const published = portKeys(valueOf<readonly Row[]>(values, PORTS, []));
  const exposed = valueOf<readonly string[]>(values, EXPOSED, []).filter((port) => !published.includes(port));
  if (exposed.length > 0) next[EXPOSED] = exposed;
  else delete next[EXPOSED];
  const mode = valueOf(values, MODE, "");
  const endpoints = valueOf<readonly Row[]>(values, ENDPOINTS, []);
  const first = endpoints[0]?.["network"];
  if (BRIDGES.includes(mode)) {
    delete next[MODE];
    // Who names other networks than the bridge is in those alone.
    if (first !== undefined && !endpoints.some((row) => BRIDGES.includes(row["network"] ?? ""))) next[MODE] = first;
  }
  const main = valueOf(next, MODE, "bridge");
  const asked = endpoints.filter((row) => row["network"] !== main || Object.values(row).some((cell) => cell !== "" && cell !== main));
  const sorted = [...asked.filter((row) => row["network"] === main), ...asked.filter((row) => row["network"] !== main)];
  if (sorted.length > 0) next[ENDPOINTS] = sorted;
  else delete next[ENDPOINTS];
  return next;
}

/** Reads a wish of the management API, a body of ContainerCreate, or what `docker inspect` tells. */
export function readRest(text: string): Reading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (problem) {
    return { values: {}, start: null, problems: [`It is no JSON: ${problem instanceof Error ? problem.message : String(problem)}`] };
  }
  const one = Array.isArray(json) ? json[0] : json;
  if (typeof one !== "object" || one === null) return { values: {}, start: null, problems: ["It is not an object with settings"] };
  const more = Array.isArray(json) && json.length > 1 ? [`${json.length - 1} further containers: only the first one is taken`] : [];
  const reading = readObject(fieldsOf(one));
  return { ...reading, problems: [...more, ...reading.problems] };
}

function readObject(fields: Fields): Reading {
  if (fields["config"] !== undefined || fields["hostConfig"] !== undefined) {
    const { config, hostConfig, networkingConfig, name, platform, start, ...rest } = fields;
    const reading = fromBody({ ...(config as Fields | undefined), HostConfig: hostConfig, NetworkingConfig: networkingConfig });
    return beside(reading, { name, platform }, typeof start === "boolean" ? start : null, Object.keys(rest));
  }
  if (fields["Config"] !== undefined) {
    const { Config: config, HostConfig: host, Name: name } = fields;
    const reading = fromBody({ ...(config as Fields), HostConfig: host });
    const rest = ["the rest of what inspect tells, such as its state and addresses"];
    return beside(reading, { name: typeof name === "string" ? name.replace(/^\//, "") : undefined }, null, rest);
  }
  return fromBody(fields);
}

function beside(reading: Reading, said: Fields, start: boolean | null, rest: readonly string[]): Reading {
  const texts = Object.entries(said).filter((one): one is [string, string] => typeof one[1] === "string" && one[1] !== "");
  return { values: { ...reading.values, ...Object.fromEntries(texts) }, start, problems: [...reading.problems, ...rest] };
}
