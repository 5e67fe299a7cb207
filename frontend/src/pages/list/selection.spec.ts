import { describe, expect, it } from "vitest";
import { extend, NOTHING, only, select, toggle, toggleAll } from "./selection";

const ORDER = ["a", "b", "c", "d", "e"];
const ids = (selection: { readonly ids: ReadonlySet<string> }): string => [...selection.ids].sort().join("");

describe("selection", () => {
  it("is toggled one by one", () => {
    expect(ids(toggle(toggle(NOTHING, "b"), "d"))).toBe("bd");
    expect(ids(toggle(toggle(NOTHING, "b"), "b"))).toBe("");
  });

  it("grows and shrinks from where it began, in both directions, and keeps what was selected before", () => {
    const begun = toggle(toggle(NOTHING, "e"), "b");
    const down = extend(begun, ORDER, "x", "c");
    expect(ids(down)).toBe("bce");
    expect(ids(extend(down, ORDER, "x", "d"))).toBe("bcde");
    expect(ids(extend(down, ORDER, "x", "a"))).toBe("abe");
  });

  it("begins a range where the user is when there is no other beginning", () => {
    expect(ids(extend(NOTHING, ORDER, "b", "c"))).toBe("bc");
    expect(ids(extend(toggle(NOTHING, "gone"), ORDER, "d", "e"))).toBe("degone");
  });

  it("takes groups as a whole, and gives them back", () => {
    const some = toggle(NOTHING, "a");
    expect(ids(toggleAll(some, ["a", "b"]))).toBe("ab");
    expect(ids(toggleAll(toggleAll(some, ["a", "b"]), ["a", "b"]))).toBe("");
  });

  it("loses what does not pass", () => {
    const all = select(ORDER);
    expect(ids(only(all, (id) => id > "c"))).toBe("de");
    expect(only(all, () => true)).toBe(all);
  });
});
