import { expect, test } from "vitest";
import type { Loss } from "../api/types";
import { topFolders } from "./lostFolders";

const folder = (path: string, files: number, bytes: number, database: string | null = null): Loss["folders"][number] => ({ path, files, bytes, database });
const loss = (...folders: Loss["folders"][number][]): Loss => ({ id: "f", name: "f", files: 9, bytes: 9, folders, volumes: [], logKeptSeconds: null, text: "" });

test("a folder that is only the way to another one is not told", () => {
  const told = topFolders(loss(folder("/", 9, 9), folder("/var", 5, 5), folder("/var/lib", 5, 5), folder("/var/lib/x", 5, 5), folder("/tmp", 4, 4)));
  expect(told.map((one) => one.path)).toEqual(["/var/lib/x", "/tmp"]);
});

test("folders of databases come first and are never left out", () => {
  const many = Array.from({ length: 9 }, (_, i) => folder(`/big${i}`, 1, 100 - i));
  expect(topFolders(loss(...many, folder("/pg", 2, 1, "PostgreSQL")))[0]?.path).toBe("/pg");
});
