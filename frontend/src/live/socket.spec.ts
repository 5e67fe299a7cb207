// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { leavePage, openSocket } from "./socket";

const made: Connection[] = [];

class Connection {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage = null;
  constructor() {
    made.push(this);
  }
  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Connection);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("comes back by itself, but not while the user logs out", () => {
  const lost = vi.fn();
  openSocket(() => "ws://here/ws", { message: () => undefined, lost });
  made[0]?.onclose?.();
  vi.advanceTimersByTime(1000);
  expect(made).toHaveLength(2);
  expect(lost).toHaveBeenCalledTimes(1);
  leavePage();
  made[1]?.onclose?.();
  window.dispatchEvent(new Event("online"));
  vi.advanceTimersByTime(60_000);
  expect(made).toHaveLength(2);
  expect(lost).toHaveBeenCalledTimes(1);
});
