import { joinWords, splitWords } from "../../list/words";
import { fieldOf, readCsv, writeCsv } from "./csv";
import { type Column, type Kind } from "./kinds";
import { compact, pairWords, rowJson, rowOf, rows } from "./rows";
import { fieldsOf, listOf, scalarText, type Lose, type Row } from "./values";

/** The networks that a container is connected to, with what it asks of each. */

const COLUMNS: readonly Column[] = [
  { key: "network", label: "Network", shape: "text", required: true },
  { key: "aliases", label: "Further names in it", shape: "words", json: "Aliases", placeholder: "db database" },
  { key: "ipv4", label: "IPv4 address", shape: "text", json: "IPAMConfig.IPv4Address", placeholder: "any" },
  { key: "ipv6", label: "IPv6 address", shape: "text", json: "IPAMConfig.IPv6Address", placeholder: "any" },
  { key: "linkLocal", label: "Link-local addresses", shape: "words", json: "IPAMConfig.LinkLocalIPs" },
  { key: "mac", label: "Hardware address", shape: "text", json: "MacAddress", placeholder: "any" },
  { key: "priority", label: "Gateway priority", shape: "whole", json: "GwPriority", placeholder: "0" },
  { key: "options", label: "Driver options", shape: "pairs", json: "DriverOpts", placeholder: "name=value" },
  { key: "links", label: "Links", shape: "words", json: "Links", placeholder: "container:name" },
];

const SETTINGS = COLUMNS.slice(1);
const IPV4 = /^(\d{1,3}\.){3}\d{1,3}$/;
const IPV6 = /^[\da-f:.]*:[\da-f:.]*$/i;
const MAC = /^([\da-f]{2}[:-]){5}[\da-f]{2}$/i;

function check(row: Row): string {
  if (row["ipv4"] && !IPV4.test(row["ipv4"])) return "IPv4 address is none";
  if (row["ipv6"] && !IPV6.test(row["ipv6"])) return "IPv6 address is none";
  if (row["mac"] && !MAC.test(row["mac"])) return "hardware address is none";
  return "";
}

/** A connection, which asks for nothing but the network. */
export const isPlain = (row: Row): boolean => Object.keys(compact(row)).length <= 1;

function write(row: Row, lose: Lose): string {
  if (row["links"]) lose(`links in the network ${row["network"]}`);
  const settings = [
    ...splitWords(row["aliases"] ?? "").map((alias) => `alias=${alias}`),
    ...(row["ipv4"] ? [`ip=${row["ipv4"]}`] : []),
    ...(row["ipv6"] ? [`ip6=${row["ipv6"]}`] : []),
    ...splitWords(row["linkLocal"] ?? "").map((address) => `link-local-ip=${address}`),
    ...(row["mac"] ? [`mac-address=${row["mac"]}`] : []),
    ...(row["priority"] ? [`gw-priority=${row["priority"]}`] : []),
    ...splitWords(row["options"] ?? "").map((option) => `driver-opt=${option}`),
  ];
  return settings.length === 0 ? (row["network"] ?? "") : writeCsv([`name=${row["network"]}`, ...settings]);
}

const SINGLE: Readonly<Record<string, string>> = { name: "network", ip: "ipv4", ip6: "ipv6", "mac-address": "mac", "gw-priority": "priority" };
const SEVERAL: Readonly<Record<string, string>> = { alias: "aliases", "link-local-ip": "linkLocal", "driver-opt": "options" };

function read(text: string, lose: Lose): Row {
  if (!/^["\w-]+=/.test(text)) return { network: text };
  const row: Record<string, string> = {};
  const several: Record<string, string[]> = {};
  for (const field of readCsv(text)) {
    const [name, value] = fieldOf(field);
    const single = SINGLE[name];
    const many = SEVERAL[name];
    if (single) row[single] = value ?? "";
    else if (many) (several[many] ??= []).push(value ?? "");
    else lose(`${field} of --network`);
  }
  for (const [key, values] of Object.entries(several)) row[key] = joinWords(values);
  return row;
}

const ZERO_PRIORITY = (row: Row): Row => ({ ...row, priority: row["priority"] === "0" ? "" : (row["priority"] ?? "") });

const networkRows = rows({ columns: COLUMNS, check, normal: ZERO_PRIORITY, write, read });

function composeOf(row: Row, lose: Lose): unknown {
  if (row["links"]) lose(`links in the network ${row["network"]}`);
  const yaml = {
    ...(row["aliases"] && { aliases: splitWords(row["aliases"]) }),
    ...(row["ipv4"] && { ipv4_address: row["ipv4"] }),
    ...(row["ipv6"] && { ipv6_address: row["ipv6"] }),
    ...(row["linkLocal"] && { link_local_ips: splitWords(row["linkLocal"]) }),
    ...(row["mac"] && { mac_address: row["mac"] }),
    ...(row["priority"] && { gw_priority: Number(row["priority"]) }),
    ...(row["options"] && { driver_opts: rowJson(SETTINGS, row)["DriverOpts"] }),
  };
  return Object.keys(yaml).length === 0 ? null : yaml;
}

const KNOWN = ["aliases", "ipv4_address", "ipv6_address", "link_local_ips", "mac_address", "gw_priority", "driver_opts"];

function ofCompose(network: string, yaml: unknown, lose: Lose): Row {
  if (yaml === null || yaml === undefined) return { network };
  const fields = fieldsOf(yaml);
  Object.keys(fields).filter((name) => !KNOWN.includes(name)).forEach((name) => lose(`networks.${network}.${name}`));
  return compact({
    network,
    aliases: joinWords(listOf(fields["aliases"] ?? []).map(scalarText)),
    ipv4: scalarText(fields["ipv4_address"] ?? ""),
    ipv6: scalarText(fields["ipv6_address"] ?? ""),
    linkLocal: joinWords(listOf(fields["link_local_ips"] ?? []).map(scalarText)),
    mac: scalarText(fields["mac_address"] ?? ""),
    priority: scalarText(fields["gw_priority"] ?? ""),
    options: pairWords(fields["driver_opts"] ?? {}),
  });
}

export const networks: Kind<readonly Row[]> = {
  ...networkRows,
  check: (value) => networkRows.check(value) || (new Set(value.map((row) => row["network"])).size < value.length ? ": a network is there twice" : ""),
  toJson: (value) => Object.fromEntries(value.map((row) => [row["network"] ?? "", rowJson(SETTINGS, ZERO_PRIORITY(row))])),
  fromJson: (json) => Object.entries(fieldsOf(json)).map(([network, settings]) => compact(ZERO_PRIORITY({ ...rowOf(SETTINGS, settings ?? {}), network }))),
  toCompose: (value, lose) => Object.fromEntries(value.map((row) => [row["network"] ?? "", composeOf(row, lose)])),
  fromCompose: (yaml, lose) =>
    Array.isArray(yaml) ? yaml.map((name) => ({ network: scalarText(name) })) : Object.entries(fieldsOf(yaml)).map(([name, settings]) => ofCompose(name, settings, lose)),
};
