// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { Expected, FilesOf } from "../../../api/files";
import { RequestError } from "../../../api/http";
import { Uploads } from "./uploads";

const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

function room(write: (path: string, expected: Expected) => Promise<string>): FilesOf {
  // A cast, because only this call is made here.
  return { write: (path: string, _content: Blob, expected: Expected) => write(path, expected) } as unknown as FilesOf;
}

describe("Uploads", () => {
  it("sends one after the other and says when each is there", async () => {
    const sent: string[] = [];
    let done = 0;
    const uploads = new Uploads(room((path) => (sent.push(path), Promise.resolve("v"))), () => done++);
    uploads.add("/srv", [new File(["a"], "a"), new File(["b"], "b")]);
    await settled();
    expect(sent).toEqual(["/srv/a", "/srv/b"]);
    expect(done).toBe(2);
    expect(uploads.list.value.map((one) => one.state)).toEqual(["done", "done"]);
  });

  it("asks before it replaces what is there", async () => {
    const expected: Expected[] = [];
    const uploads = new Uploads(
      room((_path, how) => {
        expected.push(how);
        return how === "nothing" ? Promise.reject(new RequestError(409, "/a is there already.")) : Promise.resolve("v");
      }),
      () => undefined,
    );
    uploads.add("/", [new File(["a"], "a")]);
    await settled();
    expect(uploads.list.value[0]?.state).toBe("there");
    uploads.replace(uploads.list.value[0]?.key ?? 0);
    await settled();
    expect(expected).toEqual(["nothing", "anything"]);
    expect(uploads.list.value[0]?.state).toBe("done");
  });

  it("says why one failed and goes on with the others", async () => {
    const uploads = new Uploads(room((path) => (path === "/a" ? Promise.reject(new RequestError(507, "No space.")) : Promise.resolve("v"))), () => undefined);
    uploads.add("/", [new File(["a"], "a"), new File(["b"], "b")]);
    await settled();
    expect(uploads.list.value.map((one) => `${one.state} ${one.error}`)).toEqual(["failed No space.", "done "]);
    uploads.drop(uploads.list.value[0]?.key ?? 0);
    expect(uploads.list.value.length).toBe(1);
  });
});
