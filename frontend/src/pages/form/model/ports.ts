import { list, type Kind } from "./kinds";
import { rows } from "./rows";
import { fieldsOf, listOf, scalarText, Unreadable, type Lose, type Row } from "./values";

/** Published ports: one line each, whatever the number of host ports is that lead to the same one inside. */

const PROTOCOLS = ["tcp", "udp", "sctp"];
const MOST_PORT = 65535;
/** What `docker run` without an address means is not what the form begins with: ports of the form are for this host alone. */
export const LOOPBACK = "127.0.0.1";

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_PORT;
const isHostPort = (text: string): boolean => text === "" || /^\d{1,5}$/.test(text) && Number(text) <= MOST_PORT || (/^\d+-\d+$/.test(text) && text.split("-").every(isPort));

function range(text: string): readonly string[] {
  const [first = "", last = first] = text.split("-");
  if (!isPort(first) || !isPort(last) || Number(last) < Number(first)) throw new Unreadable(`has “${text}”, which is no port`);
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => String(Number(first) + index));
}

const bracketed = (ip: string): string => (ip.includes(":") ? `[${ip}]` : ip);

function write(row: Row): string {
  const ip = row["ip"] ? `${bracketed(row["ip"])}:` : "";
  const protocol = row["protocol"] && row["protocol"] !== "tcp" ? `/${row["protocol"]}` : "";
  return `${ip}${row["host"] || ip ? `${row["host"] ?? ""}:` : ""}${row["container"]}${protocol}`;
}

/** `[IP:][HOST]:CONTAINER[/PROTOCOL]`, each with a range. */
function read(text: string): readonly Row[] {
  const [where = "", protocol = "tcp", ...more] = text.split("/");
  if (more.length > 0 || !PROTOCOLS.includes(protocol)) throw new Unreadable(`has “${text}”, which is no port`);
  const found = /^(?:(?:\[([^\]]*)\]|([^:[\]]*)):)?(?:([\d-]*):)?([\d-]+)$/.exec(where);
  if (!found) throw new Unreadable(`has “${text}”, which is no port`);
  const [, six, second, third, inside = ""] = found;
  const hasAddress = third !== undefined || six !== undefined;
  const ip = hasAddress ? (six ?? second ?? "") : "";
  const host = hasAddress ? (third ?? "") : (second ?? "");
  if (!/^[\d-]*$/.test(host)) throw new Unreadable(`has “${text}”: an address needs a host port, or a colon in its place`);
  const containers = range(inside);
  const hosts = host === "" || containers.length === 1 ? containers.map(() => host) : range(host);
  if (hosts.length !== containers.length) throw new Unreadable(`has “${text}”, whose ranges have not the same length`);
  return containers.map((container, index) => ({ ip, host: hosts[index] ?? "", container, protocol }));
}

function readLong(yaml: unknown, lose: Lose): readonly Row[] {
  const fields = fieldsOf(yaml);
  for (const name of Object.keys(fields)) {
    if (!["target", "published", "host_ip", "protocol", "mode"].includes(name)) lose(`${name} of a port`);
  }
  const port = (name: string): string => scalarText(fields[name] ?? "");
  if (fields["mode"] !== undefined && fields["mode"] !== "host" && fields["mode"] !== "ingress") lose("mode of a port");
  return [{ ip: port("host_ip"), host: port("published"), container: port("target"), protocol: port("protocol") || "tcp" }];
}

const portRows = rows({
  columns: [
    { key: "ip", label: "Host address", shape: "text", placeholder: "all addresses" },
    { key: "host", label: "Host port", shape: "text", placeholder: "any free" },
    { key: "container", label: "Container port", shape: "text", required: true, placeholder: "80" },
    { key: "protocol", label: "Protocol", shape: "choice", choices: PROTOCOLS },
  ],
  check: (row) =>
    !isPort(row["container"] ?? "") ? "container port is not between 1 and 65535" : !isHostPort(row["host"] ?? "") ? "host port is not between 1 and 65535"
      : row["ip"] && !/^([\d.]+|[\da-f:.]+)$/i.test(row["ip"]) ? "host address is no IP address" : "",
  normal: (row) => ({ ...row, protocol: row["protocol"] || "tcp", host: row["host"] === "0" ? "" : (row["host"] ?? "") }),
  write,
  read,
  compose: { write, read: (yaml, lose) => (typeof yaml === "object" ? readLong(yaml, lose) : read(scalarText(yaml))) },
});

const key = (row: Row): string => `${row["container"]}/${row["protocol"] || "tcp"}`;

export const ports: Kind<readonly Row[]> = {
  ...portRows,
  toJson: (value) => {
    const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
    for (const row of value) (bindings[key(row)] ??= []).push({ HostIp: row["ip"] ?? "", HostPort: row["host"] === "0" ? "" : (row["host"] ?? "") });
    return bindings;
  },
  fromJson: (json) =>
    Object.entries(fieldsOf(json)).flatMap(([name, bindings]) =>
      listOf(bindings ?? []).flatMap((binding) => {
        const [container = "", protocol = "tcp"] = name.split("/");
        const fields = fieldsOf(binding);
        return portRows.fromJson([{ ip: fields["HostIp"] ?? "", host: fields["HostPort"] ?? "", container, protocol }]);
      }),
    ),
};

/** The names of `ExposedPorts` that published ports have. */
export const portKeys = (value: readonly Row[]): readonly string[] => [...new Set(value.map(key))];

const exposedText = (text: string): readonly string[] => {
  const [where = "", protocol = "tcp"] = text.split("/");
  return range(where).map((port) => `${port}/${protocol}`);
};

/** Ports that are told and not published. */
export const exposed: Kind<readonly string[]> = {
  ...list("9000/tcp", /^\d{1,5}\/(tcp|udp|sctp)$/, "is not of the form 9000/tcp"),
  toJson: (value) => Object.fromEntries(value.map((one) => [one, {}])),
  fromJson: (json) => Object.keys(fieldsOf(json)).flatMap(exposedText),
  fromArgs: (args) => args.flatMap(exposedText),
  fromCompose: (yaml) => listOf(yaml).flatMap((one) => exposedText(scalarText(one))),
};
