import { useState } from "preact/hooks";
import { api, RequestError } from "../api/http";
import type { Container } from "../api/types";
import { RemoveDialog } from "./RemoveDialog";

interface Props {
  readonly one: Container;
  readonly onRemoved?: () => void;
}

const isUp = (one: Container): boolean => one.state === "running" || one.state === "paused" || one.state === "restarting";

/** Start, stop and remove of one container, with what went wrong. */
export function Actions({ one, onRemoved }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [asking, setAsking] = useState(false);
  const act = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError("");
    try {
      await work();
    } catch (failure) {
      setError(failure instanceof RequestError ? failure.message : String(failure));
    } finally {
      setBusy(false);
    }
  };
  const up = isUp(one);
  return (
    <div class="actions">
      {up ? (
        <button class="button" disabled={busy} onClick={() => void act(() => api.stop(one.id))} aria-label={`Stop ${one.name}`}>
          {busy ? "Stopping…" : "Stop"}
        </button>
      ) : (
        <button class="button" disabled={busy} onClick={() => void act(() => api.start(one.id))} aria-label={`Start ${one.name}`}>
          Start
        </button>
      )}
      <button class="button danger" disabled={busy} onClick={() => setAsking(true)} aria-label={`Remove ${one.name}`}>
        Remove
      </button>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      {asking && (
        <RemoveDialog
          one={one}
          running={up}
          onClose={() => setAsking(false)}
          onConfirm={(volumes) => {
            setAsking(false);
            void act(async () => {
              await api.remove(one.id, up, volumes);
              onRemoved?.();
            });
          }}
        />
      )}
    </div>
  );
}
