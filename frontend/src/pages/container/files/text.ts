/* Bytes of a file as text, and back without a change that nobody made. */

/** More is not shown: a page that stands still is of no use. */
export const LARGEST_SHOWN = 1024 * 1024;

export type Decoded =
  /** Its line ends are all alike; they are "\n" in the text. */
  | { readonly kind: "text"; readonly text: string; readonly lineEnd: "\n" | "\r\n" }
  /** It can be shown, but would not come back as it was. */
  | { readonly kind: "shown"; readonly text: string; readonly why: string }
  | { readonly kind: "binary" };

export function decode(bytes: Uint8Array): Decoded {
  if (bytes.includes(0)) return { kind: "binary" };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { kind: "shown", text: new TextDecoder("windows-1252").decode(bytes), why: "It is not UTF-8. It is shown as Windows-1252 and cannot be edited here." };
  }
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  const lone = text.replaceAll("\r\n", "").includes("\r");
  if (lone || (windows > 0 && windows < all)) return { kind: "shown", text, why: "Its line ends are mixed. It cannot be edited here, since they would all become alike." };
  return windows > 0 ? { kind: "text", text: text.replaceAll("\r\n", "\n"), lineEnd: "\r\n" } : { kind: "text", text, lineEnd: "\n" };
}

export const encode = (text: string, lineEnd: "\n" | "\r\n"): Uint8Array<ArrayBuffer> => new TextEncoder().encode(lineEnd === "\n" ? text : text.replaceAll("\n", lineEnd));
