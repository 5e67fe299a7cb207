import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isToggle } from "./keys";
import { openDock, shown, wanted } from "./store";

/** Where the focus was before it came into the dock. */
let origin: HTMLElement | null = null;

const isInDock = (element: Element | null): boolean => element?.closest(".dock") != null;

/** Folds the dock and gives the focus back to where it came from. */
export function foldDock(): void {
  shown.value = false;
  (origin?.isConnected ? origin : document.getElementById("main"))?.focus();
}

function toggle(event: KeyboardEvent): void {
  if (!isToggle(event) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (shown.value && isInDock(document.activeElement)) foldDock();
  else openDock();
}

function rememberOrigin(event: FocusEvent): void {
  if (event.target instanceof HTMLElement && !isInDock(event.target)) origin = event.target;
}

/** The consoles of this window at its lower edge, on every page; their code is loaded when there is one, or Ctrl+` is pressed. */
export function ConsoleDock() {
  const [Dock, setDock] = useState<FunctionComponent | null>(null);
  const [failed, setFailed] = useState(false);
  const needed = wanted.value;

  useEffect(() => {
    document.addEventListener("keydown", toggle);
    document.addEventListener("focusin", rememberOrigin);
    return () => {
      document.removeEventListener("keydown", toggle);
      document.removeEventListener("focusin", rememberOrigin);
    };
  }, []);

  useEffect(() => {
    if (!needed || Dock) return;
    import("./Dock").then(
      (module) => setDock(() => module.Dock),
      () => setFailed(true),
    );
  }, [needed]);

  if (failed) {
    return (
      <p class="note note-bad" role="alert">
        The console could not be loaded. Load the page again.
      </p>
    );
  }
  return Dock && <Dock />;
}
