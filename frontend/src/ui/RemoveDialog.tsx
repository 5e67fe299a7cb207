import { useState } from "preact/hooks";
import type { Container, Loss } from "../api/types";
import { visibleText } from "../live/plainText";
import { Dialog } from "./Dialog";
import { bytes } from "./format";
import { later } from "./later";
import { logFate } from "./logFate";
import { useLoss } from "./useLoss";

const LostFolders = later(() => import("./guard/LostFolders").then((module) => module.LostFolders));

interface Props {
  readonly one: Container;
  readonly running: boolean;
  readonly onClose: () => void;
  readonly onConfirm: (volumes: boolean) => void;
}

/** Asks before a container goes, and says what would go with it that is nowhere else. */
export function RemoveDialog({ one, running, onClose, onConfirm }: Props) {
  const [volumes, setVolumes] = useState(false);
  const { loss, error, lookAgain } = useLoss(one.id, volumes);
  const logs = loss ? logFate([loss.logKeptSeconds]) : "";
  return (
    <Dialog title={`Remove ${visibleText(one.name)}?`} onClose={onClose}>
      {running && <p>It is running and will be killed.</p>}
      <Losing loss={loss} error={error} onChanged={lookAgain} />
      {logs && <p>{logs}</p>}
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

interface LosingProps {
  readonly loss: Loss | null;
  readonly error: string;
  readonly onChanged: () => void;
}

/** What would be gone, or that it is being looked for, or why that cannot be known. */
export function Losing({ loss, error, onChanged }: LosingProps) {
  return (
    <div aria-live="polite">
      {loss ? (
        <Lost loss={loss} onChanged={onChanged} />
      ) : error ? (
        <p class="note note-bad">What would be lost could not be looked at: {error}</p>
      ) : (
        <p>Looking what exists only here…</p>
      )}
    </div>
  );
}

interface LostProps {
  readonly loss: Loss;
  /** Something was rescued: what would be lost is to be looked at again. */
  readonly onChanged: () => void;
}

/** What would be gone with one container, and what can be done about it. */
export function Lost({ loss, onChanged }: LostProps) {
  const [saved, setSaved] = useState<readonly (readonly [path: string, volume: string])[]>([]);
  return (
    <>
      {saved.map(([path, volume]) => (
        <p key={path} class="note saved">
          <span aria-hidden="true">✓ </span>
          <code>{visibleText(path)}</code> is in the volume <strong>{volume}</strong> now, mounted in the container: it stays.
        </p>
      ))}
      {loss.files === 0 && loss.volumes.length === 0 ? (
        <p>{saved.length > 0 ? "There is nothing else that would be lost." : "It has written nothing that would be lost."}</p>
      ) : (
        <div class="note note-bad">
          {loss.files > 0 && (
            <p>
              <strong>
                {loss.files} {loss.files === 1 ? "file" : "files"}, {bytes(loss.bytes)}
              </strong>{" "}
              {loss.files === 1 ? "exists" : "exist"} only in this container and will be gone:
            </p>
          )}
          {loss.files > 0 && (
            <LostFolders
              loss={loss}
              onRescued={(path, volume) => {
                setSaved([...saved, [path, volume]]);
                onChanged();
              }}
            />
          )}
          {loss.volumes.map((volume) => (
            <p key={volume.name}>
              The volume at <code>{visibleText(volume.destination)}</code> ({bytes(volume.bytes)}) has no name
              {volume.goes ? " and will be gone, too." : ": it stays, but nothing will lead to it."}
            </p>
          ))}
        </div>
      )}
    </>
  );
}
