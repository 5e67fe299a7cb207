import { useEffect, useId, useRef, useState } from "preact/hooks";
import { told } from "../../../api/http";
import { visibleText } from "../../../live/plainText";
import { Dialog, FormEnd } from "../../../ui/Dialog";
import { fileNameTrouble } from "./paths";

interface NameProps {
  readonly title: string;
  readonly label: string;
  readonly value: string;
  readonly onClose: () => void;
  readonly onName: (name: string) => Promise<void>;
}

/** Asks for the name of a file. */
export function AskName({ title, label, value, onClose, onName }: NameProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [name, setName] = useState(value);
  const [trouble, setTrouble] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    // All but the ending is what people change.
    const dot = value.lastIndexOf(".");
    field.current?.setSelectionRange(0, dot > 0 ? dot : value.length);
    field.current?.focus();
  }, []);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const found = fileNameTrouble(name);
    setTrouble(found);
    setError("");
    if (found) return field.current?.focus();
    setBusy(true);
    try {
      await onName(name);
    } catch (failure) {
      setError(told(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)} noValidate>
        <label class="field">
          <span>Name</span>
          <input ref={field} value={name} autocomplete="off" spellcheck={false} aria-invalid={trouble !== ""} aria-describedby={id} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <p id={id} class="bad" role={trouble ? "alert" : undefined}>
          {trouble}
        </p>
        <FormEnd error={error} busy={busy} label={label} onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface RemoveProps {
  readonly name: string;
  readonly isFolder: boolean;
  readonly onClose: () => void;
  readonly onYes: () => Promise<void>;
}

/** Asks before a file goes. */
export function AskRemove({ name, isFolder, onClose, onYes }: RemoveProps) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await onYes();
    } catch (failure) {
      setError(told(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Delete ${visibleText(name)}?`} onClose={onClose}>
      <p>{isFolder ? "The folder goes with all that is in it." : "The file goes."} Nobody can bring it back.</p>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      <div class="dialog-buttons">
        <button class="button" type="button" onClick={onClose}>
          Cancel
        </button>
        <button class="button danger" type="button" disabled={busy} onClick={() => void remove()}>
          {busy ? "Deleting…" : "Delete"}
        </button>
      </div>
    </Dialog>
  );
}
