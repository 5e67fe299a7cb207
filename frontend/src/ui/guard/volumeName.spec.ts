import { describe, expect, it } from "vitest";
import { nameTrouble, proposedName } from "./volumeName";

describe("proposedName", () => {
  it("says whose it is and what is in it", () => {
    expect(proposedName("web", "/var/lib/postgresql")).toBe("web-postgresql");
    expect(proposedName("web", "/var/lib/postgresql/data")).toBe("web-postgresql");
    expect(proposedName("web", "/srv/shop/uploads")).toBe("web-shop-uploads");
  });

  it("has something to say of folders with common names alone", () => {
    expect(proposedName("web", "/var/lib")).toBe("web-var-lib");
    expect(proposedName("web", "/data")).toBe("web-data");
  });

  it("proposes nothing that would be refused", () => {
    for (const [container, path] of [["web", "/\u202e<img>"], ["a".repeat(80), "/data"], ["web", "/"], ["_x", "/ü"]] as const) {
      expect(nameTrouble(proposedName(container, path))).toBe("");
    }
  });
});

describe("nameTrouble", () => {
  it("names what is wrong", () => {
    expect(nameTrouble("")).toMatch(/Give/);
    expect(nameTrouble("a")).toMatch(/two/);
    expect(nameTrouble("a b")).toMatch(/Letters/);
    expect(nameTrouble("-ab")).toMatch(/beginning/);
    expect(nameTrouble("web-data_1.0")).toBe("");
  });
});
