// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PullPlan } from "../../api/types";
import { PullDialog } from "./PullDialog";

const PLAN: PullPlan = {
  reference: "app:1",
  id: "sha256:1111111111112222",
  digest: "sha256:3333333333334444",
  layers: [
    { digest: "sha256:a", sizeBytes: 10, missingBytes: 0 },
    { digest: "sha256:b", sizeBytes: 1024, missingBytes: 1024 },
  ],
  layersHere: 1,
  fetchBytes: 1024,
  neededBytes: 4096,
  freeBytes: 2048,
  freeAfterBytes: 0,
  replacedId: "sha256:5555555555556666",
  replacedUsers: [{ id: "x", name: "web", running: true }],
};

const asked: string[] = [];

function answer(status: number, body: unknown): void {
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
    asked.push(`${options.method} ${url}`);
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));
  });
}

function show(onClose: () => void): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  render(<PullDialog onClose={onClose} />, place);
  return place;
}

function submit(place: HTMLElement): void {
  place.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

function type(place: HTMLElement, text: string): void {
  const field = place.querySelector<HTMLInputElement>("input[name=reference]");
  if (!field) throw new Error("no field for the reference");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

afterEach(() => {
  document.body.replaceChildren();
  asked.length = 0;
  vi.unstubAllGlobals();
});

describe("the dialog of a pull", () => {
  it("shows the plan first and pulls then", async () => {
    let closed = false;
    const place = show(() => (closed = true));
    answer(200, PLAN);
    type(place, "app:1");
    await vi.waitFor(() => expect(place.querySelector<HTMLInputElement>("input[name=reference]")?.value).toBe("app:1"));
    submit(place);
    await vi.waitFor(() => expect(place.textContent).toContain("1 of 2 layers is here, 1.00 KiB to fetch"));
    expect(place.textContent).toContain("It may not fit: about 4.00 KiB are needed, 2.00 KiB are free.");
    expect(place.textContent).toContain("These containers stay on it until they are made anew: web.");
    expect(closed).toBe(false);
    answer(202, {});
    submit(place);
    await vi.waitFor(() => expect(closed).toBe(true));
    expect(asked).toEqual(["GET /api/v1/images/plan?reference=app%3A1&platform=", "POST /api/v1/images/pull"]);
  });

  it("asks anew when another image is named, and tells what was refused", async () => {
    const place = show(() => undefined);
    answer(200, PLAN);
    type(place, "app:1");
    submit(place);
    await vi.waitFor(() => expect(place.querySelector(".plan")).not.toBeNull());
    type(place, "app:2");
    await vi.waitFor(() => expect(place.querySelector(".plan")).toBeNull());
    answer(404, { detail: "the registry docker.io has no app:2" });
    submit(place);
    await vi.waitFor(() => expect(place.querySelector("[role=alert]")?.textContent).toBe("The registry docker.io has no app:2."));
    expect(asked[1]).toBe("GET /api/v1/images/plan?reference=app%3A2&platform=");
  });
});
