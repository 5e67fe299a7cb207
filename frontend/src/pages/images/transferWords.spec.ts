import { describe, expect, it } from "vitest";
import type { Operation, PullPlan } from "../../api/types";
import { isTight, layerSentence, layerShare, operationSentence, planSentence, title } from "./transferWords";

const MIB = 1024 * 1024;

const operation = (changes: Partial<Operation> = {}): Operation => ({
  id: "1",
  kind: "pull",
  subject: "app:1",
  begunBy: "ann",
  state: "running",
  error: null,
  begun: "2025-01-01T00:00:00Z",
  ended: null,
  layers: [{ digest: "sha256:abc", step: "downloads", currentBytes: MIB, totalBytes: 4 * MIB }],
  bytesDone: MIB,
  bytesTotal: 4 * MIB,
  bytesPerSecond: MIB,
  ...changes,
});

const layer = (missingBytes: number): PullPlan["layers"][number] => ({ digest: "sha256:abc", sizeBytes: 2 * MIB, missingBytes });

const plan = (changes: Partial<PullPlan> = {}): PullPlan => ({
  reference: "app:1",
  id: "sha256:1",
  digest: "sha256:2",
  layers: [layer(0), layer(MIB), layer(2 * MIB)],
  layersHere: 1,
  fetchBytes: 3 * MIB,
  neededBytes: 15 * MIB,
  freeBytes: 100 * MIB,
  freeAfterBytes: 85 * MIB,
  replacedId: null,
  replacedUsers: [],
  ...changes,
});

describe("operations in words", () => {
  it("tells amount, speed and time left", () => {
    expect(title(operation())).toBe("Pull of app:1");
    expect(operationSentence(operation())).toBe("1.00 MiB of 4.00 MiB, 1.00 MiB/s, 3 seconds left");
    expect(operationSentence(operation({ bytesPerSecond: null }))).toBe("1.00 MiB of 4.00 MiB");
    expect(operationSentence(operation({ bytesPerSecond: 0 }))).toBe("1.00 MiB of 4.00 MiB, 0 B/s");
    expect(operationSentence(operation({ kind: "load", bytesTotal: null }))).toBe("1.00 MiB, 1.00 MiB/s");
    expect(operationSentence(operation({ layers: [], bytesDone: 0, bytesTotal: null }))).toBe("Asking the registry…");
    expect(operationSentence(operation({ bytesDone: 4 * MIB }))).toBe("All is here (4.00 MiB); unpacking.");
  });

  it("tells the end", () => {
    const ended = "2025-01-01T00:00:05Z";
    expect(operationSentence(operation({ state: "succeeded", ended, bytesDone: 4 * MIB }))).toBe("Done: 4.00 MiB in 5 seconds.");
    expect(operationSentence(operation({ state: "succeeded", ended, bytesDone: 0 }))).toBe("Done: nothing had to be fetched, 5 seconds.");
    expect(operationSentence(operation({ state: "failed", error: "no space left on device" }))).toBe("Failed: no space left on device");
    expect(operationSentence(operation({ state: "cancelled" }))).toContain("goes on with what has come");
  });

  it("tells each layer", () => {
    expect(layerSentence({ digest: "d", step: "unpacks", currentBytes: MIB, totalBytes: 2 * MIB })).toBe("unpacking, 1.00 MiB of 2.00 MiB");
    expect(layerSentence({ digest: "d", step: "already-there", currentBytes: 0, totalBytes: 2 })).toBe("already here");
    expect(layerShare({ digest: "d", step: "downloads", currentBytes: 1, totalBytes: 4 })).toBe(0.25);
    expect(layerShare({ digest: "d", step: "already-there", currentBytes: 0, totalBytes: 4 })).toBe(1);
    expect(layerShare({ digest: "d", step: "downloads", currentBytes: 0, totalBytes: 0 })).toBe(0);
  });
});

describe("a plan in words", () => {
  it("tells what is here, what travels and what is free after", () => {
    expect(planSentence(plan())).toBe("1 of 3 layers is here, 3.00 MiB to fetch, about 85.0 MiB free after.");
    expect(planSentence(plan({ layersHere: 0 }))).toMatch(/^0 of 3 layers are here/);
    expect(planSentence(plan({ layers: [layer(MIB)], layersHere: 0 }))).toMatch(/^Its only layer is not here, 3\.00 MiB/);
    expect(planSentence(plan({ fetchBytes: 0 }))).toBe("All 3 layers are here already: nothing to fetch.");
    expect(isTight(plan())).toBe(false);
    expect(isTight(plan({ freeBytes: 10 * MIB }))).toBe(true);
  });
});
