import { useEffect, useState } from "preact/hooks";
import { api, RequestError } from "../api/http";
import type { Container, Loss } from "../api/types";
import { visibleText } from "../live/plainText";
import { Dialog } from "./Dialog";
import { bytes } from "./format";
import { topFolders } from "./lostFolders";

interface Props {
  readonly one: Container;
  readonly running: boolean;
  readonly onClose: () => void;
  readonly onConfirm: (volumes: boolean) => void;
}

/** Asks before a container goes, and says what would go with it that is nowhere else. */
export function RemoveDialog({ one, running, onClose, onConfirm }: Props) {
  const [volumes, setVolumes] = useState(false);
  const [loss, setLoss] = useState<Loss | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    let current = true;
    api.losses(one.id, volumes).then(
      (found) => current && setLoss(found),
      (failure: unknown) => current && setError(failure instanceof RequestError ? failure.message : String(failure)),
    );
    return () => {
      current = false;
    };
  }, [one.id, volumes]);
  return (
    <Dialog title={`Remove ${visibleText(one.name)}?`} onClose={onClose}>
      <p>{running ? "It is running and will be killed. " : ""}Its log will be gone.</p>
      <div aria-live="polite">
        {loss ? <Lost loss={loss} /> : error ? <p class="note note-bad">What would be lost could not be looked at: {error}</p> : <p>Looking what exists only here…</p>}
      </div>
      <label class="check">
        <input type="checkbox" checked={volumes} onChange={(event) => setVolumes(event.currentTarget.checked)} /> Remove its anonymous volumes too
      </label>
      <div class="dialog-buttons">
        <button class="button" onClick={onClose}>
          Cancel
        </button>
        <button class="button danger" onClick={() => onConfirm(volumes)}>
          Remove
        </button>
      </div>
    </Dialog>
  );
}

/** What would be gone with one container. */
export function Lost({ loss }: { readonly loss: Loss }) {
  if (loss.files === 0 && loss.volumes.length === 0) return <p>It has written nothing that would be lost.</p>;
  const folders = topFolders(loss);
  return (
    <div class="note note-bad">
      {loss.files > 0 && (
        <p>
          <strong>
            {loss.files} {loss.files === 1 ? "file" : "files"}, {bytes(loss.bytes)}
          </strong>{" "}
          {loss.files === 1 ? "exists" : "exist"} only in this container and will be gone:
        </p>
      )}
      {folders.length > 0 && (
        <ul>
          {folders.map((folder) => (
            <li key={folder.path}>
              <code>{visibleText(folder.path)}</code> {bytes(folder.bytes)}
              {folder.database && <strong> ▲ data of {folder.database}</strong>}
            </li>
          ))}
        </ul>
      )}
      {loss.volumes.map((volume) => (
        <p key={volume.name}>
          The volume at <code>{visibleText(volume.destination)}</code> ({bytes(volume.bytes)}) has no name
          {volume.goes ? " and will be gone, too." : ": it stays, but nothing will lead to it."}
        </p>
      ))}
    </div>
  );
}
