import { describe, expect, it } from "vitest";
import type { ProcessItem } from "../../../api/insight";
import { processTree, type ProcessNode } from "./processTree";

const process = (pid: number, parent: number, inside: number | null = pid): ProcessItem => ({
  pid, parent, inside, user: "root", uid: 0, name: "sh", command: "sh", state: "S", residentBytes: 0, cpuNanos: 0, threads: 1, startedAt: "2025-01-01T00:00:00Z",
});

type Shape = readonly [number, readonly Shape[]];
const shape = (node: ProcessNode): Shape => [node.process.pid, node.children.map(shape)];

describe("processTree", () => {
  it("hangs the processes below their parents, in the order of their numbers inside", () => {
    const tree = processTree([process(300, 200, 9), process(100, 1, 1), process(250, 100, 7), process(200, 100, 2)]);
    expect(tree.map(shape)).toEqual([[100, [[200, [[300, []]]], [250, []]]]]);
    expect(tree[0]?.below).toBe(3);
  });

  it("shows what was brought in from outside beside the first process", () => {
    expect(processTree([process(500, 77, 12), process(100, 1, 1)]).map(shape)).toEqual([[100, []], [500, []]]);
  });

  it("loses nothing and ends when numbers were given anew while it was read", () => {
    expect(processTree([process(1, 2), process(2, 1), process(3, 3)]).map(shape)).toEqual([[3, []], [1, [[2, []]]]]);
  });

  it("of nothing is empty", () => expect(processTree([])).toEqual([]));
});
