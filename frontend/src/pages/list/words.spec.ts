import { describe, expect, it } from "vitest";
import { joinWords, splitWords, WordsError } from "./words";

describe("splitWords", () => {
  it.each<[string, string[]]>([
    ["", []],
    ["   ", []],
    ["sleep 60", ["sleep", "60"]],
    ["  sleep\t60\n", ["sleep", "60"]],
    ["sh -c 'echo \"$HOME\"; exit 3'", ["sh", "-c", 'echo "$HOME"; exit 3']],
    ['sh -c "echo \\"a b\\" \\$x \\n"', ["sh", "-c", 'echo "a b" $x \\n']],
    ["a''b \"\" ''", ["ab", "", ""]],
    ["a\\ b \\' \\\"", ["a b", "'", '"']],
    ["--x='1 2'\"3 4\"5", ["--x=1 23 45"]],
    ["one \\\n two", ["one", "two"]],
    ["echo $((6*7)) # not a comment", ["echo", "$((6*7))", "#", "not", "a", "comment"]],
  ])("splits %j", (line, words) => expect(splitWords(line)).toEqual(words));

  it.each(["echo 'a", 'echo "a', 'echo "a\\"', "echo \\"])("refuses %j", (line) => expect(() => splitWords(line)).toThrow(WordsError));
});

describe("joinWords", () => {
  it("gives what splits into the same words", () => {
    const words = ["sh", "-c", "echo 'it''s' \"$x\"; a\\b", "", "a=b", "ü ö"];
    expect(splitWords(joinWords(words))).toEqual(words);
    expect(joinWords(["nginx", "-g", "daemon off;"])).toBe("nginx -g 'daemon off;'");
  });
});
