import { signal } from "@preact/signals";
import { RequestError } from "../../api/http";
import { queryParameters, type LogMessage, type LogQuery } from "../../api/logs";
import type { LineName } from "./address";
import { collect, NEWER, OLDER, Superseded } from "./collect";
import { Incoming } from "./incoming";
import { LineStore } from "./lineStore";
import { nanosOf, placeAt } from "./position";
import { isMatch, lineOf, type Backend, type Line, Source } from "./source";

const PAGE = 500;
const FIRST_PAGE = 1000;
const SHORT_ID = 12;
export type Loading = "" | "all" | "older" | "newer";

/**
 * Some lines of one log or of several, put together by time: those at the end, to which what is written comes by itself (attached), or others.
 * It grows at both ends by pages of the server. `version` changes with what it holds.
 */
export class LogWindow {
  readonly version = signal(0);
  readonly loading = signal<Loading>("all");
  /** What is wrong with the query, as the server says it. */
  readonly refused = signal("");
  /** Why lines could not be had; the last load may be tried again. */
  readonly trouble = signal("");
  /** How far back a search has come that has found nothing yet. */
  readonly searchedTo = signal("");
  /** A search was ended by its reader. */
  readonly stopped = signal(false);
  readonly sources: readonly Source[];
  /** Whether what is written comes by itself. */
  attached = false;
  /** Whether its reader is at the end: only then old lines make room for new ones. */
  following = true;
  /** Lines that came while the reader was elsewhere. */
  unseen = 0;
  marked: number | null = null;
  /** The line that was asked for is not there any more. */
  markedIsGone = false;
  private readonly store: LineStore;
  private readonly incoming: Incoming;
  private scheduled = false;
  private generation = 0;
  /** The last opening is over, however it went. */
  private opened: Promise<void> = Promise.resolve();
  private again: () => Promise<void> = () => Promise.resolve();

  constructor(
    refs: readonly string[],
    private readonly query: LogQuery,
    private readonly backend: Backend,
    private readonly schedule: (work: () => void) => void = (work) => void requestAnimationFrame(work),
  ) {
    this.sources = refs.map((ref, index) => new Source(ref, index));
    this.store = new LineStore(this.sources);
    this.incoming = new Incoming(this.sources);
  }

  get lines(): readonly Line[] {
    return this.store.lines;
  }

  /** How many of the lines are as is looked for. */
  get matches(): number {
    return this.store.matches;
  }

  get atBegin(): boolean {
    return this.sources.every((one) => one.older === null && one.olderLines.length === 0);
  }

  /** Nothing comes after what is shown, now or later. */
  get complete(): boolean {
    return this.attached && this.sources.every((one) => one.connection === "ended" || one.removed !== null || one.error !== "");
  }

  /** The last lines, and what comes. */
  openEnd(): Promise<void> {
    return this.open("all", async () => {
      await Promise.all(this.sources.map((source) => this.attempt(source, async () => {
        const page = await this.page(source, {}, FIRST_PAGE);
        source.olderLines = page.lines.map((wire) => lineOf(source, wire));
        source.older = page.older;
        source.newer = page.newer;
        source.newerEnd = page.end || this.query.until !== "";
        source.connection = page.ended && page.end ? "ended" : "none";
      })));
      this.store.prepend(await this.takeOlder(FIRST_PAGE));
      this.attachAtEnd();
    });
  }

  /** A line and those around it. */
  openAround(name: LineName): Promise<void> {
    return this.open("all", async () => {
      const nanos = nanosOf(name.at);
      await Promise.all(this.sources.map((source) => this.attempt(source, async () => {
        const own = this.isNamed(source, name.ref);
        const before = await this.page(source, { before: own ? name.at : placeAt(nanos) });
        const after = await this.page(source, own ? { from: name.at } : { after: placeAt(nanos) });
        source.olderLines = before.lines.map((wire) => lineOf(source, wire));
        source.older = before.older;
        source.newerLines = after.lines.map((wire) => lineOf(source, wire));
        source.newer = after.newer;
        source.newerEnd = after.end;
        source.connection = after.ended && after.end ? "ended" : "none";
      })));
      const older = await this.takeOlder(PAGE);
      const newer = await this.takeNewer(PAGE);
      this.store.prepend([...older, ...newer]);
      this.attachAtEnd();
      const found = this.lines.find((line) => this.isNamed(line.source, name.ref) && line.wire.at === name.at);
      this.marked = found?.key ?? newer[0]?.key ?? older.at(-1)?.key ?? null;
      this.markedIsGone = !found;
    });
  }

  loadOlder(): Promise<void> {
    if (this.loading.value || this.atBegin) return Promise.resolve();
    return this.load("older", async () => {
      this.store.prepend(await this.takeOlder(PAGE));
      if (this.store.isTooMuch) this.dropEnd();
    });
  }

