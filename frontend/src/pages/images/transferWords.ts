import type { LayerProgress, Operation, PullPlan } from "../../api/types";
import { bytes, bytesPerSecond, duration } from "../../ui/format";

const KINDS = { pull: "Pull", push: "Push", load: "Load", import: "Import", backup: "Backup", restore: "Restore", clone: "Copy", rescue: "Rescue" } as const;

export const title = (one: Operation): string => `${KINDS[one.kind]} of ${one.subject}`;

const STEPS = {
  waits: "waits",
  "already-there": "already here",
  downloads: "downloading",
  uploads: "uploading",
  travelled: "checked",
  unpacks: "unpacking",
  retries: "trying again",
  done: "done",
} as const;

const isCounting = (layer: LayerProgress): boolean => layer.step === "downloads" || layer.step === "uploads" || layer.step === "unpacks";

/** What happens to a layer, such as "downloading, 1.20 MiB of 4.00 MiB". */
export function layerSentence(layer: LayerProgress): string {
  return isCounting(layer) ? `${STEPS[layer.step]}, ${bytes(layer.currentBytes)} of ${bytes(layer.totalBytes)}` : STEPS[layer.step];
}

/** How far a layer is, from 0 to 1. */
export function layerShare(layer: LayerProgress): number {
  if (layer.step === "already-there" || layer.step === "done") return 1;
  if (layer.step === "waits" || layer.step === "retries" || layer.totalBytes <= 0) return 0;
  return Math.min(1, layer.step === "travelled" ? 1 : layer.currentBytes / layer.totalBytes);
}

/** How an operation stands, as a sentence. */
export function operationSentence(one: Operation): string {
  if (one.state === "failed") return `Failed: ${one.error ?? "for an unknown reason"}`;
  if (one.state === "cancelled") return one.kind === "pull" ? "Cancelled. The next pull goes on with what has come." : "Cancelled.";
  if (one.state === "succeeded") {
    const seconds = one.ended ? (Date.parse(one.ended) - Date.parse(one.begun)) / 1000 : 0;
    const amount = one.bytesDone > 0 ? `${bytes(one.bytesDone)} in ` : one.kind === "pull" ? "Nothing had to be fetched, " : "";
    return `Done: ${amount}${duration(seconds)}.`.replace("Done: Nothing", "Done: nothing");
  }
  if (one.layers.length === 0 && one.bytesDone === 0) return one.kind === "pull" ? "Asking the registry…" : "Waiting for bytes…";
  const of = one.bytesTotal === null ? "" : ` of ${bytes(one.bytesTotal)}`;
  const total = one.bytesTotal ?? 0;
  if (one.bytesTotal !== null && one.bytesDone >= total) return `All is here (${bytes(total)}); unpacking.`;
  const left = one.bytesTotal !== null && one.bytesPerSecond ? `, ${duration((total - one.bytesDone) / one.bytesPerSecond)} left` : "";
  return `${bytes(one.bytesDone)}${of}${one.bytesPerSecond === null ? "" : `, ${bytesPerSecond(one.bytesPerSecond)}`}${left}`;
}

/** What a pull would do, such as "3 of 7 layers are here, 41 MiB to fetch, about 20 GiB free after." */
export function planSentence(plan: PullPlan): string {
  const count = plan.layers.length;
  if (plan.fetchBytes === 0) return `${count === 1 ? "The only layer is" : `All ${count} layers are`} here already: nothing to fetch.`;
  const here = count === 1 ? "Its only layer is not here" : `${plan.layersHere} of ${count} layers ${plan.layersHere === 1 ? "is" : "are"} here`;
  return `${here}, ${bytes(plan.fetchBytes)} to fetch, about ${bytes(plan.freeAfterBytes)} free after.`;
}

/** Whether the disk is likely too small. */
export const isTight = (plan: PullPlan): boolean => plan.neededBytes > plan.freeBytes;
