import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal window: the browser keeps the focus inside and closes it by Escape. */
export function Dialog({ title, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    element.current?.showModal();
  }, []);
  return (
    <dialog ref={element} onClose={onClose} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

interface EndProps {
  /** What went wrong; empty when nothing did. */
  readonly error: string;
  readonly busy: boolean;
  readonly label: string;
  readonly onClose: () => void;
}

/** The end of a dialog's form: what went wrong, and the buttons. */
export function FormEnd({ error, busy, label, onClose }: EndProps) {
  return (
    <>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      <div class="dialog-buttons">
        <button class="button" type="button" onClick={onClose}>
          Cancel
        </button>
        <button class="button primary" type="submit" disabled={busy}>
          {label}
        </button>
      </div>
    </>
  );
}
