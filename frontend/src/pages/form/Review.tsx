import type { ContainerSettings } from "../../api/types";
import { containers } from "../../live/containers";
import { visibleText } from "../../live/plainText";
import { Dialog } from "../../ui/Dialog";
import { Losing } from "../../ui/RemoveDialog";
import { useLoss } from "../../ui/useLoss";
import { valueOf } from "./model/body";
import type { Change } from "./model/changes";
import { BINDS, MOUNTS, NAMELESS } from "./model/ids";
import type { Row, Values } from "./model/values";

interface Props {
  readonly old: ContainerSettings;
  readonly initial: Values;
  readonly values: Values;
  readonly changes: readonly Change[];
  readonly busy: boolean;
  readonly onClose: () => void;
  /** Files were put into a volume: the container has one more mount. */
  readonly onRescued: () => void;
  readonly onChange: () => void;
  readonly onRecreate: () => void;
}

/** What differs, what stays and what is lost, before a container is made anew. */
export function Review({ old, initial, values, changes, busy, onClose, onRescued, onChange, onRecreate }: Props) {
  const live = changes.every((change) => change.live);
  return (
    <Dialog title={`Change ${old.name}`} onClose={onClose}>
      <div class="review">
        <Differences changes={changes} />
        {live ? (
          <p class="note">All of it can be changed where {old.name} is: nothing is lost, and it {old.running ? "runs on" : "stays as it is"}.</p>
        ) : (
          <Recreation old={old} initial={initial} values={values} onRescued={onRescued} />
        )}
        <div class="dialog-buttons">
          <button class="button" onClick={onClose} disabled={busy}>
            Back
          </button>
          {live ? (
            <button class="button primary" onClick={onChange} disabled={busy}>
              {busy ? "Changing…" : "Change it in place"}
            </button>
          ) : (
            <button class="button primary" onClick={onRecreate} disabled={busy}>
              {busy ? "Making it anew…" : "Make it anew"}
            </button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function Differences({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <table class="differences">
      <caption class="hidden">What differs</caption>
      <thead>
        <tr>
          <th scope="col">Option</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ option, before, after }) => (
          <tr key={option.id}>
            <th scope="row">{option.label}</th>
            <td>
              <Told text={before} />
            </td>
            <td>
              <Told text={after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Told({ text }: { readonly text: string }) {
  return text === "" ? <span class="dim">as usual</span> : <code>{text.split("\n").map(visibleText).join("\n")}</code>;
}

interface RecreationProps {
  readonly old: ContainerSettings;
  readonly initial: Values;
  readonly values: Values;
  readonly onRescued: () => void;
}

function Recreation({ old, initial, values, onRescued }: RecreationProps) {
  const { loss, error, lookAgain } = useLoss(old.id, false);
  const before = mountedAt(initial);
  const after = mountedAt(values);
  // Those of the image are said nowhere here, and stay.
  const isDropped = (place: string): boolean => before.has(place) && !after.has(place);
  const volumes = (containers.value.get(old.id)?.mounts ?? []).filter((mount) => mount.type === "volume");
  const nameless = loss?.volumes.map((volume) => volume.destination) ?? [];
  const dropped = volumes.filter((mount) => isDropped(mount.target) && !nameless.includes(mount.target));
  return (
    <>
      <h3>What stays</h3>
      <ul>
        <li>{values["name"] === old.name ? `Its name, ${old.name}` : `It is called ${String(values["name"])} from then on`}, and its networks as they are set here.</li>
        {volumes
          .filter((mount) => !isDropped(mount.target))
          .map((mount) => (
            <li key={mount.target}>
              The volume at <code>{visibleText(mount.target)}</code>.
            </li>
          ))}
        {dropped.map((mount) => (
          <li key={mount.target}>
            The volume {mount.source}, but it is not mounted at <code>{visibleText(mount.target)}</code> any more.
          </li>
        ))}
        <li>{old.running ? `${old.name} is stopped, and the new one started. Should that fail, the old one is put back and runs again.` : "It is not started, as it does not run now."}</li>
      </ul>
      <h3>What is lost</h3>
      <p>Its log will be gone, and so will its id: what is in its namespaces, or was told its id, has to be made anew, too.</p>
      <Losing
        loss={loss && { ...loss, volumes: loss.volumes.filter((volume) => isDropped(volume.destination)) }}
        error={error}
        onChanged={() => {
          lookAgain();
          onRescued();
        }}
      />
    </>
  );
}

/** Where settings mount something. */
function mountedAt(values: Values): ReadonlySet<string> {
  return new Set([
    ...valueOf<readonly string[]>(values, BINDS, []).map((bind) => bind.split(":")[1] ?? ""),
    ...valueOf<readonly Row[]>(values, MOUNTS, []).map((row) => row["target"] ?? ""),
    ...valueOf<readonly string[]>(values, NAMELESS, []),
  ]);
}
