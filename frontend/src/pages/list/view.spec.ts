import { describe, expect, it } from "vitest";
import { addressOf, USUAL_VIEW, viewOf, type View } from "./view";

describe("the view in the address", () => {
  it.each<Partial<View>>([
    {},
    { filter: "state:running & more", group: "project" },
    { sort: "cpu", descending: true },
    { sort: "name", descending: false },
    { group: "image", shut: new Set(["nginx:1", "", "ü/&="]) },
  ])("comes back as it was: %j", (changes) => {
    const view = { ...USUAL_VIEW, ...changes };
    expect(viewOf(addressOf(view))).toEqual(view);
  });

  it("has nothing in it when all is as usual", () => {
    expect(addressOf(USUAL_VIEW)).toBe("/ui/containers");
    expect(addressOf({ ...USUAL_VIEW, shut: new Set(["left over"]) })).toBe("/ui/containers");
  });

  it("is as usual where the address makes no sense", () => {
    expect(viewOf("/ui/containers?group=constructor&sort=-toString&shut")).toEqual({ ...USUAL_VIEW, shut: new Set([""]) });
  });
});
