// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { RequestError } from "../../api/http";
import { EVERYTHING, type LogLine, type LogPage, type LogQuery } from "../../api/logs";
import { MOST_LINES } from "./lineStore";
import { LogWindow } from "./logWindow";
import { nanosOf, placeAt } from "./position";
import type { Backend, FollowEvents } from "./source";

const SECOND = 1_000_000_000n;
const at = (second: number): string => `${second}.000000000-1-${second}`;
const line = (second: number, text = String(second), more: Partial<LogLine> = {}): LogLine => ({
  at: at(second), time: new Date(second * 1000).toISOString(), stream: "stdout", text, ...more,
});

/** Logs in memory, served as the server does: pages of at most `most` lines. */
class Server implements Backend {
  readonly logs = new Map<string, LogLine[]>();
  readonly followed = new Map<string, { after: string; events: FollowEvents; closed: boolean }[]>();
  readonly asked: string[] = [];
  ended = false;
  most = 5000;
  failure: RequestError | null = null;

  async page(ref: string, parameters: URLSearchParams): Promise<LogPage> {
    this.asked.push(`${ref}?${parameters}`);
    await Promise.resolve();
    if (this.failure) throw this.failure;
    const all = this.logs.get(ref);
    if (!all) throw new RequestError(404, `No such container: ${ref}.`);
    const wanted = (one: LogLine): boolean => parameters.get("show") !== "matching" || one.hits !== undefined;
    const limit = Math.min(Number(parameters.get("limit")), this.most);
    const head = { id: `${ref}-id`, name: ref, removed: null, ended: this.ended };
    const from = parameters.get("from") ?? parameters.get("after");
    if (from !== null) {
      const included = parameters.has("from") || from.endsWith("-0-0");
      const rest = all.filter((one) => wanted(one) && (nanosOf(one.at) > nanosOf(from) || (included && nanosOf(one.at) === nanosOf(from))));
      const lines = rest.slice(0, limit);
      return { ...head, lines, older: null, newer: lines.at(-1)?.at ?? from, end: lines.length === rest.length };
    }
    const before = parameters.get("before");
    const rest = all.filter((one) => wanted(one) && (before === null || nanosOf(one.at) < nanosOf(before)));
    const lines = rest.slice(-limit);
    return { ...head, lines, older: lines.length < rest.length ? (lines[0]?.at ?? null) : null, newer: all.at(-1)?.at ?? "0.000000000-0-0", end: before === null };
  }

  starts(): Promise<readonly string[]> {
    return Promise.resolve(["1970-01-01T00:00:05.000Z"]);
  }

  follow(ref: string, after: () => string, _parameters: URLSearchParams, events: FollowEvents): { close(): void } {
    const one = { after: after(), events, closed: false };
    this.followed.set(ref, [...(this.followed.get(ref) ?? []), one]);
    return { close: () => (one.closed = true) };
  }

