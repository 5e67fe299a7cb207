import { Dialog } from "../ui/Dialog";
import { visibleText } from "../live/plainText";
import { runningSentence } from "./words";

interface Props {
  readonly name: string;
  readonly programs: readonly string[];
  readonly onAnswer: (close: boolean) => void;
}

/** Says what ends with a console before it does. */
export function ClosePrompt({ name, programs, onAnswer }: Props) {
  return (
    <Dialog title={`Close ${name}?`} onClose={() => onAnswer(false)}>
      <p>{visibleText(runningSentence(programs))}</p>
      <div class="dialog-buttons">
        <button class="button" autofocus onClick={() => onAnswer(false)}>
          Cancel
        </button>
        <button class="button danger" onClick={() => onAnswer(true)}>
          Close and end
        </button>
      </div>
    </Dialog>
  );
}
