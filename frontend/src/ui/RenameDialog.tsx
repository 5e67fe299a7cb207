import { useState } from "preact/hooks";
import { api, RequestError } from "../api/http";
import type { Container } from "../api/types";
import { visibleText } from "../live/plainText";
import { Dialog, FormEnd } from "./Dialog";

interface Props {
  readonly one: Container;
  readonly onClose: () => void;
}

/** Gives a container another name. */
export function RenameDialog({ one, onClose }: Props) {
  const [name, setName] = useState(one.name);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError("");
    try {
      await api.rename(one.id, name.trim());
      onClose();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure.message);
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Rename ${visibleText(one.name)}`} onClose={onClose}>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <label class="field">
          <span>New name</span>
          <input value={name} aria-invalid={error !== ""} autocomplete="off" spellcheck={false} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <FormEnd error={error} busy={busy} label="Rename" onClose={onClose} />
      </form>
    </Dialog>
  );
}
