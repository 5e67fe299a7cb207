import type { ContainerSettings } from "../../api/types";
import { visibleText } from "../../live/plainText";
import { isNothing } from "../form/model/values";
import { joinWords } from "../list/words";

const SECOND = 1_000_000_000;

/** Without what says nothing, however deep. */
export function said(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, part]) => [name, said(part)] as const)
      .filter(([, part]) => !isNothing(part)),
  );
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const entries = (value: unknown): string[] => (value && typeof value === "object" ? Object.entries(value).map(([name, text]) => (text === "" ? name : `${name}=${String(text)}`)) : []);
const part = (value: unknown, name: string): unknown => (value && typeof value === "object" ? (value as Record<string, unknown>)[name] : undefined);
const line = (value: unknown): string[] => (isNothing(value) ? [] : [String(value)]);
const words = (value: unknown): string[] => (texts(value).length > 0 ? [joinWords(texts(value))] : []);

function restart(policy: unknown): string[] {
  const name = String(part(policy, "Name") ?? "");
  const most = Number(part(policy, "MaximumRetryCount") ?? 0);
  return name === "" || name === "no" ? ["no: it stays ended"] : [most > 0 ? `${name}, at most ${most} times` : name];
}

function health(check: unknown): string[] {
  const test = texts(part(check, "Test"));
  if (test.length === 0) return [];
  if (test[0] === "NONE") return ["none, although the image has one"];
  const every = Number(part(check, "Interval") ?? 0) / SECOND;
  return [`${test[0] === "CMD-SHELL" ? test.slice(1).join(" ") : joinWords(test.slice(1))}${every > 0 ? `, every ${every} s` : ""}`];
}

function log(config: unknown): string[] {
  return [[String(part(config, "Type") || "json-file"), ...entries(part(config, "Config"))].join(", ")];
}

function rights(host: unknown): string[] {
  return [
    ...(part(host, "Privileged") === true ? ["privileged: all of the host's devices and rights"] : []),
    ...texts(part(host, "CapAdd")).map((one) => `with ${one}`),
    ...texts(part(host, "CapDrop")).map((one) => `without ${one}`),
    ...texts(part(host, "SecurityOpt")),
    ...(part(host, "ReadonlyRootfs") === true ? ["its root file system is read-only"] : []),
  ];
}

/** What a container was asked to be, a name and its lines each; what was not asked for is left out. Texts are as they may be shown. */
export function facts({ config, hostConfig }: ContainerSettings): readonly (readonly [name: string, lines: readonly string[]])[] {
  const all: readonly (readonly [string, readonly string[]])[] = [
    ["Entry point", words(part(config, "Entrypoint"))],
    ["User", line(part(config, "User"))],
    ["Working folder", line(part(config, "WorkingDir"))],
    ["Host name", line(part(config, "Hostname"))],
    ["Environment", texts(part(config, "Env"))],
    ["Labels", entries(part(config, "Labels"))],
    ["Restart policy", restart(part(hostConfig, "RestartPolicy"))],
    ["Health check", health(part(config, "Healthcheck"))],
    ["Stop signal", line(part(config, "StopSignal"))],
    ["Log", log(part(hostConfig, "LogConfig"))],
    ["Rights", rights(hostConfig)],
  ];
  return all.filter(([, lines]) => lines.length > 0).map(([name, lines]) => [name, lines.map(visibleText)] as const);
}

/** All that was asked for as JSON, a line each, as it may be shown. */
export function asJson({ config, hostConfig, networkingConfig }: ContainerSettings): string {
  const all = said({ Config: config, HostConfig: hostConfig, NetworkingConfig: networkingConfig });
  return JSON.stringify(all, null, 2).split("\n").map(visibleText).join("\n");
}
