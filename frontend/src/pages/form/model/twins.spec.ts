import { describe, expect, it } from "vitest";
import engineFields from "./engineFields.json";
import { readRest, settled, toWish } from "./body";
import { problemsIn, problemWith } from "./check";
import { writeCompose, readCompose } from "./compose";
import { BESIDE } from "./ids";
import { OPTIONS, SECTIONS, type Option } from "./options";
import { Random, randomValue, randomValues } from "./random";
import { readRun, writeRun } from "./run";
import type { Row, Value, Values } from "./values";
import { composeText, readComposeText } from "./yamlText";

const ROUNDS = 100;

/** As it comes back from JSON: two texts for one value are one. */
function normal(values: Values): Values {
  return settled(Object.fromEntries(Object.entries(values).map(([id, value]) => [id, normalOf(OPTIONS.find((option) => option.id === id), value)])));
}

const normalOf = (option: Option | undefined, value: Value): Value => (option === undefined || BESIDE.includes(option.id) ? value : option.kind.fromJson(JSON.parse(JSON.stringify(option.kind.toJson(value)))));

/** All but what was said to be lost, in full or in part. */
function kept(values: Values, lost: readonly string[]): Values {
  const labels = new Set(lost.map((what) => what.split(":")[0]));
  if (labels.has("Entrypoint")) labels.add("Command");
  return Object.fromEntries(OPTIONS.filter((option) => !labels.has(option.label) && values[option.id] !== undefined).map((option) => [option.id, values[option.id] ?? ""]));
}

function expectKept(before: Values, after: Values, lost: readonly string[]): void {
  expect(kept(after, lost)).toEqual(kept(before, lost));
}

/** Of these a command line or a compose file can say nothing, or not all. */
const NOT_IN_RUN = ["No network at all", "Attach its input", "Attach its output", "Attach its errors", "Close its input after one client", "Steps for later images", "Shell", "Cgroup (old)", "Size of the terminal", "Memory of TCP", "Paths that are hidden", "Paths that are read-only"];
const PARTLY_IN_RUN = ["Entrypoint", "Environment", "Mounts, in detail", "Networks, in detail", "Devices of a driver", "Health check"];
const NOT_IN_COMPOSE = [
  ...NOT_IN_RUN, "Remove it when it ends", "Publish all exposed ports", "Driver of volumes", "Only these memory nodes", "File for its id", "Operations a second", "Bytes a second",
];
const PARTLY_IN_COMPOSE = ["Environment", "Mounts, in detail", "Networks, in detail", "Devices of a driver"];

const isOneOf = (what: string, whole: readonly string[], partly: readonly string[]): boolean => whole.includes(what) || partly.some((label) => what.startsWith(`${label}:`));

describe("the table of options", () => {
  it("has every field of the engine's records, once", () => {
    const claimed = OPTIONS.flatMap((option) => [option.id, ...(option.kind.columns ?? []).map((column) => `${option.id}.${column.json ?? column.key}`)]);
    const parts = (path: string): string => path.replaceAll("[]", "").replace(".*", "");
    const missing = engineFields.filter((field) => !claimed.some((claim) => claim === parts(field) || claim.startsWith(`${parts(field)}.`) || OWN_JSON.some((own) => claim === own && parts(field).startsWith(`${own}.`))));
    expect(missing).toEqual([]);
    const invented = OPTIONS.filter((option) => !BESIDE.includes(option.id) && !engineFields.some((field) => parts(field) === option.id || parts(field).startsWith(`${option.id}.`)));
    expect(invented.map((option) => option.id)).toEqual([]);
    expect(new Set(OPTIONS.map((option) => option.id)).size).toBe(OPTIONS.length);
    expect(new Set(OPTIONS.map((option) => option.label)).size).toBe(OPTIONS.length - LABELS_TWICE.length);
    expect(new Set(OPTIONS.flatMap((option) => option.flags)).size).toBe(OPTIONS.flatMap((option) => option.flags).length);
    expect(SECTIONS.every((section) => OPTIONS.some((option) => option.section === section))).toBe(true);
  });

  it("takes every value that may be", () => {
    const random = new Random(11);
    for (let round = 0; round < ROUNDS; round++) expect(problemsIn(randomValues(random, 0.3))).toEqual({});
  });
});

