import { afterEach, describe, expect, it, vi } from "vitest";
import { ACTIONS } from "../../api/actions";
import { RequestError } from "../../api/http";
import { container } from "../../testing";
import { Batch, batches, begin, doing, telling } from "./batch";

vi.mock("../../api/http", () => ({
  RequestError: class extends Error {
    constructor(_status: number, message: string) {
      super(message);
    }
  },
  api: {},
}));

const all = (count: number) => Array.from({ length: count }, (_, index) => container({ id: `id-${index}`, name: `name-${index}` }));
const words = (batch: Batch): string => batch.items.value.map((item) => item.state).join(" ");

/** Requests that the test answers. */
function answers(): { readonly open: Map<string, { readonly well: () => void; readonly badly: (why: string) => void }> } {
  const open = new Map<string, { readonly well: () => void; readonly badly: (why: string) => void }>();
  vi.spyOn(ACTIONS.stop, "act").mockImplementation(
    (one) => new Promise((resolve, reject) => open.set(one.id, { well: resolve, badly: (why) => reject(new RequestError(500, why)) })),
  );
  return { open };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

afterEach(() => {
  vi.restoreAllMocks();
  batches.value = [];
});

describe("a batch", () => {
  it("asks for five at a time, goes on when one fails, and tells what succeeded at once", async () => {
    const { open } = answers();
    const batch = new Batch("stop", all(6));
    const succeeded: string[] = [];
    const over = batch.run((id) => succeeded.push(id));
    expect(words(batch)).toBe("working working working working working waiting");
    open.get("id-1")?.badly("No such container.");
    open.get("id-0")?.well();
    await settle();
    expect(succeeded).toEqual(["id-0"]);
    expect(batch.items.value[1]).toMatchObject({ state: "failed", message: "No such container." });
    expect(open.has("id-5")).toBe(true);
    open.forEach(({ well }) => well());
    await over;
    expect(words(batch)).toBe("done failed done done done done");
  });

  it("leaves those that have not begun when it is cancelled", async () => {
    const { open } = answers();
    const batch = new Batch("stop", all(7));
    const over = batch.run(() => undefined);
    batch.cancel();
    open.forEach(({ well }) => well());
    await over;
    expect(words(batch)).toBe("done done done done done left left");
  });

  it("says what is being done, and has nothing to tell of one that went well", async () => {
    const { open } = answers();
    begin(new Batch("stop", all(1)), () => undefined);
    expect(doing.value).toEqual(new Map([["id-0", "Stopping"]]));
    expect(telling.value).toEqual([]);
    open.get("id-0")?.well();
    await settle();
    expect(batches.value).toEqual([]);
    expect(doing.value.size).toBe(0);
  });

  it("makes room for the next one unless something failed", async () => {
    const { open } = answers();
    begin(new Batch("stop", all(1)), () => undefined);
    open.get("id-0")?.badly("It does not want to.");
    await settle();
    begin(new Batch("stop", all(2)), () => undefined);
    await settle();
    open.forEach(({ well }) => well());
    await settle();
    begin(new Batch("stop", all(2)), () => undefined);
    expect(batches.value.map((one) => one.items.value.map((item) => item.state).join(" "))).toEqual(["failed", "working working"]);
  });
});
