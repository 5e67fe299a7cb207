// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Container } from "../../api/types";
import { container } from "../../testing";

const { shared } = vi.hoisted(() => ({ shared: {} as { all: unknown; loaded: unknown; connection: unknown } }));
vi.mock("../../live/containers", () => {
  shared.all = signal(new Map());
  shared.loaded = signal(true);
  shared.connection = signal("live");
  return { containers: shared.all, loaded: shared.loaded, connection: shared.connection };
});
vi.mock("../../live/usage", () => ({ usageTick: signal(0), usageOf: () => undefined, followUsage: () => () => undefined }));

const { ListPage } = await import("./ListPage");
// A cast, because what a mock is made of is made where nothing may be imported.
const live = shared as { readonly all: { value: ReadonlyMap<string, Container> }; readonly connection: { value: string } };

const many = (count: number): ReadonlyMap<string, Container> =>
  new Map(Array.from({ length: count }, (_, index) => [`id-${index}`, container({ id: `id-${index}`, name: `c-${index}`, createdAt: new Date(1_700_000_000_000 - index * 1000).toISOString() })]));
const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
const shown = (): string[] => [...document.querySelectorAll(".list-body .list-name")].map((cell) => cell.textContent ?? "");
const text = (): string => document.body.textContent ?? "";

let root: HTMLElement;

async function open(all: ReadonlyMap<string, Container>): Promise<void> {
  live.all.value = all;
  root = document.createElement("div");
  document.body.append(root);
  render(<LocationProvider><ListPage /></LocationProvider>, root);
  await frame();
  await frame();
}

beforeEach(() => history.replaceState(null, "", "/ui/containers"));
afterEach(() => {
  render(null, root);
  root.remove();
  live.connection.value = "live";
});

describe("the list of containers", () => {
  it("draws of a thousand those that are seen", async () => {
    await open(many(1000));
    expect(text()).toContain("1000 in all, 1000 running");
    expect(shown().length).toBeGreaterThan(5);
    expect(shown().length).toBeLessThan(100);
    expect(shown()[0]).toBe("c-0");
    expect(document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount")).toBe("1001");
  });

  it("says how to begin when there is nothing, and what to do when nothing fits", async () => {
    await open(new Map());
    expect(text()).toContain("No containers yet");
    live.all.value = many(2);
    history.replaceState(null, "", "/ui/containers?filter=nothing");
    dispatchEvent(new PopStateEvent("popstate"));
    await frame();
    await frame();
    expect(text()).toContain("No container fits “nothing”.");
  });

  it("keeps what is known when the connection is lost, and says so", async () => {
    await open(many(2));
    live.connection.value = "reconnecting";
    await frame();
    expect(text()).toContain("Connection lost, trying again.");
    expect(shown()).toEqual(["c-0", "c-1"]);
    live.connection.value = "live";
    await frame();
    expect(text()).toContain("2 in all");
  });

  it("keeps the order while something is selected, and lets in who waits", async () => {
    await open(many(2));
    document.querySelector<HTMLInputElement>('[aria-label="Select c-1"]')?.click();
    await frame();
    expect(text()).toContain("1 selected");
    live.all.value = new Map([["new", container({ id: "new", name: "new-one", createdAt: "2099-01-01T00:00:00Z" })], ...many(2)].filter(([id]) => id !== "id-0") as [string, Container][]);
    await frame();
    await frame();
    expect(shown()).toEqual(["c-0", "c-1"]);
    expect(text()).toContain("1 new");
    expect(text()).toContain("Removed");
    [...document.querySelectorAll("button")].find((button) => button.textContent === "Show")?.click();
    await frame();
    expect(shown()).toEqual(["new-one", "c-1"]);
  });
});
