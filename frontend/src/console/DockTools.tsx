import { LARGEST_FONT, SMALLEST_FONT } from "./keys";
import { fontSize, height, HIGHEST, readerMode, setHeight } from "./settings";

interface Props {
  readonly onFold: () => void;
  /** Null when there is nothing to close. */
  readonly onClose: (() => void) | null;
}

const USUAL_HEIGHT = 42;

/** What can be done with the dock and the terminal in front. */
export function DockTools({ onFold, onClose }: Props) {
  const isHigh = height.value >= HIGHEST;
  return (
    <div class="dock-tools" role="toolbar" aria-label="Terminal">
      <button class="button" title="Ctrl+Alt+−" disabled={fontSize.value <= SMALLEST_FONT} onClick={() => fontSize.value--}>
        <span aria-hidden="true">A−</span>
        <span class="hidden">Smaller text</span>
      </button>
      <button class="button" title="Ctrl+Alt++" disabled={fontSize.value >= LARGEST_FONT} onClick={() => fontSize.value++}>
        <span aria-hidden="true">A+</span>
        <span class="hidden">Larger text</span>
      </button>
      <button class="button" aria-pressed={readerMode.value} title="Output is read by a screen reader" onClick={() => (readerMode.value = !readerMode.value)}>
        Screen reader
      </button>
      <button class="button" onClick={() => setHeight(isHigh ? USUAL_HEIGHT : HIGHEST)}>
        {isHigh ? "Lower" : "Higher"}
      </button>
      <button class="button" title="Ctrl+`" onClick={onFold}>
        Minimise
      </button>
      {onClose && (
        <button class="button danger" onClick={onClose}>
          Close
        </button>
      )}
    </div>
  );
}
