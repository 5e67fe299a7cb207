// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { api, RequestError } from "./http";

const fetched = vi.fn();
const dropped = (): Promise<Response> => Promise.reject(new TypeError("Failed to fetch"));
const answered = (): Promise<Response> => Promise.resolve(new Response('{"items":[]}', { status: 200 }));

afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
});

describe("a request that the browser drops", () => {
  it("is made once more when it only reads", async () => {
    vi.stubGlobal("fetch", fetched.mockImplementationOnce(dropped).mockImplementationOnce(answered));
    expect(await api.images()).toEqual([]);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it("is not made again and again", async () => {
    vi.stubGlobal("fetch", fetched.mockImplementation(dropped));
    await expect(api.images()).rejects.toThrow(new RequestError(0, "The server cannot be reached. Check the connection and try again."));
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it("is not made again when it does something", async () => {
    vi.stubGlobal("fetch", fetched.mockImplementation(dropped));
    await expect(api.start("web")).rejects.toBeInstanceOf(RequestError);
    expect(fetched).toHaveBeenCalledTimes(1);
  });
});
