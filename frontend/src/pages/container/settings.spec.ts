import { describe, expect, it } from "vitest";
import type { ContainerSettings } from "../../api/types";
import { asJson, facts, said } from "./settings";

const asked = (config: Record<string, unknown>, hostConfig: Record<string, unknown> = {}): ContainerSettings => ({ id: "1", name: "web", running: true, imageMoved: false, config, hostConfig, networkingConfig: {} });
const fact = (settings: ContainerSettings, name: string): readonly string[] | undefined => facts(settings).find(([each]) => each === name)?.[1];

describe("what a container was asked to be", () => {
  it("is said in words", () => {
    const web = asked(
      { Env: ["A=b", "EMPTY="], Labels: { team: "blue", bare: "" }, Entrypoint: ["/bin/my app", "-x"], User: "65534", Healthcheck: { Test: ["CMD-SHELL", "wget -q localhost"], Interval: 5_000_000_000 } },
      { RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 }, LogConfig: { Type: "local", Config: { "max-size": "1m" } }, CapAdd: ["SYS_TIME"], CapDrop: ["CHOWN"], ReadonlyRootfs: true },
    );
    expect(fact(web, "Environment")).toEqual(["A=b", "EMPTY="]);
    expect(fact(web, "Labels")).toEqual(["team=blue", "bare"]);
    expect(fact(web, "Entry point")).toEqual(["'/bin/my app' -x"]);
    expect(fact(web, "User")).toEqual(["65534"]);
    expect(fact(web, "Health check")).toEqual(["wget -q localhost, every 5 s"]);
    expect(fact(web, "Restart policy")).toEqual(["on-failure, at most 3 times"]);
    expect(fact(web, "Log")).toEqual(["local, max-size=1m"]);
    expect(fact(web, "Rights")).toEqual(["with SYS_TIME", "without CHOWN", "its root file system is read-only"]);
  });

  it("leaves out what was not asked for", () => {
    expect(facts(asked({ Env: [], Labels: null }, { RestartPolicy: { Name: "no" } }))).toEqual([
      ["Restart policy", ["no: it stays ended"]],
      ["Log", ["json-file"]],
    ]);
    expect(fact(asked({ Healthcheck: { Test: ["NONE"] } }), "Health check")).toEqual(["none, although the image has one"]);
    expect(said({ a: { b: { c: 0 } }, d: [0], e: false, f: "x" })).toEqual({ d: [0], f: "x" });
  });

  it("hides no character", () => {
    const odd = asked({ Env: ["X=\u202e\u001b[31m", "TWO=a\nb"] });
    expect(fact(odd, "Environment")).toEqual(["X=‹U+202E›‹U+001B›[31m", "TWO=a‹U+000A›b"]);
    expect(asJson(odd)).not.toMatch(/[\u202e\u001b]/);
    expect(asJson(odd)).toContain("‹U+202E›");
  });
});
