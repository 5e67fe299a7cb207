// @vitest-environment happy-dom
import { render } from "preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CgroupView, ChangesView, LayersView, NamespacesView, ProcessesView } from "../../../api/insight";
import type { Container } from "../../../api/types";
import { container } from "../../../testing";
import { ZoomIn } from "./ZoomIn";

const HOSTILE = '<img src=x onerror="alert(1)">\u202egpj';
const MIB = 1024 * 1024;

const NAMESPACES: NamespacesView = {
  state: "running",
  end: null,
  pid: 4711,
  items: [
    {
      kind: "uts", inode: 4026531838, path: "/proc/4711/ns/uts", sharing: "container", sharedWith: [{ id: "fedcba9876543210", name: "side" }], meaning: "Its own host name.",
      values: [{ name: "host name", inside: HOSTILE, outside: "box", path: "/proc/4711/ns/uts", meaning: "uname(2)." }],
    },
  ],
};
const CGROUP: CgroupView = {
  state: "running",
  end: null,
  version: 1,
  folders: { memory: "/sys/fs/cgroup/memory/berth/1" },
  gauges: [{ controller: "memory", name: "memory", unit: "bytes", used: 60 * MIB, limit: 64 * MIB, peak: 62 * MIB, path: "memory.usage", limitPath: "memory.limit", peakPath: "memory.max", meaning: "Memory." }],
  cpu: null,
  pressure: [{ resource: "io", some: { avg10: 12.5, avg60: 3, avg300: 1, totalMicros: 2_000_000 }, full: null, path: "io.pressure" }],
  oomKills: 2,
  oomPath: "memory.oom_control",
  missing: [{ what: "pressure", why: "This host has version 1." }],
};
const PROCESSES: ProcessesView = { state: "running", end: null, items: [] };
const LAYERS: LayersView = {
  state: "running",
  end: null,
  items: [1, 2].map((number) => ({ number, diffId: `sha256:d${number}`, chainId: `sha256:c${number}`, createdBy: `RUN step ${number}`, bytes: number * MIB, images: number, containers: 1, path: `/l/${number}` })),
  writable: { bytes: 5, files: 1, path: "/upper", meaning: "Its own." },
  mounts: [{ type: "volume", name: "kept", source: "/v/kept", destination: "/kept", writable: true, path: null }],
};
const CHANGES: ChangesView = { files: 1, bytes: 5, deleted: 0, truncated: false, items: [{ path: `/${HOSTILE}`, kind: "added", type: "file", bytes: 5 }], folders: [] };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

let answers: Record<string, Answer>;
let reachable: boolean;
const sent: { readonly method: string; readonly body: unknown }[] = [];

function answering(url: string, options: RequestInit): Promise<Response> {
  if (!reachable) return Promise.reject(new TypeError("no network"));
  if (options.method === "PUT") sent.push({ method: "PUT", body: JSON.parse(String(options.body)) });
  const kind = url.replace(/.*\//, "").replace(/\?.*/, "");
  const { status, body } = answers[kind] ?? { status: 500, body: { detail: `nobody expected ${url}` } };
  return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));
}

let place: HTMLElement;

/** Two readings and some: the tab asks each second. */
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 4000, interval: 20 });

async function show(changes: Partial<Container> = {}): Promise<void> {
  render(<ZoomIn one={container(changes)} />, place);
  await eventually(() => {
    expect(place.querySelector(".cards[aria-label=Controllers]")).not.toBeNull();
    expect(place.querySelector(".slab")).not.toBeNull();
    expect(place.querySelector(".files")).not.toBeNull();
  });
}

const text = (): string => place.textContent ?? "";

