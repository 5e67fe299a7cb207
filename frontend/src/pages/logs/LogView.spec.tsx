// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogLine } from "../../api/logs";
import { LogView } from "./LogView";

const HOSTILE = '<img src=x onerror="alert(1)">\u202egpj\u001b[31mred\u001b[0m\u001b]0;title\u0007';

let lines: LogLine[];
let refusal: string;

class Silent {
  onopen: (() => void) | null = null;
  onmessage = null;
  onclose = null;
  close(): void {}
}

function answer(url: string): Promise<Response> {
  const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  if (url.includes("/logs/starts")) return Promise.resolve(json({ items: [] }));
  if (url.includes("/logs/line")) return Promise.resolve(new Response("x".repeat(20_000)));
  if (refusal) return Promise.resolve(json({ detail: refusal }, 400));
  return Promise.resolve(json({ id: "f".repeat(64), name: "web", removed: null, ended: false, lines, older: null, newer: "9.000000000-1-9", end: true }));
}

const wire = (text: string, more: Partial<LogLine> = {}): LogLine => ({ at: "9.000000000-1-9", time: "2026-01-02T03:04:05.678Z", stream: "stdout", text, ...more });

async function show(): Promise<HTMLElement> {
  const place = document.createElement("div");
  document.body.replaceChildren(place);
  render(<LogView refs={["web"]} />, place);
  await vi.waitFor(() => expect(place.querySelector(".log-line, [role=alert], .log-empty")).not.toBeNull());
  return place;
}

beforeEach(() => {
  refusal = "";
  vi.stubGlobal("fetch", vi.fn((url: string) => answer(url)));
  vi.stubGlobal("WebSocket", Silent);
});
afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

describe("the log view", () => {
  it("shows what a container writes as text and nothing else", async () => {
    lines = [wire(HOSTILE)];
    const place = await show();
    expect(place.querySelector(".log-text")?.textContent).toBe('<img src=x onerror="alert(1)">‹U+202E›gpjred‹U+001B›]0;title‹U+0007›');
    expect(place.querySelector(".log-box img")).toBeNull();
    expect(place.querySelector(".fore-1")?.textContent).toBe("red");
  });

  it("marks what was found, says the level and opens JSON", async () => {
    lines = [wire('{"level":"error","msg":"<b>"}', { hits: [[2, 7]] })];
    const place = await show();
    expect(place.querySelector("mark")?.textContent).toBe("level");
    expect(place.querySelector(".level-error")?.textContent).toContain("error: ");
    const button = place.querySelector<HTMLButtonElement>("[aria-label='Fields of this line']");
    button?.click();
    await vi.waitFor(() => expect(place.querySelector(".log-json")?.textContent).toBe('{\n  "level": "error",\n  "msg": "<b>"\n}'));
    expect(button?.getAttribute("aria-expanded")).toBe("true");
  });

  it("says at the field what is wrong with an expression", async () => {
    history.replaceState(null, "", "/?search=(&regex=1");
    refusal = "search: the expression is malformed: Unclosed group";
    const place = await show();
    const field = place.querySelector("input[type=search]");
    expect(field?.getAttribute("aria-invalid")).toBe("true");
    expect(document.getElementById(field?.getAttribute("aria-describedby") ?? "")?.textContent).toBe("The expression is malformed: Unclosed group.");
  });

  it("begins to look for what is typed with Enter, without a wait", async () => {
    lines = [wire("one")];
    const place = await show();
    const drawn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
    const field = place.querySelector<HTMLInputElement>("input[type=search]");
    const previous = [...place.querySelectorAll("button")].find((one) => one.textContent?.trim() === "Previous");
    if (field) field.value = "one";
    field?.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn();
    expect(previous?.disabled).toBe(true);
    field?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    await drawn();
    expect(previous?.disabled).toBe(false);
  });

  it("goes up by a page at once, and stops to follow", async () => {
    lines = [wire("one"), wire("two", { at: "9.000000000-2-9" })];
    const place = await show();
    await vi.waitFor(() => expect(place.textContent).toContain("Following. Scroll up to pause."));
    const press = new KeyboardEvent("keydown", { key: "PageUp", bubbles: true, cancelable: true });
    place.querySelector(".log-box")?.dispatchEvent(press);
    expect(press.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect(place.textContent).toContain("Paused. Scroll to the end to follow."));
  });

  it("has the whole of a line that was cut", async () => {
    vi.spyOn(HTMLDialogElement.prototype, "showModal").mockImplementation(() => undefined);
    lines = [wire("xxx", { bytes: 20_000, from: "8.000000000-1-8" })];
    const place = await show();
    const button = [...place.querySelectorAll("button")].find((one) => one.textContent?.startsWith("Show all"));
    button?.click();
    await vi.waitFor(() => expect(place.querySelector(".log-whole")?.textContent).toHaveLength(20_000));
  });
});
