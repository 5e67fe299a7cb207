import { useEffect, useState } from "preact/hooks";
import { isUp } from "../../api/actions";
import { api, told } from "../../api/http";
import type { Container, Loss } from "../../api/types";
import { visibleText } from "../../live/plainText";
import { Dialog } from "../../ui/Dialog";
import { bytes } from "../../ui/format";
import { logFate } from "../../ui/logFate";
import { Lost } from "../../ui/RemoveDialog";

const LOOKS_AT_ONCE = 4;

/** What would be lost with each, or why that is not known. */
type Found = ReadonlyMap<string, Loss | string>;

/** What a container would lose, or why that is not known. */
const look = (id: string, volumes: boolean): Promise<Loss | string> =>
  api.losses(id, volumes).catch(told);

/** Looks what would go with containers, some at a time; what was found so far, and what looks at one again. */
function useLosses(all: readonly Container[], volumes: boolean): readonly [Found, (id: string) => void] {
  const [found, setFound] = useState<Found>(new Map());
  const take = (id: string, loss: Loss | string): void => setFound((before) => new Map(before).set(id, loss));
  useEffect(() => {
    let current = true;
    const queue = [...all];
    setFound(new Map());
    const lookAtEach = async (): Promise<void> => {
      for (let one = queue.shift(); one && current; one = queue.shift()) {
        const { id } = one;
        const loss = await look(id, volumes);
        if (current) take(id, loss);
      }
    };
    for (let at = 0; at < LOOKS_AT_ONCE; at++) void lookAtEach();
    return () => {
      current = false;
    };
  }, [all, volumes]);
  return [found, (id) => void look(id, volumes).then((loss) => take(id, loss))];
}

const loses = (loss: Loss | string): boolean => typeof loss === "string" || loss.files > 0 || loss.volumes.length > 0;

interface RemoveAllProps {
  readonly all: readonly Container[];
  readonly onClose: () => void;
  readonly onConfirm: (volumes: boolean) => void;
}

/** Asks before many containers go, and says of each what would go with it that is nowhere else. */
export function RemoveAllDialog({ all, onClose, onConfirm }: RemoveAllProps) {
  const [volumes, setVolumes] = useState(false);
  const [found, again] = useLosses(all, volumes);
  const running = all.filter(isUp).length;
  const complete = found.size === all.length;
  const logs = complete ? logFate([...found.values()].flatMap((loss) => (typeof loss === "string" ? [] : [loss.logKeptSeconds]))) : "";
  return (
    <Dialog title={`Remove ${all.length} containers?`} onClose={onClose}>
      {running > 0 && <p>{running} of them {running === 1 ? "runs" : "run"} and will be killed.</p>}
      <div aria-live="polite">
        {complete ? <Sum found={found} /> : <p>Looking what exists only in them: {found.size} of {all.length}…</p>}
      </div>
      {logs && <p>{logs}</p>}
      {complete && <Each all={all} found={found} again={again} />}
      <label class="check">
        <input type="checkbox" checked={volumes} onChange={(event) => setVolumes(event.currentTarget.checked)} /> Remove their anonymous volumes too
      </label>
      <div class="dialog-buttons">
        <button class="button" type="button" onClick={onClose}>Cancel</button>
        <button class="button danger" type="button" disabled={!complete} onClick={() => onConfirm(volumes)}>Remove {all.length}</button>
      </div>
    </Dialog>
  );
}

function Sum({ found }: { readonly found: Found }) {
  const known = [...found.values()].filter((loss) => typeof loss !== "string");
  const unknown = found.size - known.length;
  const files = known.reduce((sum, loss) => sum + loss.files, 0);
  const size = known.reduce((sum, loss) => sum + loss.bytes, 0);
  const gone = known.reduce((sum, loss) => sum + loss.volumes.filter((volume) => volume.goes).length, 0);
  const orphans = known.reduce((sum, loss) => sum + loss.volumes.filter((volume) => !volume.goes).length, 0);
  if (files === 0 && gone === 0 && orphans === 0 && unknown === 0) return <p>They have written nothing that would be lost.</p>;
  return (
    <div class="note note-bad list-sum">
      {files > 0 && <p><strong>{files} {files === 1 ? "file" : "files"}, {bytes(size)}</strong> {files === 1 ? "exists" : "exist"} only in them and will be gone.</p>}
      {gone > 0 && <p><strong>{gone} {gone === 1 ? "volume" : "volumes"}</strong> without a name will be gone, too.</p>}
      {orphans > 0 && <p>{orphans} {orphans === 1 ? "volume" : "volumes"} without a name will stay, but nothing will lead to {orphans === 1 ? "it" : "them"}.</p>}
      {unknown > 0 && <p>Of {unknown} of them it could not be looked at.</p>}
    </div>
  );
}

function Each({ all, found, again }: { readonly all: readonly Container[]; readonly found: Found; readonly again: (id: string) => void }) {
  return (
    <ul class="list-losses" aria-label="What each would lose" tabIndex={0}>
      {all.map((one) => {
        const loss = found.get(one.id);
        return (
          <li key={one.id}>
            {loss === undefined || !loses(loss) ? (
              <><strong>{visibleText(one.name)}</strong> <span class="dim">nothing</span></>
            ) : typeof loss === "string" ? (
              <><strong>{visibleText(one.name)}</strong> could not be looked at: {visibleText(loss)}</>
            ) : (
              <details>
                <summary>
                  <strong>{visibleText(one.name)}</strong> {loss.files} {loss.files === 1 ? "file" : "files"}, {bytes(loss.bytes)}
                  {loss.folders.some((folder) => folder.database !== null) && <strong> ▲ looks like a database</strong>}
                </summary>
                <Lost loss={loss} onChanged={() => again(one.id)} />
              </details>
            )}
          </li>
        );
      })}
    </ul>
  );
}