function find<T extends Element>(selector: string): T {
  const found = place.querySelector<T>(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
}

beforeEach(() => {
  vi.stubGlobal("fetch", answering);
  reachable = true;
  answers = Object.fromEntries(
    Object.entries({ namespaces: NAMESPACES, cgroup: CGROUP, processes: PROCESSES, layers: LAYERS, changes: CHANGES }).map(([kind, body]) => [kind, { status: 200, body }]),
  );
  place = document.createElement("div");
  document.body.append(place);
});

afterEach(() => {
  render(null, place);
  document.body.replaceChildren();
  sent.length = 0;
  vi.unstubAllGlobals();
});

describe("the Zoom-in tab", () => {
  it("shows the three bands, and what is hostile as text", async () => {
    await show();
    expect([...place.querySelectorAll("h2")].map((one) => one.textContent)).toEqual(["Namespaces", "Cgroup", "File system"]);
    expect(find<HTMLAnchorElement>(".sharing a").getAttribute("href")).toBe("/ui/containers/fedcba9876543210");
    expect(place.querySelector("img")).toBeNull();
    expect(text()).toContain('<img src=x onerror="alert(1)">‹U+202E›gpj');
    expect(text()).not.toContain("\u202e");
    expect(text()).toContain("near the limit: 93.8 % of the limit");
    expect(text()).toContain("2 processes");
    expect(find("[aria-label='Disk pressure']").textContent).toContain("12.5 %at least one waits1 min 3.0 %, 5 min 1.0 %");
    expect(text()).toContain("This host has version 1.");
  });

  it("draws the layers with the base at the bottom", async () => {
    await show();
    expect([...place.querySelectorAll(".slab-name")].map((one) => one.textContent)).toEqual(["Writable layer only this container", "2 RUN step 2", "1, the base RUN step 1"]);
    expect(place.querySelectorAll(".shaft")).toHaveLength(1);
  });

  it("keeps the values when the connection is lost, says so, and goes on", async () => {
    await show();
    reachable = false;
    await eventually(() => expect(find("[role=status]").textContent).toContain("Connection lost, trying again."));
    expect(text()).toContain("4026531838");
    reachable = true;
    await eventually(() => expect(find("[role=status]").textContent).toBe(""));
  });

  it("says that the container is gone", async () => {
    await show();
    answers["cgroup"] = { status: 404, body: { detail: "No such container: web" } };
    await eventually(() => expect(find("h2").textContent).toBe("The container web is gone"));
  });

  it("says at the field why a limit is refused, and takes the next one", async () => {
    await show();
    find<HTMLButtonElement>("[aria-label='Change limit: Memory, MiB']").click();
    await eventually(() => find("form"));
    const field = find<HTMLInputElement>("form input");
    const submit = async (value: string): Promise<void> => {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await eventually(() => expect(field.getAttribute("aria-invalid")).toBe("false"));
      find("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    };
    await submit("much");
    await eventually(() => expect(find("[role=alert]").textContent).toMatch(/^A size above 0/));
    expect(sent).toEqual([]);
    answers["limits"] = { status: 400, body: { detail: "Minimum memory limit allowed is 6MB" } };
    await submit("1");
    await eventually(() => expect(find("[role=alert]").textContent).toBe("Minimum memory limit allowed is 6MB."));
    expect(field.getAttribute("aria-describedby")).toBe(find("[role=alert]").id);
    answers["limits"] = { status: 200, body: { ...CGROUP, gauges: CGROUP.gauges.map((gauge) => ({ ...gauge, limit: 128 * MIB })) } };
    await submit("128");
    await eventually(() => expect(place.querySelector("form")).toBeNull());
    expect(text()).toContain("128 MiB");
    expect(sent.map((one) => one.body)).toEqual([{ memoryBytes: MIB }, { memoryBytes: 128 * MIB }]);
  });

  it("tells of one that has ended why, and its limits", async () => {
    const end = { exitCode: 137, oomKilled: true, error: "", at: "2025-01-01T00:01:01Z", why: "The kernel killed it: its cgroup had reached the memory limit." };
    answers["namespaces"] = { status: 200, body: { ...NAMESPACES, state: "exited", end, pid: null, items: [] } };
    answers["cgroup"] = { status: 200, body: { ...CGROUP, state: "exited", end, version: 0, folders: {}, gauges: [], cpu: null, oomKills: null, missing: [] } };
    await show({ state: "exited", exitCode: 137, oomKilled: true, finishedAt: end.at, limits: { memoryBytes: 16 * MIB, cpus: null, pids: null } });
    await eventually(() => expect(find(".note-bad").textContent).toMatch(/had reached the memory limit\. That was on .*, with exit code 137\./));
    expect(text()).toContain("16.0 MiB at most");
  });
});
