import { describe, expect, it } from "vitest";
import { decode, encode } from "./text";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a file's text", () => {
  it("comes back as it was, with mark and line ends", () => {
    for (const text of ["", "one\ntwo\n", "no end", "a\r\nb\r\n", "\ufeffmarked\n", "ä\u202eü\t\n"]) {
      const decoded = decode(utf8(text));
      if (decoded.kind !== "text") throw new Error(`${JSON.stringify(text)} is ${decoded.kind}`);
      expect(encode(decoded.text, decoded.lineEnd)).toEqual(utf8(text));
      expect(decoded.text).not.toContain("\r");
    }
  });

  it("is not edited where it would not come back", () => {
    expect(decode(utf8("a\r\nb\n")).kind).toBe("shown");
    expect(decode(utf8("a\rb\n")).kind).toBe("shown");
    expect(decode(new Uint8Array([0x66, 0xfc, 0x72]))).toMatchObject({ kind: "shown", text: "für" });
  });

  it("is none where there are zeros", () => {
    expect(decode(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0])).kind).toBe("binary");
  });
});
