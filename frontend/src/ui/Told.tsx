import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { visibleText } from "../live/plainText";
import { placeBeside } from "./place";

interface Props {
  /** What the value is of, such as "memory, used". */
  readonly about: string;
  /** The kernel's file that it comes from; null when it comes from none. */
  readonly path: string | null;
  /** What it means, in a sentence. */
  readonly meaning: string;
  /** The value at its full length, where it is shown shorter. */
  readonly whole?: string | null;
  /** The value. */
  readonly children: ComponentChildren;
}

/** A value that says, when it is pressed, where it comes from and what it means. Escape or a press elsewhere closes that. */
export function Told({ about, path, meaning, whole = null, children }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLSpanElement>(null);
  const [open, setOpen] = useState(false);

  useLayoutEffect(() => {
    if (!open || !box.current || !button.current) return;
    placeBeside(box.current, button.current);
    // A screen reader reads what gets the focus; Escape gives it back to the button.
    box.current.focus({ preventScroll: true });
  }, [open]);

  return (
    <>
      <button class="told" type="button" ref={button} popoverTarget={id} aria-haspopup="dialog">
        <span class="hidden">{about}: </span>
        {children}
      </button>
      <span id={id} class="told-box" popover="auto" role="dialog" aria-label={`About ${about}`} tabIndex={-1} ref={box} onToggle={(event) => setOpen(event.newState === "open")}>
        {open && (
          <>
            <strong>{about}</strong>
            {whole !== null && <code>{whole}</code>}
            <span>{meaning}</span>
            {path !== null && (
              <span>
                <span class="dim">From </span>
                <code>{visibleText(path)}</code>
              </span>
            )}
          </>
        )}
      </span>
    </>
  );
}
