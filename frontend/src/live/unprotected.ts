import { computed } from "@preact/signals";
import { guard, type Growth } from "../api/guard";
import { Follower } from "./follower";

const EVERY_MS = 5000;
const NONE: ReadonlyMap<string, Growth> = new Map();

const follower = new Follower(() => guard.unprotected());
let users = 0;

/** What running containers hold in their own layers alone, by id. A container that is not here holds little. */
export const unprotected = computed<ReadonlyMap<string, Growth>>(() => {
  const all = follower.sample.value.value;
  return all === null ? NONE : new Map(all.map((one) => [one.id, one]));
});

/** Asks for it, for all who want it together, until what this gives is called. */
export function followUnprotected(): () => void {
  if (users++ === 0) follower.start(EVERY_MS);
  return () => {
    if (--users === 0) follower.stop();
  };
}
