import { describe, expect, it } from "vitest";
import { logFate } from "./logFate";

const DAY = 86_400;

describe("logFate", () => {
  it("says for how long, or that it goes", () => {
    expect(logFate([DAY])).toBe("What it has printed can be read for 24 hours more, under Logs of removed containers.");
    expect(logFate([0])).toBe("What it has printed goes, too.");
    expect(logFate([null, DAY])).toBe("What they have printed can be read for 24 hours more, under Logs of removed containers.");
    expect(logFate([0, DAY, DAY])).toBe("What 1 of them has printed is too much to be kept and goes, too. The rest can be read for 24 hours more, under Logs of removed containers.");
  });

  it("is silent where nothing was printed", () => {
    expect(logFate([null])).toBe("");
    expect(logFate([])).toBe("");
  });
});
