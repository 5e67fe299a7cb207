// @vitest-environment happy-dom
import { render } from "preact";
import { ErrorBoundary, LocationProvider } from "preact-iso";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connection } from "../../live/containers";
import { CREATE_ROUTE, duplicateAddress } from "../../ui/addresses";
import { CreatePage } from "./FormPage";

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

const sent: Sent[] = [];
const SETTINGS = {
  id: "f00", name: "web", running: true, imageMoved: false, config: { Image: "nginx", Env: ["TEXT=one\ntwo"], MacAddress: "02:42:ac:11:00:09" }, hostConfig: { Memory: 64 << 20 },
  networkingConfig: {},
};
let unreachable = false;
let refusal: { readonly status: number; readonly body: unknown } | null = null;

beforeEach(() => {
  vi.stubGlobal("fetch", (url: string, options: RequestInit) => {
    sent.push({ method: options.method ?? "", url, body: options.body ? JSON.parse(String(options.body)) : null });
    if (unreachable) return Promise.reject(new TypeError("no network"));
    const answer = options.method === "GET" ? { status: 200, body: url.endsWith("/settings") ? SETTINGS : { items: [] } } : (refusal ?? { status: 201, body: { name: "web", warnings: ["Your kernel is old."] } });
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status, headers: { "Content-Type": "application/json" } }));
  });
});

afterEach(() => {
  document.body.replaceChildren();
  sent.length = 0;
  refusal = null;
  unreachable = false;
  connection.value = "connecting";
  history.replaceState(null, "", CREATE_ROUTE);
  vi.unstubAllGlobals();
});

function show(): HTMLElement {
  const place = document.createElement("div");
  document.body.append(place);
  render(
    <LocationProvider>
      <ErrorBoundary>
        <CreatePage />
      </ErrorBoundary>
    </LocationProvider>,
    place,
  );
  return place;
}

function field(place: HTMLElement, id: string): HTMLInputElement {
  const found = place.querySelector<HTMLInputElement>(`#option-${id} input`);
  if (!found) throw new Error(`no field for ${id}`);
  return found;
}

function type(place: HTMLElement, id: string, text: string): void {
  const input = field(place, id);
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

const submit = (place: HTMLElement): boolean => place.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })) ?? false;
const posted = (): Sent[] => sent.filter((one) => one.method === "POST");

describe("the form", () => {
  it("sends what is set, and tells what could not be as asked", async () => {
    const place = show();
    type(place, "Image", "nginx");
    await vi.waitFor(() => expect(place.querySelector(".twin-text")?.textContent).toBe("docker run -d \\\n  nginx"));
    type(place, "HostConfig-Memory", "64m");
    await vi.waitFor(() => expect(place.querySelector(".twin-text")?.textContent).toContain("-m 64m"));
    submit(place);
    await vi.waitFor(() => expect(place.querySelector("dialog")?.textContent).toContain("Your kernel is old."));
    expect(posted()).toEqual([{ method: "POST", url: "/api/v1/containers", body: { start: true, config: { Image: "nginx" }, hostConfig: { Memory: 64 << 20 }, networkingConfig: {} } }]);
  });

  it("sends nothing that is wrong, and says where", async () => {
    const place = show();
    type(place, "HostConfig-Memory", "lots");
    await vi.waitFor(() => expect(field(place, "HostConfig-Memory").value).toBe("lots"));
    submit(place);
    await vi.waitFor(() => expect(place.querySelector("[role=alert]")?.textContent).toContain("Memory is no size"));
    expect(place.querySelector("[role=alert]")?.textContent).toContain("Image is missing");
    expect(place.querySelector("#option-HostConfig-Memory .option-problem")?.textContent).toContain("Memory is no size");
    expect(field(place, "HostConfig-Memory").getAttribute("aria-invalid")).toBe("true");
    expect(posted()).toEqual([]);
  });

  it("shows what the server refuses at its field, also at one that was hidden", async () => {
    refusal = { status: 400, body: { detail: "invalid CPU shares", field: "hostConfig.CpuShares" } };
    const place = show();
    type(place, "Image", "nginx");
    await vi.waitFor(() => expect(field(place, "Image").value).toBe("nginx"));
    expect(place.querySelector("#option-HostConfig-CpuShares")).toBeNull();
    submit(place);
    await vi.waitFor(() => expect(place.querySelector("#option-HostConfig-CpuShares .option-problem")?.textContent).toContain("Invalid CPU shares."));
  });

  it("offers to pull an image that is missing", async () => {
    refusal = { status: 404, body: { detail: "No such image: nginx:latest" } };
    const place = show();
    type(place, "Image", "nginx");
    await vi.waitFor(() => expect(field(place, "Image").value).toBe("nginx"));
    submit(place);
    await vi.waitFor(() => expect(place.querySelector(".missing")?.textContent).toContain("Pull nginx"));
  });

  it("publishes a new port for this host alone", async () => {
    const place = show();
    type(place, "Image", "nginx");
    place.querySelector<HTMLButtonElement>("#option-HostConfig-PortBindings .add-line")?.click();
    await vi.waitFor(() => expect(field(place, "HostConfig-PortBindings").value).toBe("127.0.0.1"));
  });

  it("begins with the settings of another one, without what only one can have", async () => {
    history.replaceState(null, "", duplicateAddress("web"));
    const place = show();
    await vi.waitFor(() => expect(field(place, "HostConfig-Memory").value).toBe("64m"));
    expect(place.querySelector("h1")?.textContent).toBe("New container like web");
    expect(field(place, "name").value).toBe("");
    expect(place.querySelector("#option-Env textarea")).toHaveProperty("value", "one\ntwo");
    submit(place);
    await vi.waitFor(() =>
      expect(posted().map((one) => one.body)).toEqual([{ start: true, config: { Image: "nginx", Env: ["TEXT=one\ntwo"] }, hostConfig: { Memory: 64 << 20 }, networkingConfig: {} }]),
    );
  });

  it("asks again when the connection is back", async () => {
    history.replaceState(null, "", duplicateAddress("web"));
    unreachable = true;
    connection.value = "reconnecting";
    const place = show();
    await vi.waitFor(() => expect(place.querySelector("[role=alert]")?.textContent).toContain("cannot be reached"));
    unreachable = false;
    connection.value = "live";
    await vi.waitFor(() => expect(field(place, "HostConfig-Memory").value).toBe("64m"));
  });

  it("names characters that cannot be seen, and shows names as text", async () => {
    const place = show();
    type(place, "Image", "a\u202e<b>");
    await vi.waitFor(() => expect(place.querySelector("#option-Image")?.textContent).toContain("a‹U+202E›<b>"));
    expect(place.querySelector(".twin-text")?.textContent).toContain("a‹U+202E›<b>");
    expect(place.querySelector("b")).toBeNull();
  });
});
