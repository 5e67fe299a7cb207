import { describe, expect, it } from "vitest";
import { plainText, visibleText } from "./plainText";

describe("plainText", () => {
  it.each([
    ["a plain line", "a plain line"],
    ["tab\tstays", "tab\tstays"],
    ["\u001b[1;31mred\u001b[0m text", "red text"],
    ["\u001b[38;5;12mblue\u001b[m", "blue"],
    ["\u001b]0;a title\u0007shown", "shown"],
    ["\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["\u009b2Jcleared", "cleared"],
    ["\u001b(Bcharset", "charset"],
    ["cut \u001b[3", "cut "],
    ["cut \u001b", "cut "],
    ["bell\u0007 and back\u0008space\u0000", "bell and backspace"],
    ["10 %\r50 %\r100 %\r\n", "100 %"],
    ["<b>&amp;</b>", "<b>&amp;</b>"],
    ["a\u202eb", "a‹U+202E›b"],
  ])("shows %j as %j", (raw, shown) => expect(plainText(raw)).toBe(shown));
});

describe("visibleText", () => {
  it.each([
    ["/var/lib/data", "/var/lib/data"],
    ["/a\nb\tc\r", "/a‹U+000A›b‹U+0009›c‹U+000D›"],
    ["\u001b[31mred", "‹U+001B›[31mred"],
    ["cod\u202egpj.exe", "cod‹U+202E›gpj.exe"],
    ["ze\u200bro\ufeff", "ze‹U+200B›ro‹U+FEFF›"],
    ["<img src=x>", "<img src=x>"],
    ["übung 漢字 😀", "übung 漢字 😀"],
  ])("shows %j as %j", (raw, shown) => expect(visibleText(raw)).toBe(shown));
});
