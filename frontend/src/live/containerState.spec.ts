import { describe, expect, it } from "vitest";
import { container } from "../testing";
import { findContainer, type ContainersState } from "./containerState";
import { applyMessage } from "./listState";

const snapshot = (...names: string[]): ContainersState => {
  const state = applyMessage(null, { type: "snapshot", sequence: 7, items: names.map((name) => container({ id: `${name}-id`, name })) });
  if (state === "gap") throw new Error("a snapshot is never a gap");
  return state;
};

describe("applyMessage", () => {
  it("takes a snapshot in place of what it knew", () => {
    const next = applyMessage(snapshot("a"), { type: "snapshot", sequence: 90, items: [container({ id: "x" })] });
    expect(next).toMatchObject({ sequence: 90 });
    expect(next !== "gap" && [...next.byId.keys()]).toEqual(["x"]);
  });

  it("adds, changes and removes, and leaves the old state and the other containers alone", () => {
    const before = snapshot("a", "b");
    const changed = applyMessage(before, { type: "upsert", sequence: 8, item: container({ id: "a-id", state: "exited" }) });
    if (changed === "gap") throw new Error("no gap here");
    expect(changed.byId.get("a-id")?.state).toBe("exited");
    expect(before.byId.get("a-id")?.state).toBe("running");
    expect(changed.byId.get("b-id")).toBe(before.byId.get("b-id"));
    const removed = applyMessage(changed, { type: "remove", sequence: 9, id: "a-id" });
    expect(removed !== "gap" && [...removed.byId.keys()]).toEqual(["b-id"]);
  });

  it("reports a gap for a lost, a repeated and a too early message", () => {
    expect(applyMessage(snapshot("a"), { type: "remove", sequence: 9, id: "a-id" })).toBe("gap");
    expect(applyMessage(snapshot("a"), { type: "remove", sequence: 7, id: "a-id" })).toBe("gap");
    expect(applyMessage(null, { type: "remove", sequence: 1, id: "a-id" })).toBe("gap");
  });
});

describe("findContainer", () => {
  const { byId } = snapshot("alpha", "alpine");

  it("finds by id, name and an unambiguous beginning", () => {
    expect(findContainer(byId, "alpha-id")?.name).toBe("alpha");
    expect(findContainer(byId, "alpine")?.name).toBe("alpine");
    expect(findContainer(byId, "alpi")?.name).toBe("alpine");
  });

  it("finds nothing for an ambiguous or unknown name", () => {
    expect(findContainer(byId, "alp")).toBeUndefined();
    expect(findContainer(byId, "nothing")).toBeUndefined();
  });
});
