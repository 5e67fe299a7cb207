// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RequestError } from "../api/http";
import { Follower } from "./follower";

/** Answers that the test gives when it likes. */
class Asked {
  readonly waiting: { readonly resolve: (value: number) => void; readonly reject: (failure: RequestError) => void }[] = [];
  readonly ask = (): Promise<number> => new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  async answer(index: number, value: number | RequestError): Promise<void> {
    const one = this.waiting[index];
    if (!one) throw new Error(`request ${index} was not made`);
    if (typeof value === "number") one.resolve(value);
    else one.reject(value);
    await vi.advanceTimersByTimeAsync(0);
  }
}

function hide(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  hide(false);
  vi.useRealTimers();
});

describe("a follower", () => {
  it("asks at its pace and never twice at a time", async () => {
    const server = new Asked();
    const follower = new Follower(server.ask);
    follower.start(1000);
    await vi.advanceTimersByTimeAsync(5000);
    follower.hurry();
    expect(server.waiting).toHaveLength(1);
    await server.answer(0, 7);
    expect(follower.sample.value).toMatchObject({ value: 7, trouble: null });
    await vi.advanceTimersByTimeAsync(249);
    expect(server.waiting).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.waiting).toHaveLength(2);
    await server.answer(1, 8);
    await vi.advanceTimersByTimeAsync(999);
    expect(server.waiting).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.waiting).toHaveLength(3);
    follower.stop();
  });

  it("keeps the last value when a request fails, and goes on", async () => {
    const server = new Asked();
    const follower = new Follower(server.ask);
    follower.start(1000);
    await server.answer(0, 7);
    await vi.advanceTimersByTimeAsync(1000);
    await server.answer(1, new RequestError(0, "No way."));
    expect(follower.sample.value).toMatchObject({ value: 7, trouble: { kind: "lost", message: "No way." } });
    await vi.advanceTimersByTimeAsync(1000);
    await server.answer(2, 9);
    expect(follower.sample.value).toMatchObject({ value: 9, trouble: null });
    follower.stop();
  });

  it("asks no more when there is nothing left", async () => {
    const server = new Asked();
    const follower = new Follower(server.ask);
    follower.start(1000);
    await server.answer(0, new RequestError(404, "No such container: web."));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.waiting).toHaveLength(1);
    expect(follower.sample.value.trouble?.kind).toBe("gone");
  });

  it("rests while the page is hidden and asks at once when it is seen again", async () => {
    const server = new Asked();
    const follower = new Follower(server.ask);
    follower.start(1000);
    await server.answer(0, 1);
    hide(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.waiting).toHaveLength(1);
    hide(false);
    expect(server.waiting).toHaveLength(2);
    follower.stop();
  });

  it("drops an answer that a value from elsewhere has overtaken, or that comes after the stop", async () => {
    const server = new Asked();
    const follower = new Follower(server.ask);
    follower.start(1000);
    follower.take(5);
    await server.answer(0, 1);
    expect(follower.sample.value.value).toBe(5);
    await vi.advanceTimersByTimeAsync(1000);
    follower.stop();
    await server.answer(1, 2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(follower.sample.value.value).toBe(5);
    expect(server.waiting).toHaveLength(2);
  });
});
