// @vitest-environment happy-dom
import { Terminal } from "@xterm/xterm";
import { describe, expect, it } from "vitest";
import { muteAnswers } from "./muteAnswers";

const QUESTIONS = "\x1b[6n\x1b[c\x1b[>c\x1b[5n\x1b[?6n\x1b[?25$p\x1bP$qm\x1b\\";

function answersTo(text: string, muted: boolean): Promise<string> {
  const terminal = new Terminal();
  let answers = "";
  terminal.onData((data) => (answers += data));
  muteAnswers(terminal.parser, () => muted);
  return new Promise((resolve) =>
    terminal.write(text, () => {
      terminal.dispose();
      resolve(answers);
    }),
  );
}

describe("what a program asks its terminal", () => {
  it("is answered when it is new", async () => {
    expect(await answersTo(QUESTIONS, false)).toContain("\x1b[1;1R");
  });
  it("is not answered again when it is shown again", async () => {
    expect(await answersTo(QUESTIONS, true)).toBe("");
  });
});
