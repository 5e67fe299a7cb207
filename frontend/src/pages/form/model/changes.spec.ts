import { describe, expect, it } from "vitest";
import { changesOf, rebased } from "./changes";
import type { Values } from "./values";

const BEFORE: Values = { Image: "busybox", name: "web", "HostConfig.Memory": "64m", "HostConfig.Binds": ["a:/a", "b:/b"], Env: [{ name: "A", value: "1" }] };

describe("rebased", () => {
  it("takes what has changed meanwhile, and keeps what the user has changed", () => {
    const now = { ...BEFORE, "HostConfig.Memory": "96m", User: "1000" };
    const mine = { ...BEFORE, Env: [], Cmd: "sleep 1", name: "site" };
    expect(rebased(BEFORE, now, mine)).toEqual({ ...BEFORE, Env: [], Cmd: "sleep 1", name: "site", "HostConfig.Memory": "96m", User: "1000" });
  });

  it("takes away what is not there any more, unless the user has changed it", () => {
    const { "HostConfig.Memory": _memory, ...now } = BEFORE;
    expect(rebased(BEFORE, now, BEFORE)).toEqual(now);
    expect(rebased(BEFORE, now, { ...BEFORE, "HostConfig.Memory": "32m" })).toEqual({ ...BEFORE, "HostConfig.Memory": "32m" });
  });

  it("joins the lines of both", () => {
    const now = { ...BEFORE, "HostConfig.Binds": ["b:/b", "rescued:/data"] };
    const mine = { ...BEFORE, "HostConfig.Binds": ["a:/a", "b:/b:ro", "mine:/mine"] };
    expect(rebased(BEFORE, now, mine)["HostConfig.Binds"]).toEqual(["b:/b:ro", "mine:/mine", "rescued:/data"]);
  });

  it("adds a line once that both have added", () => {
    const both = { ...BEFORE, Env: [{ name: "A", value: "1" }, { name: "B", value: "2" }] };
    expect(rebased(BEFORE, both, { ...BEFORE, Env: [{ name: "B", value: "2" }] })["Env"]).toEqual([{ name: "B", value: "2" }]);
  });

  it("adds the first line of an option that had none", () => {
    expect(rebased({ Image: "busybox" }, { Image: "busybox", "HostConfig.Binds": ["rescued:/data"] }, { Image: "busybox", Cmd: "ls" })).toEqual({ Image: "busybox", "HostConfig.Binds": ["rescued:/data"], Cmd: "ls" });
  });
});

describe("changesOf", () => {
  it("tells what differs, and whether it can be changed in place", () => {
    const after = { ...BEFORE, name: "site", "HostConfig.Memory": "0.125g", Env: [{ name: "A", value: "2" }] };
    expect(changesOf(BEFORE, after).map(({ option, before, after: next, live }) => [option.id, before, next, live])).toEqual([
      ["name", "web", "site", true],
      ["Env", "A=1", "A=2", false],
      ["HostConfig.Memory", "64m", "0.125g", true],
    ]);
    expect(changesOf(BEFORE, { ...BEFORE, "HostConfig.Memory": "65536k" })).toEqual([]);
  });

  it("takes a limit away in place where that is possible alone", () => {
    const { "HostConfig.Memory": _memory, ...without } = BEFORE;
    expect(changesOf(BEFORE, without).map((change) => change.live)).toEqual([false]);
    expect(changesOf({ ...BEFORE, "HostConfig.PidsLimit": "9" }, BEFORE).map((change) => change.live)).toEqual([true]);
  });
});
