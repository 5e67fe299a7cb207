// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConsoleMessage, ConsoleView } from "../api/console";
import type { SocketEvents } from "../live/socket";
import { ConsoleLink } from "./consoleLink";

const VIEW: ConsoleView = {
  id: "r-1", containerId: "c", containerName: "web", program: "/bin/sh", toolbox: false, user: "", workingDir: "",
  state: "running", exitCode: null, why: null, startedAt: "2025-01-01T00:00:00Z", clients: 1, endsAt: null,
};

/** A server that a test plays. */
class Line {
  events: SocketEvents = { message: () => undefined };
  address = (): string => "";
  readonly sent: (string | number)[] = [];
  renewed = 0;
  closed = false;
  open = true;
  readonly heard: string[] = [];

  readonly link = new ConsoleLink(
    "r-1",
    {
      output: (bytes, old) => this.heard.push(`${old ? "old" : "new"} ${new TextDecoder().decode(bytes)}`),
      attached: () => this.heard.push("attached"),
      missed: (bytes) => this.heard.push(`missed ${bytes}`),
      lost: () => this.heard.push("lost"),
      ended: (view) => this.heard.push(`ended ${view.exitCode}`),
      gone: (text) => this.heard.push(`gone ${text}`),
    },
    (address, events) => {
      this.address = address;
      this.events = events;
      return {
        renew: () => this.renewed++,
        send: (data) => {
          if (this.open) this.sent.push(typeof data === "string" ? data : data.length);
          return this.open;
        },
        close: () => (this.closed = true),
      };
    },
  );

  say(message: ConsoleMessage): void {
    this.events.message(message);
  }

  attach(from: number, missed = 0, answered = 0): void {
    this.say({ type: "attached", from, missed, answered, console: VIEW });
  }

  print(text: string): void {
    this.events.bytes?.(new TextEncoder().encode(text));
  }

  get from(): string | null {
    return new URL(this.address()).searchParams.get("from");
  }
}

describe("the line to a console", () => {
  let line: Line;
  beforeEach(() => {
    vi.useFakeTimers();
    line = new Line();
  });
  afterEach(() => {
    line.link.close();
    vi.useRealTimers();
  });

  it("asks for all there is, then goes on where it broke", () => {
    expect(line.from).toBeNull();
    line.attach(100);
    line.print("hello");
    line.events.lost?.(true);
    expect(line.from).toBe("105");
    line.attach(105);
    line.print("!");
    expect(line.from).toBe("106");
    expect(line.heard).toEqual(["attached", "new hello", "lost", "attached", "new !"]);
  });

  it("says what is lost and goes on behind it", () => {
    line.attach(0);
    line.print("ab");
    line.events.lost?.(true);
    line.attach(500, 498);
    line.print("c");
    line.say({ type: "missed", from: 900, missed: 399 });
    line.print("d");
    expect(line.from).toBe("901");
    expect(line.heard).toEqual(["attached", "new ab", "lost", "missed 498", "attached", "new c", "missed 399", "new d"]);
  });

  it("tells what was shown before from what is new, within a piece, too", () => {
    line.attach(10, 0, 13);
    line.print("oldnew");
    line.print("er");
    expect(line.heard).toEqual(["attached", "old old", "new new", "new er"]);
  });

  it("does not take for old what this window has never got", () => {
    line.attach(0);
    line.events.lost?.(true);
    line.attach(0, 0, 3);
    line.print("abc");
    expect(line.heard).toEqual(["attached", "lost", "attached", "new abc"]);
  });

  it("keeps what is typed before the first connection, and takes nothing while it is lost", () => {
    line.link.type("ls\n");
    line.link.resize(100, 30);
    expect(line.sent).toEqual([]);
    line.attach(0);
    expect(line.sent).toEqual(['{"type":"resize","columns":100,"rows":30}', 3]);
    line.events.lost?.(true);
    line.link.type("rm");
    line.attach(0);
    expect(line.sent).toEqual(['{"type":"resize","columns":100,"rows":30}', 3, '{"type":"resize","columns":100,"rows":30}']);
  });

  it("sends much in pieces", () => {
    line.attach(0);
    line.link.type("x".repeat(10_000));
    expect(line.sent).toEqual([4096, 4096, 1808]);
  });

  it("ends when the console has ended or is gone", () => {
    line.attach(0);
    line.say({ type: "exit", console: { ...VIEW, state: "ended", exitCode: 3, why: "program" } });
    expect(line.closed).toBe(true);
    line.events.lost?.(true);
    line.link.type("x");
    expect(line.heard).toEqual(["attached", "ended 3"]);
    const other = new Line();
    other.say({ type: "error", message: "The service was started anew" });
    expect(other.closed).toBe(true);
    expect(other.heard).toEqual(["gone The service was started anew"]);
  });

  it("renews a connection that does not answer", () => {
    line.attach(0);
    vi.advanceTimersByTime(25_000);
    expect(line.sent).toEqual(['{"type":"ping"}']);
    line.say({ type: "pong" });
    vi.advanceTimersByTime(20_000);
    expect(line.renewed).toBe(0);
    vi.advanceTimersByTime(20_000);
    expect(line.renewed).toBe(1);
    expect(line.heard).toEqual(["attached", "lost"]);
  });
});
