// @vitest-environment happy-dom
import { signal } from "@preact/signals";
import { render } from "preact";
import { LocationProvider, Route, Router } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { container } from "../../testing";
import { CONTAINER_ROUTE } from "../../ui/addresses";

vi.mock("../../live/containers", () => ({ containers: signal(new Map([["0123456789abcdef", container()]])), loaded: signal(true), connection: signal("live") }));
const { ContainerPage } = await import("./ContainerPage");

const headings = (): string[] => [...document.querySelectorAll("h1")].map((one) => one.textContent ?? "");

beforeEach(() => {
  vi.stubGlobal("fetch", () => new Promise(() => undefined));
  history.replaceState(null, "", "/before");
});
afterEach(() => {
  render(null, document.body);
  vi.unstubAllGlobals();
});

it("is the only page as soon as it is gone to, also while a part of it comes", async () => {
  const Before = () => <h1>Before</h1>;
  render(<LocationProvider><Router><Route path="/before" component={Before} /><Route path={CONTAINER_ROUTE} component={ContainerPage} /></Router></LocationProvider>, document.body);
  await vi.waitFor(() => expect(headings()).toEqual(["Before"]));
  history.replaceState(null, "", "/ui/containers/web");
  dispatchEvent(new PopStateEvent("popstate"));
  // It is drawn before anything that takes time can be there.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  expect(headings()).toEqual(["web"]);
  expect(document.body.textContent).toContain("Loading…");
});
