// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { followUsage, usageOf, usageTick } from "./usage";

/** Connections that the test drives. */
const { opened } = vi.hoisted(() => ({ opened: [] as { closed: boolean; message: (message: unknown) => void }[] }));
vi.mock("./socket", () => ({
  socketAddress: (path: string) => path,
  openSocket: (_: unknown, events: { readonly message: (message: unknown) => void }) => {
    const one = { closed: false, message: events.message };
    opened.push(one);
    return { close: () => (one.closed = true), renew: () => undefined };
  },
}));

function hide(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}

afterEach(() => {
  hide(false);
  opened.length = 0;
});

describe("followUsage", () => {
  it("has one connection for all who follow, as long as one does", () => {
    const leaveFirst = followUsage();
    const leaveSecond = followUsage();
    expect(opened).toHaveLength(1);
    const before = usageTick.value;
    opened[0]?.message({ at: "2025-01-01T00:00:00Z", ids: ["a"], cpuPercent: [5], memoryBytes: [7] });
    expect(usageTick.value).toBe(before + 1);
    expect(usageOf("a")).toEqual({ cpuPercent: [5], memoryBytes: [7] });
    leaveFirst();
    expect(opened[0]?.closed).toBe(false);
    leaveSecond();
    expect(opened[0]?.closed).toBe(true);
  });

  it("asks nobody while the page is hidden", () => {
    const leave = followUsage();
    hide(true);
    expect(opened[0]?.closed).toBe(true);
    hide(false);
    expect(opened).toHaveLength(2);
    hide(true);
    leave();
    hide(false);
    expect(opened).toHaveLength(2);
  });
});
