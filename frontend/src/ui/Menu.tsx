import "./menu.css";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { placeBeside } from "./place";

export interface MenuItem {
  readonly text: string;
  /** Where it leads; without it, `act` is done. */
  readonly href?: string;
  readonly act?: () => void;
  readonly danger?: boolean;
  /** It does nothing now; it keeps the focus all the same. */
  readonly disabled?: boolean;
}

interface Props {
  /** What the menu is of. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly tabIndex?: number;
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** A button with three dots and what opens at it. Arrow keys go through, Escape closes and gives the focus back. */
export function Menu({ label, items, tabIndex = 0 }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const entries = (): HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];

  useLayoutEffect(() => {
    if (!open || !box.current || !button.current) return;
    placeBeside(box.current, button.current);
    entries()[0]?.focus({ preventScroll: true });
  }, [open]);

  const onKeyDown = (event: KeyboardEvent): void => {
    // The list around the menu has keys of its own.
    event.stopPropagation();
    const all = entries();
    const step = STEPS[event.key];
    if (event.key === "Tab") box.current?.hidePopover();
    if (!step) return;
    event.preventDefault();
    all[step(all.findIndex((one) => one === document.activeElement), all.length)]?.focus();
  };

  return (
    <>
      <button class="button quiet menu-button" type="button" ref={button} popoverTarget={id} tabIndex={tabIndex} aria-haspopup="menu" aria-label={label} title={label}>
        <span aria-hidden="true">⋯</span>
      </button>
      <div id={id} class="menu" popover="auto" role="menu" aria-label={label} ref={box} onKeyDown={onKeyDown} onToggle={(event) => setOpen(event.newState === "open")}>
        {open &&
          items.map((item) =>
            item.href ? (
              <a key={item.text} role="menuitem" tabIndex={-1} href={item.href}>
                {item.text}
              </a>
            ) : (
              <button
                key={item.text}
                role="menuitem"
                tabIndex={-1}
                type="button"
                class={item.danger ? "danger" : undefined}
                aria-disabled={item.disabled}
                onClick={() => {
                  if (item.disabled) return;
                  box.current?.hidePopover();
                  item.act?.();
                }}
              >
                {item.text}
              </button>
            ),
          )}
      </div>
    </>
  );
}
