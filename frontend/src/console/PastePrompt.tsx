import { Dialog } from "../ui/Dialog";
import type { PastedLines } from "./paste";

interface Props {
  readonly pasted: PastedLines;
  readonly onAnswer: (paste: boolean) => void;
}

/** Asks before lines are pasted that a shell would run at once. */
export function PastePrompt({ pasted, onAnswer }: Props) {
  const lines = pasted.count === 1 ? "a line with its end" : `${pasted.count} lines`;
  return (
    <Dialog title={`Paste ${lines}?`} onClose={() => onAnswer(false)}>
      <p>A shell runs each line as soon as it comes.</p>
      <pre class="dock-pasted" tabIndex={0} aria-label="What would be pasted">
        {pasted.preview}
      </pre>
      {pasted.more > 0 && <p class="dim">and {pasted.more} more</p>}
      <div class="dialog-buttons">
        <button class="button" onClick={() => onAnswer(false)}>
          Cancel
        </button>
        <button class="button primary" autofocus onClick={() => onAnswer(true)}>
          Paste
        </button>
      </div>
    </Dialog>
  );
}
