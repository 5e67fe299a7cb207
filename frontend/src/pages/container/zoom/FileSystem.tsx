import { Changes } from "./Changes";
import { LayerStack } from "./LayerStack";
import type { Insight } from "./useInsight";

/** The layers, what is mounted through them, and what exists in the writable layer only. */
export function FileSystem({ insight }: { readonly insight: Insight }) {
  const { layers, changes } = insight;
  const busy = layers.asking.value || changes.asking.value;
  const looked = Math.min(...[layers, changes].map((follower) => follower.sample.value.at));
  return (
    <>
      <p class="look-again">
        <button
          class="button"
          type="button"
          aria-disabled={busy}
          onClick={() => {
            layers.hurry();
            changes.hurry();
          }}
        >
          Look again
        </button>
        <span class="dim">{busy ? "Looking…" : looked > 0 ? `Looked at ${new Date(looked).toLocaleTimeString()}; every 15 seconds it is looked at again.` : ""}</span>
      </p>
      <LayerStack view={layers.sample.value.value} />
      <Changes view={changes.sample.value.value} />
    </>
  );
}
