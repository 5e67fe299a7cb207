// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { addressOf, queryOf, USUAL, viewOf, type View } from "./address";

const AT = "1764300000.123456789-3-10240";
const address = new URL("http://host/ui/logs?containers=a,b");

describe("the address of a view", () => {
  it.each<View>([
    USUAL,
    { ...USUAL, search: "a+b & c", regex: true, matchCase: true, show: "others" },
    { ...USUAL, range: "own", since: "2026-01-02T03:04:00.000Z", until: "2026-01-02T04:00:00.000Z" },
    { ...USUAL, range: "1h", line: { ref: "web:1", at: AT } },
  ])("says all of it: %j", (view) => {
    const text = addressOf(view, address);
    expect(text.startsWith("/ui/logs?containers=a%2Cb")).toBe(true);
    expect(viewOf(new URL(text, address).searchParams)).toEqual(view);
  });

  it("is taken with nonsense in it", () => {
    expect(viewOf(new URLSearchParams("show=x&range=9y&since=never&line=web:<b>"))).toEqual(USUAL);
  });

  it("asks for a time that is so long ago", () => {
    expect(queryOf({ ...USUAL, range: "15m" }, Date.parse("2026-01-02T03:15:00Z"))).toMatchObject({ since: "2026-01-02T03:00:00.000Z", until: "" });
    expect(queryOf({ ...USUAL, range: "", since: "2026-01-02T03:00:00Z" }, 0)).toMatchObject({ since: "", until: "" });
  });
});
