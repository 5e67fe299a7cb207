import { NETWORK_IDS, valueOf } from "./body";
import type { Row, Values } from "./values";

/** What a container may do to its host or its neighbours, in words. */
export interface Risk {
  /** The option that makes it. */
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

const HOST = "HostConfig.";
const SOCKET = /(^|\/)(docker|berth|containerd|podman|crio)[\w.-]*\.sock$|^(\/var)?\/run\/(docker|berth)/;

const DANGEROUS: Readonly<Record<string, string>> = {
  ALL: "has all rights of root: little is left that keeps it in its container",
  SYS_ADMIN: "may mount file systems and much else, with which programs get out of their container",
  SYS_MODULE: "may load code into the kernel of this host",
  SYS_RAWIO: "may reach memory and devices past the kernel",
  SYS_PTRACE: "may read and change other programs that it sees",
  SYS_BOOT: "may restart this host",
  SYS_TIME: "may set the clock of this host",
  DAC_READ_SEARCH: "may read files of this host that it was not given",
  NET_ADMIN: "may change addresses, routes and firewalls of the networks that it sees",
  BPF: "may load programs into the kernel of this host",
  MAC_ADMIN: "may change what confines programs on this host",
};

const SHARED: readonly (readonly [id: string, title: string, why: string])[] = [
  [NETWORK_IDS.mode, "Network of the host", "It hears and uses all ports and networks of this host, also those that listen on 127.0.0.1."],
  [`${HOST}PidMode`, "Processes of the host", "It sees all programs of this host and, as root, may end them or read what they have in memory."],
  [`${HOST}IpcMode`, "Shared memory of the host", "It reads and changes what programs of this host share in memory."],
  [`${HOST}UTSMode`, "Host name of the host", "With the right to do so, it changes the name of this host."],
  [`${HOST}UsernsMode`, "Users of the host", "Its root is root of this host where Berth would have given it users of its own."],
  [`${HOST}CgroupnsMode`, "Cgroups of the host", "It sees how all containers of this host are limited."],
];

/** Sources of the host that are mounted, with the option that says so. */
function sources(values: Values): readonly (readonly [id: string, source: string])[] {
  const binds = valueOf<readonly string[]>(values, `${HOST}Binds`, []).map((bind) => [`${HOST}Binds`, bind.split(":")[0] ?? ""] as const);
  const mounts = valueOf<readonly Row[]>(values, `${HOST}Mounts`, []).filter((row) => row["type"] === "bind").map((row) => [`${HOST}Mounts`, row["source"] ?? ""] as const);
  return [...binds, ...mounts].filter(([, source]) => source.startsWith("/"));
}

function mounted([id, source]: readonly [string, string]): Risk {
  if (SOCKET.test(source)) return { id, title: `Socket of a container engine: ${source}`, why: "Who reaches it can start containers that may do anything: it is as good as root of this host." };
  if (source === "/") return { id, title: "All files of the host", why: "It reads all files of this host and, unless the mount is read-only, changes them." };
  return { id, title: `Folder of the host: ${source}`, why: "What it writes there is written on this host, with the rights of the container's user." };
}

function security(values: Values): readonly Risk[] {
  return valueOf<readonly string[]>(values, `${HOST}SecurityOpt`, []).filter((option) => /[=:]\s*(unconfined|disable)$/.test(option)).map((option) => ({
    id: `${HOST}SecurityOpt`,
    title: `Unconfined: ${option}`,
    why: "Calls of the kernel, or paths of it, that containers do not need and attackers want are open to it.",
  }));
}

function user(values: Values): readonly Risk[] {
  const asked = valueOf(values, "User", "");
  const name = asked.split(":")[0] ?? "";
  if (asked !== "" && name !== "root" && !/^0+$/.test(name)) return [];
  return [
    {
      id: "User",
      title: asked === "" ? "Perhaps root" : "Root",
      why: asked === "" ? "Without a user it runs as the image says, and most images say nothing: then it is root within its container." : "A program that is root has more ways to get out of its container.",
    },
  ];
}

const openPort = (row: Row): boolean => ["", "0.0.0.0", "::"].includes(row["ip"] ?? "");

export function risksOf(values: Values): readonly Risk[] {
  const risks: Risk[] = [...user(values)];
  if (values[`${HOST}Privileged`] === true) risks.push({ id: `${HOST}Privileged`, title: "Privileged", why: "It may do what root of this host may do, and has all of its devices: it is not really contained." });
  risks.push(...sources(values).map(mounted));
  for (const name of valueOf<readonly string[]>(values, `${HOST}CapAdd`, [])) {
    const why = DANGEROUS[name.toUpperCase().replace(/^CAP_/, "")];
    if (why) risks.push({ id: `${HOST}CapAdd`, title: `Capability ${name}`, why: `It ${why}.` });
  }
  for (const [id, title, why] of SHARED) if (values[id] === "host") risks.push({ id, title, why });
  risks.push(...security(values));
  for (const id of [`${HOST}MaskedPaths`, `${HOST}ReadonlyPaths`]) {
    if (valueOf<readonly string[]>(values, id, []).join() === "none") risks.push({ id, title: "Kernel files are open", why: "Files of the kernel that are hidden or read-only otherwise can be read or written." });
  }
  if (valueOf<readonly Row[]>(values, `${HOST}Devices`, []).length > 0) risks.push({ id: `${HOST}Devices`, title: "Devices of the host", why: "What it does with a device, the host notices: a disk, for one, holds all of its files." });
  if (valueOf<readonly Row[]>(values, `${HOST}PortBindings`, []).some(openPort)) {
    risks.push({ id: `${HOST}PortBindings`, title: "Open to all who reach the host", why: "A port without an address is published on all of the host's addresses, past most firewalls. Give 127.0.0.1 for this host alone." });
  }
  if (values[`${HOST}PublishAllPorts`] === true) risks.push({ id: `${HOST}PublishAllPorts`, title: "All ports are open", why: "Each exposed port is published on all addresses of the host." });
  return risks;
}