  /** Sends what is written by what is followed last. */
  write(ref: string, ...lines: LogLine[]): void {
    this.logs.get(ref)?.push(...lines);
    const last = this.followed.get(ref)?.at(-1);
    if (last && !last.closed) last.events.message({ lines, position: lines.at(-1)?.at ?? "" });
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const texts = (window: LogWindow): string[] => window.lines.map((one) => one.wire.text);

function serving(logs: Readonly<Record<string, readonly LogLine[]>>): Server {
  const server = new Server();
  Object.entries(logs).forEach(([ref, lines]) => server.logs.set(ref, [...lines]));
  return server;
}

const open = (server: Server, refs: readonly string[], query: LogQuery = EVERYTHING): LogWindow => new LogWindow(refs, query, server, (work) => work());

describe("a window over one log", () => {
  it("begins with the last lines, goes back by pages and follows", async () => {
    const server = serving({ web: range(0, 2500).map((one) => line(one)) });
    const window = open(server, ["web"]);
    await window.openEnd();
    expect(texts(window)).toEqual(range(1500, 2500).map(String));
    expect(window.attached).toBe(true);
    await window.loadOlder();
    await window.loadOlder();
    await window.loadOlder();
    expect(texts(window)).toEqual(range(0, 2500).map(String));
    expect(window.atBegin).toBe(true);
    expect(server.followed.get("web")?.map((one) => one.after)).toEqual([at(2499)]);
    server.write("web", line(2500), line(2501));
    expect(texts(window).slice(-2)).toEqual(["2500", "2501"]);
  });

  it("says that the container was started between two lines", async () => {
    const server = serving({ web: [line(1), line(6), line(7)] });
    const window = open(server, ["web"]);
    server.most = 2;
    await window.openEnd();
    expect(window.lines.map((one) => one.started)).toEqual([null, "1970-01-01T00:00:05.000Z", null]);
    window.started("web", "1970-01-01T00:00:08.000Z");
    server.write("web", line(9));
    expect(window.lines.at(-1)?.started).toBe("1970-01-01T00:00:08.000Z");
  });

  it("opens a line with those around it and goes to the end by pages", async () => {
    const server = serving({ web: range(0, 3000).map((one) => line(one)) });
    const window = open(server, ["web"]);
    window.follow(false);
    await window.openAround({ ref: "web", at: at(1000) });
    expect(texts(window)).toEqual(range(500, 1500).map(String));
    expect(window.lines.find((one) => one.key === window.marked)?.wire.text).toBe("1000");
    expect([window.attached, window.markedIsGone]).toEqual([false, false]);
    for (let page = 0; page < 3; page++) await window.loadNewer();
    expect(texts(window)).toEqual(range(500, 3000).map(String));
    expect(window.attached).toBe(true);
    expect(server.followed.get("web")?.at(-1)?.after).toBe(at(2999));
    await window.openAround({ ref: "web", at: "1.500000000-7-0" });
    expect(window.markedIsGone).toBe(true);
  });

  it("keeps a bounded number of lines and has the others again from the server", async () => {
    const server = serving({ web: range(0, 100).map((one) => line(one)) });
    const window = open(server, ["web"]);
    await window.openEnd();
    for (let from = 100; from < 12_100; from += 1000) server.write("web", ...range(from, from + 1000).map((one) => line(one)));
    expect(window.lines.length).toBeLessThanOrEqual(MOST_LINES);
    expect(texts(window).at(-1)).toBe("12099");
    const first = Number(texts(window)[0]);
    expect(window.atBegin).toBe(false);
    await window.loadOlder();
    expect(texts(window).slice(0, 501)).toEqual(range(first - 500, first + 1).map(String));
  });

  it("stops taking lines when its reader is elsewhere and there are too many, and goes on without a gap", async () => {
    const server = serving({ web: range(0, 100).map((one) => line(one)) });
    const window = open(server, ["web"]);
    await window.openEnd();
    window.follow(false);
    for (let from = 100; from < 14_100; from += 1000) server.write("web", ...range(from, from + 1000).map((one) => line(one)));
    expect(window.unseen).toBe(14_000);
    expect(window.attached).toBe(false);
    expect(texts(window)[0]).toBe("0");
    while (!window.attached) await window.loadNewer();
    const numbers = texts(window).map(Number);
    expect(numbers).toEqual(range(numbers[0] ?? 0, 14_100));
    server.write("web", line(14_100));
    expect(texts(window).at(-1)).toBe("14100");
    expect(server.followed.get("web")?.filter((one) => !one.closed)).toHaveLength(1);
  });

  it("says how many lines were left out, by the server or while nobody looked", async () => {
    const server = serving({ web: [line(1)] });
    const work: (() => void)[] = [];
    const window = new LogWindow(["web"], EVERYTHING, server, (one) => work.push(one));
    await window.openEnd();
    const events = server.followed.get("web")?.at(-1)?.events;
    events?.message({ skipped: 70 });
    for (let from = 2; from < 9002; from += 1000) server.write("web", ...range(from, from + 1000).map((one) => line(one)));
    work.forEach((one) => one());
    const skipped = window.lines.filter((one) => one.skipped > 0);
    expect(skipped).toHaveLength(1);
    expect(window.lines.length + (skipped[0]?.skipped ?? 0)).toBe(9001 + 70);
  });

  it("goes on after an end when the container is started again, whichever is told first", async () => {
    const server = serving({ web: [line(1)] });
    const window = open(server, ["web"]);
    await window.openEnd();
    const first = server.followed.get("web")?.[0];
    first?.events.message({ end: true });
    expect(window.complete).toBe(true);
    window.started("web", "1970-01-01T00:00:07Z");
    expect(server.followed.get("web")).toHaveLength(2);
    window.started("web", "1970-01-01T00:00:09Z");
    server.followed.get("web")?.[1]?.events.message({ end: true });
    expect(server.followed.get("web")).toHaveLength(3);
    server.write("web", line(10));
    expect(window.lines.map((one) => one.started)).toEqual([null, "1970-01-01T00:00:09Z"]);
  });

  it("says what the server refuses, and what could not be had, which may be tried again", async () => {
    const server = serving({ web: [line(1)] });
    const window = open(server, ["web"], { ...EVERYTHING, search: "(", regex: true });
    server.failure = new RequestError(400, "Search: the expression is malformed.");
    await window.openEnd();
    expect(window.refused.value).toBe("Search: the expression is malformed.");
    server.failure = new RequestError(0, "No way.");
    await window.openEnd();
    expect([window.refused.value, window.trouble.value, window.loading.value]).toEqual(["", "No way.", ""]);
    server.failure = null;
    await window.retry();
    expect(texts(window)).toEqual(["1"]);
    expect(window.trouble.value).toBe("");
  });

  it("finds the next match here, and beyond what is here", async () => {
    const hit: Partial<LogLine> = { hits: [[0, 1]] };
    const server = serving({ web: range(0, 3000).map((one) => line(one, String(one), one % 1000 === 100 ? hit : {})) });
    const window = open(server, ["web"], { ...EVERYTHING, search: "1" });
    await window.openEnd();
    expect(window.matches).toBe(1);
    expect(window.lines[window.nextMatch(0, 1)]?.wire.text).toBe("2100");
    expect(window.nextMatch(101, 1)).toBe(-1);
    expect(await window.matchBeyond(-1)).toEqual({ ref: "web", at: at(1100) });
    expect(await window.matchBeyond(1)).toBeNull();
  });

  it("follows nothing when its time is over", async () => {
    const server = serving({ web: [line(1)] });
    const window = open(server, ["web"], { ...EVERYTHING, until: "1970-01-01T00:00:03Z" });
    await window.openEnd();
    expect(server.followed.size).toBe(0);
  });
});

describe("a window over several logs", () => {
  it("has them in the order of their times, however the pages fall", async () => {
    const server = serving({ busy: range(0, 4000).map((one) => line(one, `b${one}`)), calm: range(0, 8).map((one) => line(one * 500, `c${one * 500}`)) });
    server.most = 300;
    const window = open(server, ["busy", "calm", "gone"]);
    await window.openEnd();
    const inOrder = (): void => expect(window.lines.map((one) => one.nanos)).toEqual(window.lines.map((one) => one.nanos).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    inOrder();
    expect(window.lines).toHaveLength(1000);
    expect(texts(window).filter((one) => one.startsWith("c"))).toEqual(["c3500"]);
    while (!window.atBegin) await window.loadOlder();
    inOrder();
    expect(window.lines).toHaveLength(4008);
    expect(window.sources.map((one) => one.error)).toEqual(["", "", "No such container: gone."]);
    server.write("busy", line(4001, "b4001"), line(4003, "b4003"));
    server.write("calm", line(4002, "c4002"));
    expect(texts(window).slice(-3)).toEqual(["b4001", "c4002", "b4003"]);
    server.write("calm", line(4001, "late"));
    expect(texts(window).slice(-4)).toEqual(["b4001", "c4002", "late", "b4003"]);
  });

  it("opens a line of one in the surroundings of all", async () => {
    const server = serving({ a: range(0, 2000).map((one) => line(one * 2, `a${one * 2}`)), b: range(0, 2000).map((one) => line(one * 2 + 1, `b${one * 2 + 1}`)) });
    const window = open(server, ["a", "b"]);
    await window.openAround({ ref: "b", at: at(2001) });
    const marked = window.lines.findIndex((one) => one.key === window.marked);
    expect(texts(window).slice(marked - 2, marked + 3)).toEqual(["b1999", "a2000", "b2001", "a2002", "b2003"]);
  });
});

describe("places", () => {
  it("are times with nanoseconds", () => {
    expect(nanosOf("5.000000007-3-100")).toBe(5n * SECOND + 7n);
    expect(nanosOf("nonsense")).toBe(0n);
    expect(placeAt(5n * SECOND + 7n)).toBe("5.000000007-0-0");
  });
});
