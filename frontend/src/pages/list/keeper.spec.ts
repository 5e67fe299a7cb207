import { describe, expect, it } from "vitest";
import { container } from "../../testing";
import { Keeper } from "./keeper";

const all = (...ids: string[]) => new Map(ids.map((id) => [id, container({ id })]));
const group = (...ids: string[]) => [{ key: "", ids }];

describe("Keeper", () => {
  it("takes everything as it comes while nobody points at the list", () => {
    const keeper = new Keeper();
    keeper.next(group("a"), all("a"), "v", false);
    expect(keeper.next(group("b", "a"), all("a", "b"), "v", false)).toMatchObject({ groups: group("b", "a"), waiting: 0 });
  });

  it("keeps the order, counts who waits, and keeps who is gone", () => {
    const keeper = new Keeper();
    keeper.next(group("a", "b"), all("a", "b"), "v", false);
    const kept = keeper.next(group("c", "d", "b"), all("b", "c", "d"), "v", true);
    expect(kept.groups).toEqual(group("a", "b"));
    expect(kept.waiting).toBe(2);
    expect([...kept.gone]).toEqual(["a"]);
    expect(kept.byId.get("a")?.id).toBe("a");
    const later = keeper.next(group("d"), all("d"), "v", true);
    expect([...later.gone]).toEqual(["a", "b"]);
    expect(later.byId.get("a")?.id, "still known after another change").toBe("a");
    expect(keeper.next(group("d"), all("d"), "v", false)).toMatchObject({ groups: group("d"), waiting: 0, gone: new Set() });
  });

  it("does what the user asks for at once", () => {
    const keeper = new Keeper();
    keeper.next(group("a", "b"), all("a", "b"), "v", false);
    expect(keeper.next(group("b", "a"), all("a", "b"), "other", true).groups).toEqual(group("b", "a"));
    expect(keeper.next(group("c", "b", "a"), all("a", "b", "c"), "other", true).waiting).toBe(1);
    keeper.letIn();
    expect(keeper.next(group("c", "b", "a"), all("a", "b", "c"), "other", true)).toMatchObject({ groups: group("c", "b", "a"), waiting: 0 });
  });

  it("takes the first ones even when somebody points there", () => {
    const keeper = new Keeper();
    keeper.next([], all(), "v", true);
    expect(keeper.next(group("a"), all("a"), "v", true).groups).toEqual(group("a"));
  });
});
