import { describe, expect, it } from "vitest";
import { container } from "../../testing";
import { arrange, linesOf } from "./arrange";
import { USUAL_VIEW, type View } from "./view";

const one = (name: string, changes = {}) => container({ id: name, name, ...changes });
const ofProject = (name: string, project: string) => one(name, { labels: { "com.docker.compose.project": project } });
const view = (changes: Partial<View>): View => ({ ...USUAL_VIEW, ...changes });

describe("arrange", () => {
  it("sorts, newest first when nothing else is asked", () => {
    const all = [one("old", { createdAt: "2025-01-01T00:00:00Z" }), one("new", { createdAt: "2025-01-03T00:00:00Z" }), one("middle", { createdAt: "2025-01-02T00:00:00Z" })];
    expect(arrange(all, USUAL_VIEW)).toEqual([{ key: "", ids: ["new", "middle", "old"] }]);
    expect(arrange(all, view({ descending: false }))[0]?.ids).toEqual(["old", "middle", "new"]);
  });

  it("sorts names as people count, and equal ones by name in both directions", () => {
    const all = [one("web-10"), one("web-9", { state: "exited" }), one("web-2")];
    expect(arrange(all, view({ sort: "name", descending: false }))[0]?.ids).toEqual(["web-2", "web-9", "web-10"]);
    expect(arrange(all, view({ sort: "state", descending: true }))[0]?.ids).toEqual(["web-9", "web-2", "web-10"]);
  });

  it("groups by project, with those that have none at the end, and by state in the order of states", () => {
    const all = [one("alone"), ofProject("b-1", "b"), ofProject("a-1", "a"), ofProject("b-2", "b")];
    const byProject = arrange(all, view({ group: "project", sort: "name", descending: false }));
    expect(byProject).toEqual([{ key: "a", ids: ["a-1"] }, { key: "b", ids: ["b-1", "b-2"] }, { key: "", ids: ["alone"] }]);
    const states = [one("ended", { state: "exited" }), one("up"), one("held", { state: "paused" })];
    expect(arrange(states, view({ group: "state" })).map((group) => group.key)).toEqual(["running", "paused", "exited"]);
  });

  it("leaves out what the filter does not find", () => {
    expect(arrange([one("web"), one("db")], view({ filter: "we" }))).toEqual([{ key: "", ids: ["web"] }]);
    expect(arrange([one("web")], view({ filter: "nothing" }))).toEqual([]);
  });
});

describe("linesOf", () => {
  it("gives groups lines of their own, and what is folded up none", () => {
    const groups = arrange([ofProject("a-1", "a"), ofProject("b-1", "b")], view({ group: "project" }));
    expect(linesOf(groups, view({ group: "project", shut: new Set(["a"]) })).map((line) => line.key)).toEqual(["group a", "group b", "b-1"]);
    expect(linesOf(groups, USUAL_VIEW).map((line) => line.key)).toEqual(["a-1", "b-1"]);
  });
});
