import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "../../../api/history";
import { linesOf, tell } from "./words";

let number = 1000;
const event = (action: string, attributes: Readonly<Record<string, string>> = {}, type: HistoryEvent["type"] = "container"): HistoryEvent => ({
  sequence: number--,
  at: new Date(Date.UTC(2025, 0, 1) + number * 1000).toISOString(),
  type,
  action,
  attributes,
});

describe("tell", () => {
  it("says how a run ended", () => {
    expect(tell(event("die", { exitCode: "0", execDuration: "61" }))).toEqual({ text: "Ended by itself without an error after 1 minute (exit code 0)", tone: "plain" });
    expect(tell(event("die", { exitCode: "137" }))).toEqual({ text: "Ended with exit code 137: ended by SIGKILL", tone: "bad" });
    expect(tell(event("die", { exitCode: "3" })).text).toBe("Ended with exit code 3");
    expect(tell(event("oom")).tone).toBe("bad");
  });

  it("says what was done to it", () => {
    expect(tell(event("kill", { signal: "15" })).text).toBe("Was sent SIGTERM");
    expect(tell(event("kill", { signal: "34" })).text).toBe("Was sent signal 34");
    expect(tell(event("rename", { oldName: "/old", name: "new" })).text).toBe("Renamed from old to new");
    expect(tell(event("connect", { name: "lan" }, "network")).text).toBe("Connected to the network lan");
    expect(tell(event("rescue", { path: "/data", volume: "kept" })).text).toBe("The folder /data was rescued into the volume kept");
    expect(tell(event("health_status: unhealthy"))).toEqual({ text: "Its health became unhealthy", tone: "bad" });
  });

  it("tells what it does not know as it is called", () => {
    expect(tell(event("levitate")).text).toBe("levitate");
  });
});

describe("linesOf", () => {
  it("makes one line of a command's three events", () => {
    const lines = linesOf([event("exec_die", { execID: "a", exitCode: "2" }), event("exec_start: ls -l", { execID: "a" }), event("exec_create: ls -l", { execID: "a" }), event("start")]);
    expect(lines.map((line) => line.text)).toEqual(["The command ls -l was run in it: exit code 2", "Started"]);
    expect(lines[0]?.tone).toBe("bad");
  });

  it("tells of a console that it was closed, and not that it has failed", () => {
    const console = (id: string, code: string, tools: string): HistoryEvent[] => {
      const who = { execID: id, account: "admin", tools };
      return [event("exec_die", { ...who, exitCode: code }), event("exec_start: sh", who), event("exec_create: sh", who)];
    };
    const open = event("exec_start: sh", { execID: "c", account: "admin", tools: "container" });
    expect(linesOf([open, ...console("b", "129", "container"), ...console("a", "3", "toolbox")]).map(({ text, tone }) => [text, tone])).toEqual([
      ["admin opened a console in it: sh", "plain"],
      ["admin had a console in it: sh, closed", "plain"],
      ["admin had a toolbox shell in it: sh, ended with exit code 3", "plain"],
    ]);
  });

  it("counts neighbours that say the same", () => {
    const probe = (id: string): HistoryEvent[] => [event("exec_die", { execID: id, exitCode: "0" }), event("exec_start: probe", { execID: id }), event("exec_create: probe", { execID: id })];
    const lines = linesOf([...probe("c"), ...probe("b"), ...probe("a"), event("start")]);
    expect(lines.length).toBe(2);
    expect(lines[0]?.count).toBe(3);
    expect(Date.parse(lines[0]?.first ?? "")).toBeLessThan(Date.parse(lines[0]?.at ?? ""));
  });

  it("keeps the end of a command whose beginning is on another page", () => {
    expect(linesOf([event("exec_die", { execID: "z", exitCode: "0" })])[0]?.text).toBe("A command was run in it: exit code 0");
  });
});
