import { signal, type ReadonlySignal } from "@preact/signals";
import type { FilesOf } from "../../../api/files";
import { RequestError } from "../../../api/http";
import { inside } from "./paths";

/** A file on its way into the container, or what became of it. */
export interface Upload {
  readonly key: number;
  readonly path: string;
  readonly size: number;
  /** From 0 to 1. */
  readonly share: number;
  readonly state: "waits" | "runs" | "done" | "there" | "failed";
  /** Why it failed. */
  readonly error: string;
}

const CONFLICT = 409;

/** Sends files one after the other, so that each is told about in its turn; what is there already is asked about. */
export class Uploads {
  private readonly all = signal<readonly Upload[]>([]);
  private readonly content = new Map<number, File>();
  private readonly aborts = new Map<number, AbortController>();
  private readonly replacing = new Set<number>();
  private next = 1;
  private busy = false;

  constructor(
    private readonly files: FilesOf,
    private readonly onDone: () => void,
  ) {}

  get list(): ReadonlySignal<readonly Upload[]> {
    return this.all;
  }

  /** @param folder into which they go */
  add(folder: string, files: readonly File[]): void {
    for (const file of files) {
      const key = this.next++;
      this.content.set(key, file);
      this.all.value = [...this.all.value, { key, path: inside(folder, file.name), size: file.size, share: 0, state: "waits", error: "" }];
    }
    void this.work();
  }

  /** It takes the place of what is there. */
  replace(key: number): void {
    this.replacing.add(key);
    this.change(key, { state: "waits", share: 0 });
    void this.work();
  }

  /** Ends it, or forgets what became of it. */
  drop(key: number): void {
    this.aborts.get(key)?.abort();
    this.content.delete(key);
    this.all.value = this.all.value.filter((one) => one.key !== key);
  }

  /** The page is left. */
  stop(): void {
    for (const one of this.all.value) this.drop(one.key);
  }

  private change(key: number, changes: Partial<Upload>): void {
    this.all.value = this.all.value.map((one) => (one.key === key ? { ...one, ...changes } : one));
  }

  private async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let one = this.waiting(); one; one = this.waiting()) await this.send(one);
    this.busy = false;
  }

  private waiting(): Upload | undefined {
    return this.all.value.find((one) => one.state === "waits");
  }

  private async send({ key, path }: Upload): Promise<void> {
    const file = this.content.get(key);
    if (!file) return this.drop(key);
    const abort = new AbortController();
    this.aborts.set(key, abort);
    this.change(key, { state: "runs" });
    try {
      await this.files.write(path, file, this.replacing.has(key) ? "anything" : "nothing", (share) => this.change(key, { share }), abort.signal);
      this.change(key, { state: "done", share: 1 });
      this.content.delete(key);
      this.onDone();
    } catch (failure) {
      const there = failure instanceof RequestError && failure.status === CONFLICT && !this.replacing.has(key);
      this.change(key, { state: there ? "there" : "failed", error: failure instanceof Error ? failure.message : String(failure) });
    } finally {
      this.aborts.delete(key);
    }
  }
}
