import { useState } from "preact/hooks";
import { ACTIONS, foremost, further, isUp, type ActionKey } from "../api/actions";
import { told } from "../api/http";
import type { Container } from "../api/types";
import { visibleText } from "../live/plainText";
import { containerAddress, duplicateAddress } from "./addresses";
import { Menu, type MenuItem } from "./Menu";
import { RemoveDialog } from "./RemoveDialog";
import { RenameDialog } from "./RenameDialog";

interface Props {
  readonly one: Container;
  readonly onRemoved: () => void;
}

/** All that can be done with one container, with what goes on and what went wrong. What is wanted most has a button, the rest is in a menu. */
export function Actions({ one, onRemoved }: Props) {
  const [busy, setBusy] = useState<ActionKey | null>(null);
  const [error, setError] = useState("");
  const [asking, setAsking] = useState<"remove" | "rename" | null>(null);
  const name = visibleText(one.name);
  const act = async (key: ActionKey, volumes = false): Promise<void> => {
    if (busy) return;
    setBusy(key);
    setError("");
    try {
      await ACTIONS[key].act(one, { volumes });
      if (key === "remove") onRemoved();
    } catch (failure) {
      setError(told(failure));
    } finally {
      setBusy(null);
    }
  };
  // To restart what does not run is to start it.
  const buttons = [foremost(one), isUp(one) ? ("restart" as const) : undefined].filter((key) => key !== undefined);
  const items: readonly MenuItem[] = [
    ...further(one).filter((key) => key !== "restart").map((key) => ({ text: ACTIONS[key].label, act: () => void act(key), disabled: busy !== null })),
    { text: "Duplicate", href: duplicateAddress(one.name) },
    { text: "Rename…", act: () => setAsking("rename") },
  ];
  return (
    <div class="actions" role="group" aria-label="Actions">
      {busy && <span class="pill pill-active" role="status">{ACTIONS[busy].doing}…</span>}
      {buttons.map((key, index) => (
        // A disabled button would lose the focus: it stays, and does nothing meanwhile.
        <button key={index} class="button" type="button" aria-disabled={busy !== null} aria-label={`${ACTIONS[key].label} ${name}`} onClick={() => void act(key)}>
          {ACTIONS[key].label}
        </button>
      ))}
      <a class="button" href={containerAddress(one.name, "edit")}>
        Edit
      </a>
      <button class="button danger" type="button" aria-disabled={busy !== null} aria-label={`Remove ${name}`} onClick={() => !busy && setAsking("remove")}>
        Remove
      </button>
      <Menu label={`More actions for ${name}`} items={items} />
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      {asking === "rename" && <RenameDialog one={one} onClose={() => setAsking(null)} />}
      {asking === "remove" && (
        <RemoveDialog
          one={one}
          running={isUp(one)}
          onClose={() => setAsking(null)}
          onConfirm={(volumes) => {
            setAsking(null);
            void act("remove", volumes);
          }}
        />
      )}
    </div>
  );
}
