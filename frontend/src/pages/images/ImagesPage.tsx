import { useEffect, useState } from "preact/hooks";
import { api, told } from "../../api/http";
import type { Image } from "../../api/types";
import { operations } from "../../live/operations";
import { ago, bytes, shortId } from "../../ui/format";
import { useNow } from "../../ui/useNow";
import { PullDialog } from "./PullDialog";
import { Transfers } from "./Transfers";

/** The images of this host, and what brings more of them. */
export function ImagesPage() {
  const [images, setImages] = useState<readonly Image[] | null>(null);
  const [error, setError] = useState("");
  const [pulling, setPulling] = useState(false);
  const now = useNow();
  // The list is asked for again when something has come in.
  const arrived = [...operations.value.values()].filter((one) => one.state === "succeeded").length;

  useEffect(() => {
    document.title = "Images · Berth";
  }, []);
  useEffect(() => {
    api.images().then(
      (all) => {
        setImages(all);
        setError("");
      },
      (failure: unknown) => setError(told(failure)),
    );
  }, [arrived]);

  return (
    <>
      <div class="page-head">
        <h1>Images</h1>
        <span class="count">{images ? `${images.length} in all` : ""}</span>
        <span class="spring" />
        <button class="button primary" onClick={() => setPulling(true)}>
          Pull image
        </button>
      </div>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      <Transfers />
      {images === null && !error && <p class="empty">Loading…</p>}
      {images !== null && images.length === 0 && <p class="empty">No images yet. Pull one, or load one from a shell: docker load -i image.tar</p>}
      {images !== null && images.length > 0 && (
        <table class="containers">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Id</th>
              <th scope="col">Size</th>
              <th scope="col">Made</th>
            </tr>
          </thead>
          <tbody>
            {images.map((image) => (
              <Row key={image.id} image={image} now={now} />
            ))}
          </tbody>
        </table>
      )}
      {pulling && <PullDialog onClose={() => setPulling(false)} />}
    </>
  );
}

function Row({ image, now }: { readonly image: Image; readonly now: number }) {
  return (
    <tr>
      <th scope="row">
        {image.tags.length === 0 ? <span class="none">without a name</span> : image.tags.map((tag) => <div key={tag} class="name">{tag}</div>)}
      </th>
      <td data-label="Id">
        <code>{shortId(image.id)}</code>
      </td>
      <td data-label="Size">{bytes(image.sizeBytes)}</td>
      <td data-label="Made">{Date.parse(image.createdAt) > 0 ? ago(image.createdAt, now) : <span class="none">unknown</span>}</td>
    </tr>
  );
}
