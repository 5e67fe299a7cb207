import type { Container, PortBinding } from "../api/types";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** A size with a binary unit and about three digits, such as "1.50 GiB". */
export function bytes(value: number): string {
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1023.95 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit++;
  }
  const digits = unit === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${UNITS[unit]}`;
}

export const bytesPerSecond = (value: number | null): string => (value === null ? "unknown" : `${bytes(value)}/s`);

export const percent = (value: number): string => `${value.toFixed(value >= 99.95 ? 0 : 1)} %`;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long in the largest whole unit, such as "3 minutes". */
export function duration(seconds: number): string {
  const whole = (unit: number, name: string): string => {
    const count = Math.floor(seconds / unit);
    return `${count} ${name}${count === 1 ? "" : "s"}`;
  };
  if (seconds < 1) return "less than a second";
  if (seconds < MINUTE) return whole(1, "second");
  if (seconds < HOUR) return whole(MINUTE, "minute");
  if (seconds < 2 * DAY) return whole(HOUR, "hour");
  if (seconds < 14 * DAY) return whole(DAY, "day");
  if (seconds < 60 * DAY) return whole(7 * DAY, "week");
  if (seconds < 730 * DAY) return whole(30 * DAY, "month");
  return whole(365 * DAY, "year");
}

const since = (time: string, now: number): number => Math.max(0, (now - Date.parse(time)) / 1000);

export const ago = (time: string, now: number): string => `${duration(since(time, now))} ago`;

/** How the container stands, as a sentence that is true at `now`; what only the server knows (health) is kept. */
export function statusSentence(one: Container, now: number): string {
  const remark = /\(([a-z: ]+)\)$/i.exec(one.status)?.[0];
  switch (one.state) {
    case "running":
      return one.startedAt ? `Up ${duration(since(one.startedAt, now))}${remark && remark !== "(Paused)" ? ` ${remark}` : ""}` : one.status;
    case "exited":
      return one.finishedAt && one.exitCode !== null ? `Exited (${one.exitCode}) ${ago(one.finishedAt, now)}` : one.status;
    case "created":
      return `Created ${ago(one.createdAt, now)}, never started`;
    case "paused":
      return one.startedAt ? `Up ${duration(since(one.startedAt, now))} (Paused)` : one.status;
    case "restarting":
      return one.finishedAt && one.exitCode !== null ? `Restarting (${one.exitCode}) ${ago(one.finishedAt, now)}` : one.status;
    case "removing":
    case "dead":
      return one.status;
  }
}

const SIGNALS: Readonly<Record<number, string>> = { 1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM" };
const FIRST_SIGNAL_CODE = 128;

/** Why the last run ended, in words; null while there is nothing to say. */
export function endSentence(one: Container): string | null {
  if (one.error) return `It could not be started: ${one.error}`;
  if (one.state === "running" || one.state === "paused" || one.exitCode === null || one.finishedAt === null) return null;
  const code = `exit code ${one.exitCode}`;
  if (one.oomKilled) return `The kernel ended it because it used more memory than its limit allows (${code}).`;
  if (one.exitCode === 0) return `It ended by itself without an error (${code}).`;
  if (one.exitCode === 125) return `The engine could not run it (${code}).`;
  if (one.exitCode === 126) return `Its command was found but could not be run (${code}).`;
  if (one.exitCode === 127) return `Its command was not found (${code}).`;
  const signal = SIGNALS[one.exitCode - FIRST_SIGNAL_CODE];
  if (signal) return `It was ended by the signal ${signal} (${code}).`;
  return `It ended with an error of its own (${code}).`;
}

export const shortId = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);

/** A text in which whole ids are short: those of containers, and the names of volumes that nobody has named. */
export const shortIds = (text: string): string => text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1");

// To make a format takes a browser a thousand times as long as to use it.
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export const dateTime = (time: string): string => DATE_TIME.format(new Date(time));

const EVERYWHERE = new Set(["", "0.0.0.0", "::"]);
const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || host === "[::1]" || host.startsWith("127.");
const bracketed = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);

/** A published port as text and, where a browser can use it from here, as an address. */
export function portLink(port: PortBinding, pageHost: string): { readonly text: string; readonly title: string; readonly href: string | null } {
  const inside = `${port.containerPort}/${port.protocol}`;
  if (port.hostPort === null || port.hostPort === 0) return { text: inside, title: `${inside} is not published`, href: null };
  const ip = port.hostIp ?? "";
  const everywhere = EVERYWHERE.has(ip);
  const local = isLoopback(ip);
  const text = `${everywhere || local ? "" : `${bracketed(ip)}:`}${port.hostPort} → ${inside}`;
  const where = everywhere ? "all addresses of the host" : local ? "the host itself only" : ip;
  const reachable = port.protocol === "tcp" && (!local || isLoopback(pageHost));
  const host = everywhere || local ? bracketed(pageHost) : bracketed(ip);
  return { text, title: `Port ${port.hostPort} leads to ${inside}, for ${where}`, href: reachable ? `http://${host}:${port.hostPort}/` : null };
}

/** Ports without the repetition that a binding for IPv4 and one for IPv6 make. */
export function distinctPorts(ports: readonly PortBinding[]): readonly PortBinding[] {
  const seen = new Set<string>();
  return ports.filter((port) => {
    const key = `${EVERYWHERE.has(port.hostIp ?? "") ? "*" : port.hostIp} ${port.hostPort} ${port.containerPort} ${port.protocol}`;
    return !seen.has(key) && seen.add(key);
  });
}
