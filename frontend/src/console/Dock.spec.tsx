// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

vi.mock("./Terminal", () => ({ Terminal: ({ label }: { label: string }) => <div data-terminal={label} /> }));

const { ConsoleDock } = await import("./ConsoleDock");
const { current, setState, shown, showConsole, tabs } = await import("./store");

const view = (id: string) => ({
  id, containerId: "c", containerName: "web", program: "/bin/sh", toolbox: false, user: "", workingDir: "", state: "running" as const,
  exitCode: null, why: null, startedAt: "2025-01-01T00:00:00Z", clients: 0, endsAt: null,
});

let place: HTMLElement;
const asked: string[] = [];
let programs: string[] = [];

beforeEach(() => {
  asked.length = 0;
  programs = [];
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
    asked.push(`${options.method} ${url}`);
    return Promise.resolve(options.method === "DELETE" ? new Response(null, { status: 204 }) : Response.json({ items: programs }));
  });
  place = document.createElement("div");
  place.innerHTML = '<main id="main" tabindex="-1"><button>on the page</button></main><div></div>';
  document.body.append(place);
  render(<ConsoleDock />, place.lastElementChild as HTMLElement);
});

afterEach(() => {
  tabs.value = [];
  shown.value = false;
  render(null, place.lastElementChild as HTMLElement);
  place.remove();
  vi.unstubAllGlobals();
});

const button = (name: string): HTMLButtonElement | undefined => [...document.querySelectorAll("button")].find((one) => one.textContent?.trim() === name);
const tabNames = (): string[] => [...document.querySelectorAll('[role="tab"]')].map((one) => one.textContent ?? "");
const toggle = (): boolean => document.dispatchEvent(new KeyboardEvent("keydown", { key: "`", ctrlKey: true, cancelable: true }));

describe("the dock", () => {
  it("has a tab for each console, and keeps them for this window", async () => {
    showConsole(view("a"));
    showConsole(view("b"));
    showConsole(view("a"));
    await vi.waitFor(() => expect(tabNames()).toEqual(["web: sh 1…", "web: sh 2…"]));
    expect(current.value).toBe("a");
    expect(sessionStorage.getItem("berth-consoles-")).toContain('"current":"a"');
    setState("a", { kind: "lost", text: "It is lost." });
    await vi.waitFor(() => expect(tabNames()[0]).toBe("web: sh 1connection lost"));
    expect(document.querySelector("#panel-a [role=status]")?.textContent).toBe("It is lost.");
  });

  it("is folded and opened by Ctrl+`", async () => {
    showConsole(view("a"));
    await vi.waitFor(() => expect(button("Minimise")).toBeDefined());
    button("Minimise")?.click();
    await vi.waitFor(() => expect(document.querySelector<HTMLElement>(".dock")?.hidden).toBe(true));
    expect(toggle()).toBe(false);
    await vi.waitFor(() => expect(document.querySelector<HTMLElement>(".dock")?.hidden).toBe(false));
    expect(document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", cancelable: true }))).toBe(true);
    expect(shown.value).toBe(true);
  });

  it("gives the focus back to where it came from", async () => {
    place.querySelector("button")?.focus();
    showConsole(view("a"));
    await vi.waitFor(() => expect(button("Minimise")).toBeDefined());
    button("Minimise")?.focus();
    toggle();
    expect(shown.value).toBe(false);
    expect(document.activeElement?.textContent).toBe("on the page");
  });

  it("closes at once what runs nothing", async () => {
    showConsole(view("a"));
    await vi.waitFor(() => expect(button("Close")).toBeDefined());
    button("Close")?.click();
    await vi.waitFor(() => expect(tabs.value).toEqual([]));
    expect(asked).toEqual(["GET /api/v1/consoles/a/programs", "DELETE /api/v1/consoles/a"]);
    expect(shown.value).toBe(false);
  });

  it("says what runs before it ends it", async () => {
    programs = ["vi"];
    showConsole(view("a"));
    await vi.waitFor(() => expect(button("Close")).toBeDefined());
    button("Close")?.click();
    await vi.waitFor(() => expect(document.querySelector("dialog")?.textContent).toContain("vi runs in this console. Closing it ends that, too."));
    button("Cancel")?.click();
    await vi.waitFor(() => expect(document.querySelector("dialog")).toBeNull());
    expect(asked).toEqual(["GET /api/v1/consoles/a/programs"]);
    button("Close")?.click();
    await vi.waitFor(() => expect(button("Close and end")).toBeDefined());
    button("Close and end")?.click();
    await vi.waitFor(() => expect(asked).toContain("DELETE /api/v1/consoles/a"));
  });

  it("offers to open an ended one again", async () => {
    showConsole(view("a"));
    setState("a", { kind: "ended", text: "The program has ended with exit code 3." });
    await vi.waitFor(() => expect(button("Open it again")).toBeDefined());
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(view("b"), { status: 201 })));
    button("Open it again")?.click();
    await vi.waitFor(() => expect(tabs.value.map((tab) => tab.id)).toEqual(["b"]));
  });
});