  loadNewer(): Promise<void> {
    if (this.loading.value || this.attached) return Promise.resolve();
    return this.load("newer", async () => {
      const lines = await this.takeNewer(PAGE);
      lines.forEach((line) => this.store.add(line));
      this.attachAtEnd();
      if (this.attached) this.unseen = 0;
      this.dropBegin();
    });
  }

  /** Tries the last load again. */
  retry(): Promise<void> {
    return this.again();
  }

  /** Ends a search that finds little; it may go on from there. */
  stop(): void {
    this.stopped.value = true;
  }

  /** Goes on with a search that was stopped. */
  goOn(): Promise<void> {
    this.stopped.value = false;
    return this.atBegin ? this.loadNewer() : this.loadOlder();
  }

  /** The reader is, or is no more, at the end. */
  follow(following: boolean): void {
    if (this.following === following) return;
    this.following = following;
    if (following) this.unseen = 0;
    this.version.value++;
  }

  /** The container was started: what it writes comes after what is here. */
  started(ref: string, at: string): void {
    for (const source of this.sources) {
      if (source.ref !== ref) continue;
      source.addStarts([at]);
      if (source.connection !== "ended") {
        // The end of the run before may still be on its way, over another connection.
        source.startedAgain = true;
        continue;
      }
      source.connection = "none";
      if (this.attached) this.attach(source);
    }
  }

  /** The index of the next line in this direction that matches; -1 when there is none here. */
  nextMatch(from: number, direction: 1 | -1): number {
    for (let index = from; index >= 0 && index < this.lines.length; index += direction) {
      const line = this.lines[index];
      if (line && isMatch(line)) return index;
    }
    return -1;
  }

  /** The nearest line beyond the window that matches; null when there is none. */
  async matchBeyond(direction: 1 | -1): Promise<LineName | null> {
    let found: Line | null = null;
    // Before that it is not known where the window is.
    await this.opened;
    await this.load(direction < 0 ? "older" : "newer", async (current) => {
      for (const source of this.sources) {
        const line = await this.firstMatch(source, direction, current);
        if (line && (!found || (direction < 0 ? line.nanos > found.nanos : line.nanos < found.nanos))) found = line;
      }
    });
    // A cast, because the assignment in the function is not seen here.
    const line = found as Line | null;
    return line && { ref: line.source.ref, at: line.wire.at };
  }

  close(): void {
    this.generation++;
    this.sources.forEach((source) => source.unfollow());
    this.incoming.clear();
  }

  private async firstMatch(source: Source, direction: 1 | -1, current: () => boolean): Promise<Line | null> {
    const edge = direction < 0 ? (this.store.firstOf(source)?.wire.at ?? source.older) : (this.store.newestOf(source)?.wire.at ?? source.newer);
    let place: string | null = edge;
    while (place && current() && !this.stopped.value && !(direction > 0 && this.attached)) {
      const page = await this.page(source, direction < 0 ? { before: place } : { after: place }, 1, "matching");
      const wire = page.lines[0];
      if (wire) return lineOf(source, wire);
      if (direction > 0 && page.end) return null;
      place = direction < 0 ? page.older : page.newer;
      this.searchedTo.value = place ?? "";
    }
    return null;
  }

  private isNamed(source: Source, ref: string): boolean {
    return source.ref === ref || (ref.length >= SHORT_ID && source.ref.startsWith(ref));
  }

  private open(loading: Loading, work: () => Promise<void>): Promise<void> {
    this.close();
    this.store.clear();
    Object.assign(this, { unseen: 0, marked: null, markedIsGone: false, attached: false });
    this.sources.forEach((source) => Object.assign(source, { olderLines: [], older: null, newerLines: [], newer: "", newerEnd: false, position: "", error: "" }));
    this.loading.value = "";
    this.opened = this.load(loading, async () => {
      await Promise.all(this.sources.map((source) => this.attempt(source, async () => source.addStarts(await this.backend.starts(source.ref)))));
      await work();
    });
    return this.opened;
  }

