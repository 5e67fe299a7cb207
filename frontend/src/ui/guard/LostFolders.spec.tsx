// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Loss, Operation } from "../../api/types";
import { LostFolders } from "./LostFolders";

const LOSS: Loss = {
  id: "f00",
  name: "web",
  files: 3,
  bytes: 4096,
  folders: [
    { path: "/var/lib/postgresql", files: 2, bytes: 4000, database: "PostgreSQL" },
    { path: "/srv/<b>\u202e", files: 1, bytes: 96, database: null },
  ],
  volumes: [],
  logKeptSeconds: null,
  text: "",
};

const OPERATION: Operation = {
  id: "op",
  kind: "rescue",
  subject: "",
  begunBy: "admin",
  state: "running",
  error: null,
  begun: "2025-01-01T00:00:00Z",
  ended: null,
  layers: [],
  bytesDone: 0,
  bytesTotal: 4000,
  bytesPerSecond: null,
};

const asked: string[] = [];
let place: HTMLElement;

function answer(reply: (method: string, url: string) => { readonly status: number; readonly body: unknown }): void {
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
    asked.push(`${options.method} ${url} ${String(options.body ?? "")}`);
    const { status, body } = reply(String(options.method), url);
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));
  });
}

function show(onRescued: (path: string, volume: string) => void = () => undefined): void {
  place = document.createElement("div");
  document.body.append(place);
  render(<LostFolders loss={LOSS} onRescued={onRescued} />, place);
}

const button = (name: string): HTMLButtonElement => {
  const found = [...place.querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name);
  if (!found) throw new Error(`no button ${name} in ${place.textContent}`);
  return found;
};

const text = (words: string): Promise<void> => vi.waitFor(() => expect(place.textContent).toContain(words));

async function rescue(): Promise<void> {
  button("Rescue into a volume: /var/lib/postgresql").click();
  await text("Name of the new volume");
  place.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

afterEach(() => {
  render(null, place);
  place.remove();
  asked.length = 0;
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("LostFolders", () => {
  it("shows names as text and leads to what is downloaded", () => {
    show();
    expect(place.querySelector("b")).toBeNull();
    expect(place.textContent).toContain("/srv/<b>‹U+202E›");
    expect(place.querySelector("a[download]")?.getAttribute("href")).toBe("/api/v1/containers/f00/changes/archive?path=%2Fvar%2Flib%2Fpostgresql");
  });

  it("begins a rescue under the proposed name, follows it and tells its end", async () => {
    let state: Operation["state"] = "running";
    answer((method) => ({ status: method === "POST" ? 202 : 200, body: { ...OPERATION, state } }));
    const rescued: string[] = [];
    show((path, volume) => rescued.push(`${path} ${volume}`));
    await rescue();
    await text("Making it stand still…");
    expect(asked[0]).toBe('POST /api/v1/containers/f00/rescue {"path":"/var/lib/postgresql","volume":"web-postgresql"}');
    state = "succeeded";
    await vi.waitFor(() => expect(rescued).toEqual(["/var/lib/postgresql web-postgresql"]), { timeout: 4000 });
  });

  it("says why a rescue is refused, and why one failed", async () => {
    answer(() => ({ status: 409, body: { detail: "volume: create web-postgresql: a volume with this name exists already" } }));
    show();
    await rescue();
    await text("a volume with this name exists already");
    answer((method) => ({ status: method === "POST" ? 202 : 200, body: { ...OPERATION, state: "failed", error: "no space left on device" } }));
    place.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await text("no space left on device");
    button("Rescue into a volume: /var/lib/postgresql");
  });

  it("lets a folder go and thinks again", async () => {
    show();
    button("Discard /var/lib/postgresql").click();
    await text("It will be discarded.");
    button("Undo: keep /var/lib/postgresql").click();
    await vi.waitFor(() => button("Discard /var/lib/postgresql"));
  });
});
