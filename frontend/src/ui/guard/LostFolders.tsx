import "./guard.css";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { api, RequestError, told } from "../../api/http";
import { guard } from "../../api/guard";
import type { Loss, Operation } from "../../api/types";
import { containers } from "../../live/containers";
import { operations } from "../../live/operations";
import { visibleText } from "../../live/plainText";
import { bytes } from "../format";
import { topFolders } from "../lostFolders";
import { nameTrouble, proposedName } from "./volumeName";

type Folder = Loss["folders"][number];

interface Props {
  readonly loss: Loss;
  /** A folder is in a volume now: what would be lost is less. */
  readonly onRescued: (path: string, volume: string) => void;
}

/** The folders that would be gone, each with what can be done about it. */
export function LostFolders({ loss, onRescued }: Props) {
  const [discarded, setDiscarded] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const discard = (path: string, gone: boolean): void => {
    const next = new Set(discarded);
    if (gone) next.add(path);
    else next.delete(path);
    setDiscarded(next);
  };
  return (
    <>
      <ul class="lost-folders" aria-label={`Folders that exist only in ${loss.name}`}>
        {topFolders(loss).map((folder) => (
          <li key={folder.path} class="lost-folder" aria-label={visibleText(folder.path)}>
            <p class="lost-name">
              <code>{visibleText(folder.path)}</code> {bytes(folder.bytes)}
              {folder.database && <strong> ▲ data of {folder.database}</strong>}
            </p>
            {discarded.has(folder.path) ? (
              <p class="lost-choice">
                It will be discarded.{" "}
                <button class="button quiet" type="button" aria-label={`Undo: keep ${visibleText(folder.path)}`} onClick={() => discard(folder.path, false)}>
                  Undo
                </button>
              </p>
            ) : (
              <Choices loss={loss} folder={folder} busy={busy} onBusy={setBusy} onDiscard={() => discard(folder.path, true)} onRescued={onRescued} />
            )}
          </li>
        ))}
      </ul>
      <p class="lost-all">
        <a href={guard.archiveAddress(loss.id, "/")} download>
          Download all of it
        </a>
      </p>
    </>
  );
}

interface ChoicesProps extends Props {
  readonly folder: Folder;
  readonly busy: boolean;
  readonly onBusy: (busy: boolean) => void;
  readonly onDiscard: () => void;
}

function Choices({ loss, folder, busy, onBusy, onDiscard, onRescued }: ChoicesProps) {
  const [asking, setAsking] = useState(false);
  const [begun, setBegun] = useState<{ readonly operation: Operation; readonly volume: string } | null>(null);
  const [error, setError] = useState("");
  const name = visibleText(folder.path);
  const rescue = async (volume: string): Promise<void> => {
    setError("");
    onBusy(true);
    try {
      setBegun({ operation: await guard.rescue(loss.id, folder.path, volume), volume });
      setAsking(false);
    } catch (failure) {
      onBusy(false);
      setError(told(failure));
    }
  };
  const ended = (last: Operation): void => {
    onBusy(false);
    const volume = begun?.volume ?? "";
    setBegun(null);
    if (last.state === "succeeded") onRescued(folder.path, volume);
    else setError(last.state === "cancelled" ? "The rescue was cancelled: nothing has changed." : (last.error ?? "It failed for an unknown reason."));
  };
  if (begun) return <Rescuing first={begun.operation} name={name} onEnd={ended} />;
  return (
    <>
      {asking ? (
        <NameForm loss={loss} folder={folder} busy={busy} onRescue={rescue} onClose={() => setAsking(false)} />
      ) : (
        <p class="lost-choice">
          {folder.path !== "/" && (
            <button class="button" type="button" disabled={busy} aria-label={`Rescue into a volume: ${name}`} onClick={() => setAsking(true)}>
              Rescue into a volume
            </button>
          )}
          <a class="button" href={guard.archiveAddress(loss.id, folder.path)} download aria-label={`Download ${name}`}>
            Download
          </a>
          <button class="button" type="button" aria-label={`Discard ${name}`} onClick={onDiscard}>
            Discard
          </button>
        </p>
      )}
      {error && (
        <p class="bad" role="alert">
          {visibleText(error)}
        </p>
      )}
    </>
  );
}

interface NameProps {
  readonly loss: Loss;
  readonly folder: Folder;
  readonly busy: boolean;
  readonly onRescue: (volume: string) => Promise<void>;
  readonly onClose: () => void;
}

function NameForm({ loss, folder, busy, onRescue, onClose }: NameProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [volume, setVolume] = useState(() => proposedName(loss.name, folder.path));
  const [trouble, setTrouble] = useState("");
  const state = containers.value.get(loss.id)?.state;
  const runs = state === "running" || state === "paused" || state === "restarting";
  useEffect(() => field.current?.select(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = nameTrouble(volume);
    setTrouble(found);
    if (found) field.current?.focus();
    else void onRescue(volume);
  };
  return (
    <form class="lost-form" onSubmit={submit} noValidate>
      <label class="field">
        <span>Name of the new volume</span>
        <input ref={field} value={volume} autocomplete="off" spellcheck={false} aria-invalid={trouble !== ""} aria-describedby={`${id}-says ${id}-trouble`} onInput={(event) => setVolume(event.currentTarget.value)} />
      </label>
      <p id={`${id}-trouble`} class="bad" role={trouble ? "alert" : undefined}>
        {trouble}
      </p>
      <p id={`${id}-says`} class="hint">
        All that the container sees in <code>{visibleText(folder.path)}</code> goes into it, and it is mounted there.{runs && <strong> The container is stopped meanwhile and started again after.</strong>}
      </p>
      <p class="lost-choice">
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? "Beginning…" : "Rescue"}
        </button>
        <button class="button" type="button" onClick={onClose}>
          Back
        </button>
      </p>
    </form>
  );
}

const LOOK_AGAIN_MS = 1500;

/** A rescue on its way; tells its end once. */
function Rescuing({ first, name, onEnd }: { readonly first: Operation; readonly name: string; readonly onEnd: (last: Operation) => void }) {
  const [asked, setAsked] = useState(first);
  const [error, setError] = useState("");
  const live = operations.value.get(first.id);
  const one = live ?? asked;
  const announced = useRef(false);
  // The stream may be down: then it is asked for.
  useEffect(() => {
    const timer = setInterval(() => {
      guard.operation(first.id).then(setAsked, (failure: unknown) => {
        if (failure instanceof RequestError && failure.status === 404) setAsked({ ...first, state: "failed", error: "The server does not know of it any more. Look whether the volume is there." });
      });
    }, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [first.id]);
  const last = [live, asked].find((each) => each !== undefined && each.state !== "running");
  useEffect(() => {
    if (!last || announced.current) return;
    announced.current = true;
    onEnd(last);
  }, [last]);
  const total = one.bytesTotal ?? 0;
  const cancel = async (): Promise<void> => {
    try {
      await api.cancel(first.id);
    } catch (failure) {
      setError(told(failure));
    }
  };
  return (
    <div class="lost-progress" role="status">
      <progress aria-label={`Rescue of ${name}`} max={total > 0 ? total : undefined} value={total > 0 ? Math.min(one.bytesDone, total) : undefined} />
      <span>
        {one.bytesDone === 0 ? "Making it stand still…" : `${bytes(one.bytesDone)}${total > 0 ? ` of ${bytes(total)}` : ""} copied`}
      </span>
      <button class="button" type="button" aria-label={`Cancel the rescue of ${name}`} onClick={() => void cancel()}>
        Cancel
      </button>
      {error && <span class="bad">{error}</span>}
    </div>
  );
}
