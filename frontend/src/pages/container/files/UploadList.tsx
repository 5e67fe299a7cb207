import { visibleText } from "../../../live/plainText";
import { bytes } from "../../../ui/format";
import { nameOf } from "./paths";
import type { Upload, Uploads } from "./uploads";

/** What is on its way into the container, and what became of it. */
export function UploadList({ uploads }: { readonly uploads: Uploads }) {
  const all = uploads.list.value;
  if (all.length === 0) return null;
  return (
    <ul class="uploads" aria-label="Uploads">
      {all.map((one) => (
        <One key={one.key} one={one} uploads={uploads} />
      ))}
    </ul>
  );
}

function sentence(one: Upload): string {
  switch (one.state) {
    case "waits":
      return `waits, ${bytes(one.size)}`;
    case "runs":
      return one.share < 1 ? `${bytes(one.size * one.share)} of ${bytes(one.size)}` : "all is sent; it is being written";
    case "done":
      return "uploaded";
    case "there":
      return "there is a file by this name already";
    case "failed":
      return one.error;
  }
}

function One({ one, uploads }: { readonly one: Upload; readonly uploads: Uploads }) {
  const name = visibleText(nameOf(one.path));
  return (
    <li aria-label={name}>
      <strong>{name}</strong>
      {one.state === "runs" && <progress aria-label={`Upload of ${name}`} max={1} value={one.share} />}
      <span class={one.state === "failed" ? "bad" : "dim"} role={one.state === "failed" || one.state === "there" ? "alert" : undefined}>
        {sentence(one)}
      </span>
      {one.state === "there" && (
        <button class="button danger" type="button" aria-label={`Replace ${name}`} onClick={() => uploads.replace(one.key)}>
          Replace
        </button>
      )}
      {one.state === "failed" && (
        <button class="button" type="button" aria-label={`Try again: ${name}`} onClick={() => uploads.replace(one.key)}>
          Try again
        </button>
      )}
      <button class="button quiet" type="button" aria-label={`${one.state === "runs" || one.state === "waits" ? "Cancel the upload of" : "OK, forget"} ${name}`} onClick={() => uploads.drop(one.key)}>
        {one.state === "runs" || one.state === "waits" ? "Cancel" : "OK"}
      </button>
    </li>
  );
}
