import type { Container } from "../../api/types";
import type { Group } from "./arrange";

/** What is shown at a moment. */
export interface Kept {
  readonly groups: readonly Group[];
  /** What is known of all that are shown, of those that are gone too. */
  readonly byId: ReadonlyMap<string, Container>;
  /** Shown, but there no more. */
  readonly gone: ReadonlySet<string>;
  /** How many are to come in. */
  readonly waiting: number;
}

const NONE: ReadonlySet<string> = new Set();

/** Keeps the order of the list while somebody points at it: nothing moves, nothing comes in, and what goes leaves its row behind. */
export class Keeper {
  private groups: readonly Group[] = [];
  private byId: ReadonlyMap<string, Container> = new Map();
  private arrangement = "";

  /** The next arrangement is taken as it is, held or not. */
  letIn(): void {
    this.groups = [];
  }

  /**
   * @param fresh as it would be without anybody who points at it
   * @param arrangement names how the list is looked at: what the user changes takes effect at once
   */
  next(fresh: readonly Group[], all: ReadonlyMap<string, Container>, arrangement: string, held: boolean): Kept {
    if (!held || arrangement !== this.arrangement || this.groups.length === 0) {
      this.groups = fresh;
      this.byId = all;
      this.arrangement = arrangement;
      return { groups: fresh, byId: all, gone: NONE, waiting: 0 };
    }
    const kept = new Set(this.groups.flatMap((group) => group.ids));
    const gone = new Set([...kept].filter((id) => !all.has(id)));
    const byId = new Map(all);
    for (const id of gone) {
      const before = this.byId.get(id);
      if (before) byId.set(id, before);
    }
    this.byId = byId;
    const waiting = fresh.reduce((sum, group) => sum + group.ids.filter((id) => !kept.has(id)).length, 0);
    return { groups: this.groups, byId, gone, waiting };
  }
}
