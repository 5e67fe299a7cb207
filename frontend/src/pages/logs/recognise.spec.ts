import { describe, expect, it } from "vitest";
import { recognise } from "./recognise";

describe("the level of a line", () => {
  it.each([
    ["2026-01-02 03:04:05 ERROR it broke", "error"],
    ["[warn] watch out", "warn"],
    ["<info> said", "info"],
    ["error: no such file", "error"],
    ["Warning: old", "warn"],
    ["12:00:01 INF started", "info"],
    ["E0131 12:00:00.000000 1 main.go:1] broke", "error"],
    ['time="2026-01-02T03:04:05Z" level=warning msg="INFO is not it"', "warn"],
    ["ts=1 lvl=dbug level=debug msg=x", "debug"],
    ['{"level":"error","msg":"x"}', "error"],
    ['{"severity":"CRITICAL"}', "fatal"],
    ['{"level":30,"msg":"pino"}', "info"],
    ['{"log":{"level":"warn"},"message":"ecs"}', "warn"],
    ['{"message":"level=error"}', null],
    ["no level at all, an error occurred", null],
    ["ERRORS were 3", null],
    [`${" ".repeat(200)}ERROR too far`, null],
    ["", null],
  ])("%j is %s", (text, level) => expect(recognise(text).level).toBe(level));

  it("finds JSON only where all of it is", () => {
    expect(recognise('{"a":[1,2]}').json).toEqual({ a: [1, 2] });
    expect(recognise("[1, 2]").json).toEqual([1, 2]);
    expect(recognise('{"a":').json).toBeUndefined();
    expect(recognise("[info] x").json).toBeUndefined();
    expect(recognise("12").json).toBeUndefined();
  });
});
