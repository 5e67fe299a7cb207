import { describe, expect, it } from "vitest";
import type { ChangedFolder } from "../../../api/insight";
import { folderTree, type FolderNode } from "./folderTree";

const folder = (path: string, bytes: number, files = 1, database: string | null = null): ChangedFolder => ({ path, bytes, files, database });

type Shape = readonly [string, readonly Shape[]];
const shape = (node: FolderNode): Shape => [node.label, node.children.map(shape)];

describe("folderTree", () => {
  it("hangs folders below each other, the biggest first, without the root", () => {
    const tree = folderTree([folder("/", 100, 9), folder("/var", 70, 5), folder("/cache", 30, 4), folder("/var/log", 20, 2), folder("/var/lib", 50, 3)]);
    expect(tree.map(shape)).toEqual([["/var", [["lib", []], ["log", []]]], ["/cache", []]]);
  });

  it("says a way without branches in one line", () => {
    expect(folderTree([folder("/var", 7), folder("/var/lib", 7), folder("/var/lib/postgresql", 7, 1, "PostgreSQL")]).map(shape)).toEqual([["/var/lib/postgresql", []]]);
    expect(folderTree([folder("/data", 7, 1, "Redis"), folder("/data/sub", 7)]).map(shape)).toEqual([["/data", [["sub", []]]]]);
  });

  it("is not misled by names that begin alike", () => {
    expect(folderTree([folder("/a", 5, 2), folder("/a-b", 4), folder("/a.c", 3), folder("/a/b", 2)]).map(shape)).toEqual([["/a", [["b", []]]], ["/a-b", []], ["/a.c", []]]);
  });

  it("shows folders whose upper ones are not in the list", () => {
    expect(folderTree([folder("/x/y/z", 5), folder("/x/y/w", 6)]).map(shape)).toEqual([["/x/y/w", []], ["/x/y/z", []]]);
  });
});
