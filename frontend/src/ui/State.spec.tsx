// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, expect, it } from "vitest";
import type { Container } from "../api/types";
import { container } from "../testing";
import { StatePill } from "./State";

function pill(changes: Partial<Container>): string {
  render(<StatePill one={container(changes)} />, document.body);
  const shown = document.querySelector(".pill");
  return `${shown?.textContent} ${shown?.className}`;
}

afterEach(() => render(null, document.body));

it("tells a container that is not well from one that just runs", () => {
  expect(pill({})).toBe("Running pill pill-running");
  expect(pill({ health: "healthy" })).toBe("Running pill pill-running");
  expect(pill({ health: "unhealthy" })).toBe("Unhealthy pill pill-unhealthy");
  expect(pill({ state: "paused", health: "unhealthy" })).toBe("Paused pill pill-paused");
  expect(pill({ state: "exited", exitCode: 3 })).toBe("Exited pill pill-failed");
});