  /** Does one load; what comes after another was begun is dropped. */
  private async load(kind: Loading, work: (current: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++this.generation;
    this.again = () => this.load(kind, work);
    this.loading.value = kind;
    this.trouble.value = "";
    this.refused.value = "";
    this.stopped.value = false;
    try {
      await work(() => mine === this.generation);
    } catch (failure) {
      if (failure instanceof Superseded) return;
      if (!(failure instanceof RequestError)) throw failure;
      if (mine !== this.generation) return;
      if (failure.status === 400) this.refused.value = failure.message;
      else this.trouble.value = failure.message;
    }
    if (mine !== this.generation) return;
    this.loading.value = "";
    this.searchedTo.value = "";
    this.version.value++;
  }

  /** What goes wrong with one container is said of that one. */
  private async attempt(source: Source, work: () => Promise<void>): Promise<void> {
    try {
      if (source.error === "") await work();
    } catch (failure) {
      if (!(failure instanceof RequestError) || (failure.status !== 404 && failure.status !== 501)) throw failure;
      source.error = failure.message;
      source.newerEnd = true;
    }
  }

  private parameters(show?: string): URLSearchParams {
    const parameters = queryParameters(this.query);
    if (show) parameters.set("show", show);
    return parameters;
  }

  private async page(source: Source, place: Readonly<Record<string, string>>, limit = PAGE, show?: string): ReturnType<Backend["page"]> {
    const mine = this.generation;
    const parameters = this.parameters(show);
    Object.entries(place).forEach(([name, value]) => parameters.set(name, value));
    parameters.set("limit", String(limit));
    const page = await this.backend.page(source.ref, parameters);
    if (mine !== this.generation) throw new Superseded();
    source.take(page);
    return page;
  }

  /** The youngest lines before the window. */
  private async takeOlder(most: number): Promise<Line[]> {
    const taken = await collect(OLDER, this.sources, most, () => this.stopped.value, (source) => this.attempt(source, async () => {
      const page = await this.page(source, { before: source.older ?? "" });
      source.olderLines = page.lines.map((wire) => lineOf(source, wire));
      source.older = page.older;
      this.searchedTo.value = page.older ?? "";
    }));
    return taken.reverse();
  }

  /** The oldest lines after the window. */
  private takeNewer(most: number): Promise<Line[]> {
    return collect(NEWER, this.sources, most, () => this.stopped.value, (source) => this.attempt(source, async () => {
      const page = await this.page(source, { after: source.newer });
      source.newerLines = page.lines.map((wire) => lineOf(source, wire));
      source.newer = page.newer;
      source.newerEnd = page.end;
      this.searchedTo.value = page.newer;
      source.connection = page.ended && page.end ? "ended" : "none";
    }));
  }

  private attachAtEnd(): void {
    if (!this.sources.every((source) => source.newerEnd && source.newerLines.length === 0)) return;
    this.attached = true;
    this.sources.forEach((source) => this.attach(source));
  }

  private attach(source: Source): void {
    source.unfollow();
    source.position = source.newer || source.position;
    source.newer = "";
    if (source.error || source.removed !== null || source.connection === "ended" || this.query.until) return;
    const parameters = this.parameters();
    parameters.delete("since");
    source.follower = this.backend.follow(source.ref, () => source.position, parameters, {
      message: (message) => this.receive(source, message),
      open: () => this.connected(source, "live"),
      lost: () => this.connected(source, "lost"),
    });
  }

  private connected(source: Source, connection: "live" | "lost"): void {
    source.connection = connection;
    this.version.value++;
  }

  private receive(source: Source, message: LogMessage): void {
    if ("lines" in message) {
      source.position = message.position;
      const lines = message.lines.map((wire) => lineOf(source, wire));
      if (this.attached) this.incoming.add(lines);
      else this.unseen += lines.length;
    } else if ("skipped" in message) {
      this.incoming.skip(source, message.skipped);
    } else if ("end" in message) {
      source.unfollow();
      source.connection = "ended";
      if (source.startedAgain && this.attached) {
        source.startedAgain = false;
        source.connection = "none";
        this.attach(source);
      }
    } else {
      this.refused.value = message.message;
      source.unfollow();
    }
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const lines = this.incoming.take();
    lines.forEach((line) => this.store.add(line));
    if (this.following) this.dropBegin();
    else this.unseen += lines.length;
    if (!this.following && this.store.isTooMuch) this.detach();
    this.version.value++;
  }

  private dropBegin(): void {
    if (!this.store.isTooMuch) return;
    const gone = this.store.dropBegin();
    for (const source of new Set(gone.map((line) => line.source))) {
      const first = this.store.firstOf(source);
      const last = gone.findLast((line) => line.source === source);
      source.olderLines = [];
      source.older = first ? first.wire.at : placeAt((last?.nanos ?? 0n) + 1n);
    }
  }

  private dropEnd(): void {
    this.detach();
    this.sources.forEach((source) => source.unfollow());
    const gone = this.store.dropEnd();
    for (const source of new Set(gone.map((line) => line.source))) {
      const last = this.store.newestOf(source);
      const first = gone.find((line) => line.source === source);
      source.newerLines = [];
      source.newerEnd = false;
      source.newer = last ? last.wire.at : placeAt(first?.nanos ?? 0n);
    }
  }

  /** What is written from now on is only counted. */
  private detach(): void {
    if (!this.attached) return;
    this.attached = false;
    this.unseen += this.incoming.take().length;
    for (const source of this.sources) {
      const last = this.store.newestOf(source);
      source.newer = last ? last.wire.at : placeAt(this.lines.at(-1)?.nanos ?? 0n);
      source.newerEnd = false;
      source.newerLines = [];
    }
  }
}
