import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { ACTIONS, type ActionKey, type RemoveOptions } from "../../api/actions";
import { RequestError } from "../../api/http";
import type { Container } from "../../api/types";

/** A browser has six connections to a server at a time: one is left for the rest of the page. */
const AT_ONCE = 5;

export type ItemState = "waiting" | "working" | "done" | "failed" | "left";

/** What became of one container. */
export interface Item {
  readonly id: string;
  readonly name: string;
  readonly state: ItemState;
  /** Why it failed; else empty. */
  readonly message: string;
}

/** One action on some containers. One that fails does not stop the others. */
export class Batch {
  private readonly list;
  private stopped = false;

  constructor(
    readonly action: ActionKey,
    private readonly all: readonly Container[],
    private readonly options: RemoveOptions = { volumes: false },
  ) {
    this.list = signal<readonly Item[]>(all.map(({ id, name }) => ({ id, name, state: "waiting", message: "" })));
  }

  get items(): ReadonlySignal<readonly Item[]> {
    return this.list;
  }

  /** Those that have not begun are left as they are. */
  cancel(): void {
    this.stopped = true;
  }

  /** @param succeeded told of each as soon as it is done */
  async run(succeeded: (id: string) => void): Promise<void> {
    const queue = [...this.all];
    const work = async (): Promise<void> => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        if (this.stopped) this.note(one.id, "left");
        else await this.once(one, succeeded);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, work));
  }

  private async once(one: Container, succeeded: (id: string) => void): Promise<void> {
    this.note(one.id, "working");
    try {
      await ACTIONS[this.action].act(one, this.options);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      this.note(one.id, "failed", failure.message);
      return;
    }
    this.note(one.id, "done");
    succeeded(one.id);
  }

  private note(id: string, state: ItemState, message = ""): void {
    this.list.value = this.list.value.map((item) => (item.id === id ? { ...item, state, message } : item));
  }
}

export const isOver = (items: readonly Item[]): boolean => items.every((item) => item.state !== "waiting" && item.state !== "working");

/** Whether it has left something that the user should see: one that did what it should needs no word when it was asked for alone. */
const isTelling = (one: Batch): boolean => {
  const items = one.items.value;
  return !isOver(items) || items.length > 1 || items.some((item) => item.state === "failed");
};

/** What runs, and what has ended and the user has not seen; it stays on the way to another page and back. */
export const batches = signal<readonly Batch[]>([]);

/** Those that have something to tell. */
export const telling = computed(() => batches.value.filter((one) => one.items.value.length > 1 || one.items.value.some((item) => item.state === "failed")));

/** What is being done with containers right now, by their ids: "Stopping". */
export const doing = computed<ReadonlyMap<string, string>>(() => {
  const busy = new Map<string, string>();
  for (const one of batches.value) {
    for (const item of one.items.value) if (item.state === "working") busy.set(item.id, ACTIONS[one.action].doing);
  }
  return busy;
});

export function dismiss(one: Batch): void {
  batches.value = batches.value.filter((other) => other !== one);
}

/** Begins it. What has ended well before makes room. @param succeeded told of each container as soon as it is done */
export function begin(one: Batch, succeeded: (id: string) => void): void {
  batches.value = [...batches.value.filter((other) => !isOver(other.items.value) || other.items.value.some((item) => item.state === "failed")), one];
  void one.run(succeeded).then(() => {
    if (!isTelling(one)) dismiss(one);
  });
}
