import { describe, expect, it } from "vitest";
import { segments, withoutColours } from "./ansi";

const shown = (raw: string, hits?: readonly (readonly [number, number])[]): string =>
  segments(raw, hits).map((one) => `${one.hit ? "*" : ""}${one.text}${one.look ? `{${one.look}}` : ""}`).join("|");

describe("segments", () => {
  it.each([
    ["plain", "plain"],
    ["", ""],
    ["\u001b[31mred\u001b[0m text", "red{fore-1}| text"],
    ["\u001b[1;38;5;196mx\u001b[22;39my", "x{fore-9 sgr-bold}|y"],
    ["\u001b[38;2;0;250;3mx", "x{fore-10}"],
    ["\u001b[48:5:21mx\u001b[49m", "x{back-4}"],
    ["\u001b[97;104;3;4;7;9mx\u001b[23;24;27;29;39;49my", "x{fore-15 back-12 sgr-italic sgr-underlined sgr-struck sgr-inverse}|y"],
    ["\u001b[38;5;999mx\u001b[38mz", "x|z"],
    ["\u001b[2Jx\u001b]0;title\u0007", "\u001b[2Jx\u001b]0;title\u0007"],
    ["\u001b[31", "\u001b[31"],
  ])("of %j are %j", (raw, expected) => expect(shown(raw)).toBe(expected));

  it("show what was found, over changes of colour", () => {
    expect(shown("a\u001b[32mb\u001b[0mc and abc", [[0, 3], [8, 11]])).toBe("*a|*b{fore-2}|*c| and |*abc");
    expect(shown("abc", [[2, 3]])).toBe("ab|*c");
    expect(withoutColours("a\u001b[32mb\u001b[0mc")).toBe("abc");
  });

  it("are found in the time of one pass", () => {
    const raw = "\u001b[".repeat(200_000);
    const begun = performance.now();
    expect(segments(raw)).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
