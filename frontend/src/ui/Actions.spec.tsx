// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { container } from "../testing";
import { Actions } from "./Actions";

const fetched = vi.fn();
let answer: (given: Response) => void = () => undefined;

beforeEach(() => {
  fetched.mockImplementation(() => new Promise<Response>((resolve) => (answer = resolve)));
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  render(null, document.body);
  fetched.mockReset();
  vi.unstubAllGlobals();
});

const item = (text: string): HTMLElement | undefined => [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((one) => one.textContent === text);

it("says in the menu, too, that nothing more can be asked for while something is being done", async () => {
  render(<Actions one={container()} onRemoved={() => undefined} />, document.body);
  const menu = document.querySelector<HTMLElement>('[role="menu"]');
  if (menu) menu.hidePopover = () => undefined;
  menu?.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
  await vi.waitFor(() => expect(item("Pause")?.getAttribute("aria-disabled")).toBe("false"));
  document.querySelector<HTMLElement>('[aria-label="Stop web"]')?.click();
  await vi.waitFor(() => expect(item("Pause")?.getAttribute("aria-disabled")).toBe("true"));
  item("Pause")?.click();
  expect(fetched).toHaveBeenCalledTimes(1);
  answer(new Response(null, { status: 204 }));
  await vi.waitFor(() => expect(item("Pause")?.getAttribute("aria-disabled")).toBe("false"));
  item("Pause")?.click();
  expect(fetched).toHaveBeenCalledTimes(2);
});
