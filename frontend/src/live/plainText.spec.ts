import { describe, expect, it } from "vitest";
import { visibleLine, visibleText } from "./plainText";

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

describe("visibleLine", () => {
  it.each([
    ["tab\tstays", "tab\tstays"],
    ["\u001b]0;a title\u0007", "‹U+001B›]0;a title‹U+0007›"],
    ["10 %\r50 %", "10 %‹U+000D›50 %"],
    ["a\u202eb\u0000", "a‹U+202E›b‹U+0000›"],
  ])("shows %j as %j", (raw, shown) => expect(visibleLine(raw)).toBe(shown));
});