/** Kinds that write their JSON themselves: their parts are names, or two numbers in a text. */
const OWN_JSON = ["HostConfig.PortBindings", "HostConfig.RestartPolicy", "HostConfig.Ulimits"];
/** Labels that two sections have. */
const LABELS_TWICE: readonly string[] = ["Processes", "Host name"];

describe("what is written", () => {
  it.each(OPTIONS.map((option) => [option.id, option] as const))("comes back the same from all three: %s", (_id, option) => {
    const random = new Random(option.id.length * 7919);
    for (let round = 0; round < 25; round++) {
      const before = normal({ Image: "busybox", [option.id]: randomValue(random, option) });
      const rest = readRest(JSON.stringify(toWish(before, true)));
      expect(rest.problems).toEqual([]);
      expect(rest.values).toEqual(before);
      const run = writeRun(before, true);
      expectKept(before, readRun(run.text).values, run.lost);
      const compose = writeCompose(before);
      expectKept(before, readCompose(compose.file, Object.keys(compose.file["services"] as object)[0] ?? "").values, compose.lost);
    }
  });

  it("comes back the same with many options at once", () => {
    const random = new Random(4711);
    for (let round = 0; round < ROUNDS; round++) {
      const before = normal(randomValues(random, 0.35));
      expect(readRest(JSON.stringify(toWish(before, false)))).toEqual({ values: before, start: false, problems: [] });
      const run = writeRun(before, round % 2 === 0);
      const fromRun = readRun(run.text);
      expect(fromRun.start).toBe(round % 2 === 0);
      expect(fromRun.problems).toEqual([]);
      expect(run.lost.filter((what) => !isOneOf(what, NOT_IN_RUN, PARTLY_IN_RUN))).toEqual([]);
      expectKept(before, fromRun.values, run.lost);
      const compose = composeText(before);
      const fromCompose = readComposeText(compose.text, "");
      expect(fromCompose.problems).toEqual([]);
      expect(compose.lost.filter((what) => !isOneOf(what, NOT_IN_COMPOSE, PARTLY_IN_COMPOSE))).toEqual([]);
      expectKept({ ...before, name: before["name"] ?? "" }, { ...fromCompose.values, name: fromCompose.values["name"] ?? "" }, compose.lost);
    }
  });
});

describe("parts of lines that nobody has filled", () => {
  it.each(OPTIONS.filter((option) => option.kind.shape === "rows").map((option) => [option.id, option] as const))("are not there: %s", (_id, option) => {
    const random = new Random(option.id.length * 31);
    let right = 0;
    for (let round = 0; round < 40; round++) {
      // A cast, because options of this shape have lines with parts.
      const lines = (randomValue(random, option) as readonly Row[]).map((row) => Object.fromEntries(Object.entries(row).filter(() => random.chance(0.6))));
      const values = { Image: "busybox", [option.id]: lines };
      if (problemWith(option, lines) !== "") continue;
      right++;
      const texts = [JSON.stringify(toWish(values, true)), writeRun(values, true).text, composeText(values).text];
      expect(texts.filter((text) => text.includes("undefined"))).toEqual([]);
      expect(normal(readRest(texts[0] ?? "").values)).toEqual(normal(values));
    }
    expect(right).toBeGreaterThan(0);
  });
});

describe("nonsense", () => {
  const NONSENSE: Readonly<Record<string, Value>> = { text: "\u0000 no\n/../:\t%", choice: "no such word", list: [""], rows: [{ name: "" }] };
  const ANYTHING = ["HostConfig.Cgroup", "HostConfig.ContainerIDFile", "Cmd", "Entrypoint", "Shell"];

  it.each(OPTIONS.filter((option) => option.kind.shape !== "flag" && !ANYTHING.includes(option.id)).map((option) => [option.id, option] as const))("gets a sentence at its field: %s", (_id, option) => {
    const problem = problemWith(option, NONSENSE[option.kind.shape]);
    expect(problem).toContain(option.label);
    expect(problem).toMatch(/[.!?]$/);
  });

  it.each(["Cmd", "Entrypoint", "Shell"])("of quotes is told: %s", (id) => {
    const option = OPTIONS.find((one) => one.id === id);
    expect(option && problemWith(option, "it's")).toContain("single quote");
  });
});
