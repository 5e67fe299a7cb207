import { API, call, get, one, problemOf, RequestError } from "./http";
import { page } from "./page";

export type FileType = "file" | "folder" | "link" | "fifo" | "socket" | "character-device" | "block-device";
/** Where a file lives: in the image, in the container's own layer alone, partly there, in what is mounted, or put there by the engine at each start. */
export type OriginKind = "image" | "layer" | "mixed" | "mount" | "engine";

export interface FileOrigin {
  readonly kind: OriginKind;
  /** What is mounted, such as "volume data"; else empty. */
  readonly about: string;
}

export interface FileFacts {
  readonly name: string;
  readonly type: FileType;
  readonly size: number;
  /** Octal. */
  readonly mode: string;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedAt: string;
  /** Of a link, as it is written there. */
  readonly target: string | null;
}

export interface FileItem {
  readonly file: FileFacts;
  readonly origin: FileOrigin;
}

export interface FileListing {
  readonly path: string;
  readonly origin: FileOrigin;
  readonly items: readonly FileItem[];
  readonly more: boolean;
}

/** The content of a file, and the word by which a later change is noticed. */
export interface FileContent {
  readonly bytes: Uint8Array;
  readonly version: string;
}

/** What is expected of the place that is written: a version, nothing, or whatever there is. */
export type Expected = { readonly version: string } | "nothing" | "anything";

const PAGE = 500;

const headers = (expected: Expected): Record<string, string> =>
  expected === "nothing" ? { "If-None-Match": "*" } : expected === "anything" ? {} : { "If-Match": expected.version };

/** The files of one container. */
export function filesOf(id: string) {
  const at = (part: string, parameters: Readonly<Record<string, string>>): string => `${one(id)}/files${part}?${new URLSearchParams(parameters)}`;
  return {
    list: (path: string, after: string): Promise<FileListing> => get(at("", { path, after, limit: String(PAGE) })),
    contentAddress: (path: string): string => API + at("/content", { path }),
    /** The content of a file that has no more than these bytes; of another one only how many it has. */
    read: async (path: string, most: number): Promise<FileContent | { readonly tooLarge: number }> => {
      const answer = await call("GET", at("/content", { path }));
      const size = Number(answer.headers.get("content-length") ?? 0);
      if (size > most) {
        await answer.body?.cancel();
        return { tooLarge: size };
      }
      return { bytes: new Uint8Array(await answer.arrayBuffer()), version: answer.headers.get("etag") ?? "" };
    },
    makeFolder: async (path: string): Promise<void> => void (await call("POST", at("/folders", { path }))),
    rename: async (path: string, to: string): Promise<void> => void (await call("POST", at("/rename", { path, to }))),
    remove: async (path: string): Promise<void> => void (await call("DELETE", at("", { path }))),
    /** Gives the version that the file has then. @param told of the share that has gone out, from 0 to 1 */
    write: (path: string, content: Blob, expected: Expected, told: (share: number) => void, signal?: AbortSignal): Promise<string> =>
      send(API + at("/content", { path }), content, headers(expected), told, signal),
  } as const;
}

export type FilesOf = ReturnType<typeof filesOf>;

/** Only the old way of asking tells how much has gone out. */
function send(address: string, content: Blob, further: Readonly<Record<string, string>>, told: (share: number) => void, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader(page.csrfHeader, page.csrfToken);
    for (const [name, value] of Object.entries(further)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && event.total > 0 && told(event.loaded / event.total);
    request.onerror = () => reject(new RequestError(0, "The connection broke off. Check it and try again."));
    request.onabort = () => reject(new RequestError(0, "Cancelled."));
    request.onload = () => {
      if (request.status === 204) {
        told(1);
        resolve(request.getResponseHeader("etag") ?? "");
      } else if (request.status === 401) {
        location.assign("/login?stale");
        reject(new RequestError(401, "You are logged out."));
      } else {
        const answer = new Response(request.responseText, { status: request.status >= 200 ? request.status : 500, headers: { "content-type": request.getResponseHeader("content-type") ?? "" } });
        void problemOf(answer).then(reject, reject);
      }
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(content);
  });
}
