import { OPTIONS, type Option } from "./options";
import type { Column } from "./kinds";
import type { Row, Value, Values } from "./values";

/** Values for tests: the same for the same seed. */
export class Random {
  constructor(private seed: number) {}

  /** mulberry32: 0 up to, not including, 1. */
  next(): number {
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  of<T>(all: readonly T[]): T {
    const one = all[this.below(all.length)];
    if (one === undefined) throw new Error("there is nothing to choose");
    return one;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  many<T>(make: (index: number) => T): T[] {
    return Array.from({ length: 1 + this.below(3) }, (_, index) => make(index));
  }
}

/** What shells, CSV, YAML and JSON have meanings for. */
const HARD = ["a b", "it's", 'say "x"', "$HOME", "${X:-y}", "back\\slash", "tab\there", "line\nbreak", "#no", "a,b", "k=v=w", "yes", "0777", "1e3", "~", "- x", "{a: 1}", "*star", "&amp", "!tag", "%p", "ünï", "<img>", "a:b", "semi;colon", "`tick`", "null", "", "-dash"];

const word = (random: Random): string => random.of(["data", "web", "db", "cache", "app"]) + random.below(1000);
const path = (random: Random): string => `/${word(random)}/${word(random)}`;
const hard = (random: Random): string => random.of(HARD);
const full = (random: Random): string => random.of(HARD.filter((one) => one !== "")) + word(random);
const number = (random: Random): string => String(2 + random.below(900));
const size = (random: Random): string => `${1 + random.below(1000)}${random.of(["k", "m", "g"])}`;
const ip = (random: Random): string => `10.${random.below(256)}.${random.below(256)}.${1 + random.below(250)}`;
const mac = (random: Random): string => `02:${Array.from({ length: 5 }, () => (16 + random.below(240)).toString(16)).join(":")}`;
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const BY_ID: Readonly<Record<string, (random: Random) => Value>> = {
  Image: (random) => `registry.example:5000/${word(random)}:${number(random)}`,
  name: word,
  platform: (random) => random.of(["linux/amd64", "linux/arm/v7", "linux/arm64"]),
  Hostname: word,
  Domainname: word,
  User: (random) => `${number(random)}:${number(random)}`,
  WorkingDir: path,
  MacAddress: mac,
  StopSignal: (random) => random.of(["SIGINT", "SIGUSR1", "9"]),
  StopTimeout: (random) => random.of(["0", "-1", number(random)]),
  Volumes: (random) => random.many((index) => `${path(random)}${index}`),
  ExposedPorts: (random) => random.many((index) => `${9000 + index * 10 + random.below(10)}/${random.of(["tcp", "udp", "sctp"])}`),
  "HostConfig.NetworkMode": word,
  "HostConfig.Binds": (random) => random.many((index) => `${random.of([word(random), path(random)])}:${path(random)}${index}${random.of(["", ":ro", ":z,ro", ":rslave"])}`),
  "HostConfig.Dns": (random) => random.many(() => ip(random)),
  "HostConfig.DnsSearch": (random) => random.many((index) => `${word(random)}${index}.example.com`),
  "HostConfig.DnsOptions": (random) => random.many((index) => random.of(["rotate", `ndots:${index}`])),
  "HostConfig.Links": (random) => random.many(() => random.of([word(random), `${word(random)}:${word(random)}`])),
  "HostConfig.GroupAdd": (random) => random.many(() => random.of([word(random), number(random)])),
  "HostConfig.ExtraHosts": (random) => random.many(() => `${word(random)}:${random.of([ip(random), "host-gateway", "fd00::1"])}`),
  "HostConfig.CapAdd": (random) => random.many(() => random.of(["NET_ADMIN", "SYS_TIME", "CAP_CHOWN"])),
  "HostConfig.CapDrop": (random) => random.many(() => random.of(["ALL", "MKNOD"])),
  "HostConfig.DeviceCgroupRules": (random) => random.many(() => `c ${random.below(200)}:* rmw`),
  "HostConfig.VolumesFrom": (random) => random.many(() => `${word(random)}${random.of(["", ":ro"])}`),
  "HostConfig.CpusetCpus": (random) => random.of(["0", "0-3", "0,2-3"]),
  "HostConfig.CpusetMems": () => "0",
  "HostConfig.PidMode": (random) => random.of(["host", `container:${word(random)}`]),
  "HostConfig.IpcMode": (random) => random.of(["host", "shareable", "none", `container:${word(random)}`]),
  "HostConfig.RestartPolicy": (random) => random.of(["always", "unless-stopped", "on-failure", "on-failure:7"]),
  "HostConfig.ConsoleSize": () => "24 80",
  "HostConfig.Runtime": () => "runc",
  "HostConfig.ContainerIDFile": path,
  "HostConfig.MemorySwap": (random) => random.of(["-1", size(random)]),
  "HostConfig.CpuPeriod": (random) => String(1000 + random.below(99000)),
  "HostConfig.CpuQuota": (random) => random.of(["-1", "50000"]),
  "HostConfig.MaskedPaths": (random) => random.of([["none"], [path(random)]]),
  "HostConfig.ReadonlyPaths": (random) => random.of([["none"], [path(random), path(random)]]),
  "HostConfig.Init": (random) => random.of(["true", "false"]),
  "HostConfig.OomKillDisable": () => "true",
  "HostConfig.NanoCpus": (random) => String((1 + random.below(400)) / 100),
  "HostConfig.CgroupParent": path,
  "HostConfig.VolumeDriver": word,
  "HostConfig.LogConfig.Type": (random) => random.of(["local", "none"]),
  "Healthcheck.Test": (random) => [random.of<Row>([{ how: "none" }, { how: "shell", command: full(random) }, { how: "exec", command: `${word(random)} ${quoted(full(random))}` }])],
  "HostConfig.MemorySwappiness": (random) => String(random.below(101)),
  "HostConfig.OomScoreAdj": (random) => String(random.below(2000) - 1000 || 5),
  "HostConfig.BlkioWeight": (random) => String(10 + random.below(990)),
  "HostConfig.CpuPercent": (random) => String(1 + random.below(100)),
};

const CELLS: Readonly<Record<string, (random: Random) => string>> = {
  ip: (random) => random.of(["", "127.0.0.1", "0.0.0.0", "::1", ip(random)]),
  container: (random) => String(1 + random.below(60000)),
  ipv4: ip,
  ipv6: (random) => `fd00::${(1 + random.below(9999)).toString(16)}`,
  mac,
  target: path,
  host: path,
  inside: path,
  path,
  may: (random) => random.of(["r", "rw", "m"]),
  mode: (random) => random.of(["1777", "700"]),
  network: word,
  subpath: word,
  imagePath: word,
  driver: word,
};

function cell(random: Random, column: Column): string {
  const own = CELLS[column.key];
  if (own) return own(random);
  switch (column.shape) {
    case "flag":
      return random.chance(0.5) ? "true" : "";
    case "choice":
      return random.of(column.choices ?? []);
    case "whole":
      return number(random);
    case "bytes":
      return size(random);
    case "words":
      return random.many((index) => `${word(random)}${index}`).join(" ");
    case "pairs":
      return random.many((index) => quoted(`k${index}=${hard(random)}`)).join(" ");
    case "sets":
      return column.choices ? random.of(column.choices) : random.of(["gpu", "gpu compute", "compute | video"]);
    case "octal":
      return "755";
    case "text":
      return full(random);
  }
}

/** Makes a line that does not contradict itself. */
const LINES: Readonly<Record<string, (row: Row, random: Random, index: number) => Row>> = {
  "HostConfig.PortBindings": (row, random, index) => ({ ...row, host: random.of(["", String(20000 + index), `${30000 + index * 10}-${30005 + index * 10}`]), container: String(100 + index) }),
  "HostConfig.Ulimits": (_row, random, index) => ({ name: ["nofile", "nproc", "core"][index] ?? "cpu", soft: String(random.below(100)), hard: random.of(["", "-1", String(100 + random.below(100))]) }),
  "HostConfig.BlkioWeightDevice": (row) => ({ ...row, number: "100" }),
  "HostConfig.DeviceRequests": (row, random) => ({ ...row, driver: word(random), ...(random.chance(0.5) ? { count: "" } : { ids: "" }) }),
  "HostConfig.Mounts": (row, random, index) => {
    const named = row["type"] === "bind" ? path(random) : row["type"] === "volume" && random.chance(0.3) ? "" : word(random);
    const isNameless = row["type"] === "volume" && named === "";
    return { ...row, source: row["type"] === "tmpfs" ? "" : named, target: `${path(random)}${index}`, ...(row["topReadOnly"] === "true" && { deepReadOnly: "" }), ...(isNameless && { readOnly: "", subpath: "" }) };
  },
  "NetworkingConfig.EndpointsConfig": (row, _random, index) => ({ ...row, network: `${row["network"]}${index}` }),
  Env: (row, _random, index) => ({ ...row, name: `NAME_${index}`, value: row["unset"] === "true" ? "" : (row["value"] ?? "") }),
};

function rowsOf(random: Random, option: Option): readonly Row[] {
  return random.many((index) => {
    const row = Object.fromEntries((option.kind.columns ?? []).map((column) => [column.key, column.required || random.chance(0.6) ? cell(random, column) : ""] as const));
    const own = LINES[option.id];
    if (own) return own(row, random, index);
    return option.kind.columns?.[0]?.key === "name" && option.kind.columns.length === 2 ? { name: `${option.id === "HostConfig.Tmpfs" ? "/run/" : "org.example/"}${word(random)}${index}`, value: option.id === "HostConfig.Tmpfs" ? random.of(["", "size=64m,mode=1777"]) : hard(random) } : row;
  });
}

/** A value that the option may have. */
export function randomValue(random: Random, option: Option): Value {
  const own = BY_ID[option.id];
  if (own) return own(random);
  const { kind } = option;
  if (kind.shape === "flag") return true;
  if (kind.shape === "rows") return rowsOf(random, option);
  if (kind.shape === "list") return random.many(() => full(random));
  if (kind.choices) return random.of(kind.choices);
  if (kind.placeholder === "64m") return size(random);
  if (kind.placeholder === "30s") return `${1 + random.below(59)}${random.of(["s", "m", "h", "ms"])}`;
  if (kind.numeric) return number(random);
  if (["Cmd", "Entrypoint", "Shell"].includes(option.id)) return [word(random), ...random.many(() => quoted(hard(random)))].join(" ");
  return full(random);
}

/** Some options, with an image. */
export function randomValues(random: Random, share: number): Values {
  const chosen = OPTIONS.filter((option) => option.id === "Image" || random.chance(share));
  return Object.fromEntries(chosen.map((option) => [option.id, randomValue(random, option)]));
}
