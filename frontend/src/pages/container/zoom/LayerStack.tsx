import { useState } from "preact/hooks";
import type { Layer, LayerMount, LayersView } from "../../../api/insight";
import { visibleText } from "../../../live/plainText";
import { Bar } from "../../../ui/Bar";
import { bytes, shortId, shortIds } from "../../../ui/format";
import { Told } from "../../../ui/Told";
import { counted, sharedWords } from "./words";

/** So many shafts fit beside the words on a phone; the list below names all mounts. */
const DRAWN_MOUNTS = 6;
/** Of a higher stack only the top is drawn at first. */
const DRAWN_LAYERS = 12;

/** The layers with the base at the bottom and the writable layer on top; mounts go through all of them. */
export function LayerStack({ view }: { readonly view: LayersView | null }) {
  const [all, setAll] = useState(false);
  if (!view) return <p class="dim">Looking at the layers…</p>;
  const topFirst = [...view.items].reverse();
  const largest = Math.max(1, view.writable?.bytes ?? 0, ...view.items.map((layer) => layer.bytes));
  const shown = all ? topFirst : topFirst.slice(0, DRAWN_LAYERS);
  return (
    <section aria-label="Layers and mounts" class="layer-band">
      <div class="pile" style={{ "--drilled": Math.min(view.mounts.length, DRAWN_MOUNTS) }}>
        <ol class="slabs" reversed aria-label="Layers, from the writable one down to the base">
          {view.writable && (
            <li class="slab slab-writable">
              <span class="slab-name">
                <strong>Writable layer</strong> <span class="dim">only this container</span>
              </span>
              <Told about="writable layer, size" path={view.writable.path} meaning={view.writable.meaning}>
                {bytes(view.writable.bytes)} in {counted(view.writable.files, "file or folder", "files and folders")}
              </Told>
              <Bar share={view.writable.bytes / largest} />
            </li>
          )}
          {shown.map((layer) => (
            <Slab key={layer.number} layer={layer} largest={largest} />
          ))}
          {topFirst.length === 0 && <li class="slab dim">The image is not there any more, so its layers are not told.</li>}
          {shown.length < topFirst.length && (
            <li class="slab">
              <button class="button quiet" type="button" onClick={() => setAll(true)}>
                Show {counted(topFirst.length - shown.length, "more layer")} down to the base
              </button>
            </li>
          )}
        </ol>
        {view.mounts.length > 0 && (
          <div class="shafts" aria-hidden="true">
            {view.mounts.slice(0, DRAWN_MOUNTS).map((mount, index) => (
              <span key={mount.destination} class={`shaft shaft-${mount.writable ? "writable" : "read-only"}`}>
                <b>{index + 1}</b>
              </span>
            ))}
          </div>
        )}
      </div>
      <Mounts mounts={view.mounts} />
    </section>
  );
}

function Slab({ layer, largest }: { readonly layer: Layer; readonly largest: number }) {
  const made = visibleText(layer.createdBy);
  return (
    <li class="slab">
      <span class="slab-name">
        <span class="dim">{layer.number === 1 ? "1, the base" : layer.number}</span> <code title={made}>{made || shortId(layer.diffId)}</code>
      </span>
      <span class="slab-values">
        <Told about={`layer ${layer.number}, size`} path={layer.path} meaning={`What this layer adds to those below it. Its content has the digest ${layer.diffId}.`}>
          {bytes(layer.bytes)}
        </Told>
        <Told about={`layer ${layer.number}, shared by`} path={layer.path} meaning={`It is on the disk once, however many use it. The stack up to here has the digest ${layer.chainId}.`}>
          {sharedWords(layer.images, layer.containers)}
        </Told>
      </span>
      <Bar share={layer.bytes / largest} />
    </li>
  );
}

function Mounts({ mounts }: { readonly mounts: readonly LayerMount[] }) {
  if (mounts.length === 0) {
    return <p class="note">Nothing is mounted through the layers: all that it writes lands in the writable layer, and goes when the container is removed.</p>;
  }
  return (
    <>
      <h3>Mounts, through all layers</h3>
      <ol class="mounts">
        {mounts.map((mount) => (
          <li key={mount.destination}>
            <Told about={`mount at ${visibleText(mount.destination)}`} path={mount.path} meaning="What is read and written here goes past the layers to another file system, and stays when the container is removed, except for a tmpfs.">
              <code>{visibleText(mount.destination)}</code>
            </Told>
            <span>
              {mount.writable ? "writable" : "read-only"}, from {mount.type}
              {mount.name ? ` ${shortIds(visibleText(mount.name))}` : ""}
            </span>
            {mount.source && <code class="dim">{visibleText(mount.source)}</code>}
          </li>
        ))}
      </ol>
    </>
  );
}
