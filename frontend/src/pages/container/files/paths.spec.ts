import { describe, expect, it } from "vitest";
import { crumbs, fileNameTrouble, followed, inside, isReachable, nameOf, parentOf } from "./paths";

describe("paths", () => {
  it("are put together and taken apart", () => {
    expect(inside("/", "etc")).toBe("/etc");
    expect(inside("/etc", "passwd")).toBe("/etc/passwd");
    expect(parentOf("/etc/passwd")).toBe("/etc");
    expect(parentOf("/etc")).toBe("/");
    expect(nameOf("/etc/passwd")).toBe("passwd");
    expect(crumbs("/a/b c")).toEqual([
      { name: "/", path: "/" },
      { name: "a", path: "/a" },
      { name: "b c", path: "/a/b c" },
    ]);
    expect(crumbs("/")).toEqual([{ name: "/", path: "/" }]);
  });

  it("follow links by their text", () => {
    expect(followed("/a/b", "../c")).toBe("/a/c");
    expect(followed("/a", "/x/./y")).toBe("/x/y");
    expect(followed("/a", "../../../..")).toBe("/");
  });

  it("refuse names that cannot be", () => {
    expect(fileNameTrouble("a\\b .txt")).toBe("");
    for (const name of ["", ".", "..", "a/b", "a\0", "ä".repeat(128)]) expect(fileNameTrouble(name)).not.toBe("");
    expect(isReachable("x\uFFFDy")).toBe(false);
  });
});
