import "./guard.css";
import { useEffect, useState } from "preact/hooks";
import { told } from "../../api/http";
import { guard } from "../../api/guard";
import type { Loss } from "../../api/types";
import { visibleText } from "../../live/plainText";
import { Dialog } from "../Dialog";
import { bytes } from "../format";
import { logFate } from "../logFate";
import { Lost } from "../RemoveDialog";

const loses = (loss: Loss): boolean => loss.files > 0 || loss.volumes.length > 0;

/** Asks before all containers that do not run go, and says for each what would go with it that is nowhere else. */
export function PruneDialog({ onClose }: { readonly onClose: () => void }) {
  const [losses, setLosses] = useState<readonly Loss[] | null>(null);
  const [asked, setAsked] = useState(0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const [freed, setFreed] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    guard.pruneLosses().then(
      (found) => current && setLosses(found),
      (failure: unknown) => current && setError(told(failure)),
    );
    return () => {
      current = false;
    };
  }, [asked]);
  const prune = async (): Promise<void> => {
    setBusy(true);
    setError("");
    try {
      const done = await guard.prune((losses ?? []).map((loss) => loss.id));
      setFreed(`${done.items.length} ${done.items.length === 1 ? "container is" : "containers are"} gone; ${bytes(done.reclaimedBytes)} of the disk are free again.`);
    } catch (failure) {
      setError(told(failure));
    } finally {
      setBusy(false);
    }
  };
  const count = losses?.length ?? 0;
  return (
    <Dialog title="Remove all containers that do not run?" onClose={onClose}>
      <div aria-live="polite">
        {freed ?? (losses ? <Losing losses={losses} onChanged={() => setAsked(asked + 1)} /> : !error && <p>Looking what exists only in them…</p>)}
      </div>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      <div class="dialog-buttons">
        <button class="button" onClick={onClose}>
          {freed ? "Close" : "Cancel"}
        </button>
        {!freed && (
          <button class="button danger" disabled={busy || count === 0} onClick={() => void prune()}>
            {busy ? "Removing…" : `Remove ${count} ${count === 1 ? "container" : "containers"}`}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function Losing({ losses, onChanged }: { readonly losses: readonly Loss[]; readonly onChanged: () => void }) {
  // One from which all was rescued stays in its place, with what it says.
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setShown(new Set([...shown, ...losses.filter(loses).map((loss) => loss.id)])), [losses]);
  if (losses.length === 0) return <p>All containers run: there is nothing to remove.</p>;
  const telling = losses.filter((loss) => loses(loss) || shown.has(loss.id));
  const silent = losses.filter((loss) => !telling.includes(loss));
  const files = losses.reduce((sum, loss) => sum + loss.files, 0);
  return (
    <>
      <p>
        {logFate(losses.map((loss) => loss.logKeptSeconds))} Their volumes stay.{" "}
        {files > 0 && (
          <strong>
            {files} {files === 1 ? "file" : "files"}, {bytes(losses.reduce((sum, loss) => sum + loss.bytes, 0))}, would be lost.
          </strong>
        )}
      </p>
      <div class="prune-list" tabIndex={0} role="group" aria-label="What would be lost">
        {telling.map((loss) => (
          <section key={loss.id} class="prune-one" aria-label={loss.name}>
            <h3>{visibleText(loss.name)}</h3>
            <Lost loss={loss} onChanged={onChanged} />
          </section>
        ))}
        {silent.length > 0 && (
          <p>
            {silent.length === 1 ? "This one has" : "These have"} written nothing that would be lost: {silent.map((loss) => visibleText(loss.name)).join(", ")}.
          </p>
        )}
      </div>
    </>
  );
}
