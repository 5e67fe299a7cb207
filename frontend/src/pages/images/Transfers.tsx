import { useState } from "preact/hooks";
import { api, told } from "../../api/http";
import type { Operation } from "../../api/types";
import { operations } from "../../live/operations";
import { ago, shortId } from "../../ui/format";
import { useNow } from "../../ui/useNow";
import { layerSentence, layerShare, operationSentence, title } from "./transferWords";

const WORDS = { running: "Running", succeeded: "Done", failed: "Failed", cancelled: "Cancelled" } as const;
const PILLS = { running: "pill-active", succeeded: "pill-running", failed: "pill-failed", cancelled: "pill-paused" } as const;

/** Pulls, loads and imports that run or have ended lately, live; the one that began last first. */
export function Transfers() {
  const all = [...operations.value.values()].sort((a, b) => b.begun.localeCompare(a.begun));
  const now = useNow();
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="transfers" class="transfers">
      <h2 id="transfers">Transfers</h2>
      <ul>
        {all.map((one) => (
          <Transfer key={one.id} one={one} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Transfer({ one, now }: { readonly one: Operation; readonly now: number }) {
  const [error, setError] = useState("");
  const running = one.state === "running";
  const cancel = async (): Promise<void> => {
    try {
      await api.cancel(one.id);
    } catch (failure) {
      setError(told(failure));
    }
  };
  return (
    <li class="transfer" aria-label={title(one)}>
      <div class="transfer-head">
        <strong>{title(one)}</strong>
        <span class={`pill ${PILLS[one.state]}`}>{WORDS[one.state]}</span>
        <span class="spring" />
        <span class="dim">
          {ago(one.begun, now)}, by {one.begunBy ?? "a Docker client"}
        </span>
        {running && (
          <button class="button danger" aria-label={`Cancel ${title(one)}`} onClick={() => void cancel()}>
            Cancel
          </button>
        )}
      </div>
      {running && one.bytesTotal !== null && one.bytesTotal > 0 && (
        <progress aria-label={`${title(one)}: bytes`} max={one.bytesTotal} value={Math.min(one.bytesDone, one.bytesTotal)} />
      )}
      <p class={one.state === "failed" ? "note note-bad" : "dim"}>{operationSentence(one)}</p>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      {one.layers.length > 0 && (
        <details open={running}>
          <summary>
            {one.layers.length} {one.layers.length === 1 ? "layer" : "layers"}
          </summary>
          <ul class="layers">
            {one.layers.map((layer) => (
              <li key={layer.digest}>
                <code>{shortId(layer.digest)}</code>
                <progress aria-label={`Layer ${shortId(layer.digest)}`} max={1} value={layerShare(layer)} />
                <span class="dim">{layerSentence(layer)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
