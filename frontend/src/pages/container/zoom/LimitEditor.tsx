import { useEffect, useId, useRef, useState } from "preact/hooks";
import { api, RequestError } from "../../../api/http";
import type { CgroupView } from "../../../api/insight";
import type { Container } from "../../../api/types";
import { limitChange, limitText, parseLimit, type LimitKind } from "./words";

interface Props {
  readonly one: Container;
  readonly kind: LimitKind;
  readonly limit: number | null;
  readonly onChanged: (after: CgroupView) => void;
}

/** Changes one limit where it stands, without a restart. */
export function LimitEditor({ one, kind, limit, onChanged }: Props) {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const opener = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    // The button is there again after the next drawing.
    requestAnimationFrame(() => opener.current?.focus());
  };
  if (open) {
    const done = (after: CgroupView): void => {
      onChanged(after);
      setSaid("Changed.");
      close();
    };
    return <LimitForm one={one} kind={kind} limit={limit} onDone={done} onClose={close} />;
  }
  return (
    <p class="limit">
      <button
        class="button quiet"
        type="button"
        ref={opener}
        aria-label={`Change limit: ${kind.label}`}
        onClick={() => {
          setSaid("");
          setOpen(true);
        }}
      >
        Change limit
      </button>
      <span role="status" class="dim">
        {said}
      </span>
    </p>
  );
}

interface FormProps extends Omit<Props, "onChanged"> {
  readonly onDone: (after: CgroupView) => void;
  readonly onClose: () => void;
}

function LimitForm({ one, kind, limit, onDone, onClose }: FormProps) {
  const [text, setText] = useState(limitText(kind, limit));
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const errorId = useId();
  useEffect(() => field.current?.select(), []);

  const submit = async (): Promise<void> => {
    const value = parseLimit(kind, text);
    if (typeof value === "string") {
      setError(value);
      field.current?.focus();
      return;
    }
    setBusy(true);
    try {
      onDone(await api.limit(one.id, limitChange(kind, limit, value)));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure.message);
      setBusy(false);
      field.current?.focus();
    }
  };
  return (
    <form
      class="limit-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <label class="field">
        <span>{kind.label} (empty for no limit)</span>
        <input
          ref={field}
          value={text}
          inputMode="decimal"
          autocomplete="off"
          aria-invalid={error !== ""}
          aria-describedby={error ? errorId : undefined}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setError("");
          }}
        />
      </label>
      {error && (
        <p class="bad" role="alert" id={errorId}>
          {error}
        </p>
      )}
      <div class="limit-buttons">
        <button class="button primary" type="submit" disabled={busy}>
          {busy ? "Changing…" : "Change"}
        </button>
        <button class="button" type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
