// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { fontAfter, isToggle } from "./keys";
import { severalLines } from "./paste";
import type { ConsoleTab } from "./store";
import { endSentence, runningSentence, tabName, wasKilled } from "./words";

const tab = (id: string, changes: Partial<ConsoleTab> = {}): ConsoleTab => ({
  id, containerId: "c", name: "web", program: "/bin/bash", toolbox: false, user: "", workingDir: "", ...changes,
});

describe("names of tabs", () => {
  it("have a number only where two are alike", () => {
    const all = [tab("a"), tab("b", { program: "/bin/sh" }), tab("c"), tab("d", { toolbox: true })];
    expect(all.map((one) => tabName(one, all))).toEqual(["web: bash 1", "web: sh", "web: bash 2", "web: toolbox"]);
  });
});

describe("sentences", () => {
  it("say how a console ended", () => {
    expect(endSentence({ why: "program", exitCode: 3 })).toBe("The program has ended with exit code 3.");
    expect(endSentence({ why: "container", exitCode: 137 })).toMatch(/^The container has stopped/);
    expect(wasKilled({ why: "program", exitCode: 137 })).toBe(true);
    expect(wasKilled({ why: "closed", exitCode: null })).toBe(false);
    expect(endSentence({ why: "left", exitCode: null })).toMatch(/nobody had looked/);
    expect(endSentence({ why: null, exitCode: null })).toBe("The program has ended.");
  });
  it("name what ends with one", () => {
    expect(runningSentence(["vi"])).toBe("vi runs in this console. Closing it ends that, too.");
    expect(runningSentence(["make", "cc", "cc"])).toBe("make, cc run in this console. Closing it ends them, too.");
    expect(runningSentence(["a", "b", "c", "d", "e", "f"])).toMatch(/^a, b, c, d, e and others run/);
  });
});

describe("the paste guard", () => {
  it("lets parts of a line through", () => {
    expect(severalLines("ls -l")).toBeNull();
    expect(severalLines("")).toBeNull();
  });
  it("holds what a shell would run at once", () => {
    expect(severalLines("ls\n")).toMatchObject({ count: 1, preview: "ls" });
    expect(severalLines("a\r\nb\rc")).toMatchObject({ count: 3, preview: "a\nb\nc", more: 0 });
  });
  it("shows the beginning, with what cannot be seen", () => {
    const lines = severalLines(`${"x".repeat(300)}\n\u202eb\n${"y\n".repeat(20)}`);
    expect(lines?.count).toBe(22);
    expect(lines?.more).toBe(14);
    expect(lines?.preview).toContain(`${"x".repeat(200)}…\n‹U+202E›b`);
  });
});

describe("keys", () => {
  const key = (changes: Partial<KeyboardEvent>) => ({ key: "", code: "", ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...changes });
  it("leave all to the program but their own", () => {
    expect(isToggle(key({ key: "`", ctrlKey: true }))).toBe(true);
    expect(isToggle(key({ key: "^", code: "Backquote", ctrlKey: true }))).toBe(true);
    expect(isToggle(key({ key: "`" }))).toBe(false);
    expect(isToggle(key({ key: "Escape" }))).toBe(false);
    expect(fontAfter(key({ key: "Escape" }), 13)).toBeNull();
    expect(fontAfter(key({ key: "-", ctrlKey: true }), 13)).toBeNull();
    // AltGr writes these on some keyboards.
    expect(fontAfter(key({ key: "}", code: "Digit0", ctrlKey: true, altKey: true }), 13)).toBeNull();
  });
  it("change the size of the text within bounds", () => {
    const held = { ctrlKey: true, altKey: true };
    expect(fontAfter(key({ key: "+", ...held }), 13)).toBe(14);
    expect(fontAfter(key({ key: "-", ...held }), 8)).toBe(8);
    expect(fontAfter(key({ key: "+", ...held }), 32)).toBe(32);
    expect(fontAfter(key({ key: "0", ...held }), 20)).toBe(13);
  });
});
