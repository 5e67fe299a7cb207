import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/http";
import { containers } from "../live/containers";
import { visibleText } from "../live/plainText";
import { fontSize, readerMode } from "./settings";
import { dropTab, showConsole, stateOf, type ConsoleTab } from "./store";
import { CONTAINER_STOPPED } from "./words";
import type { Terminal as TerminalView } from "./Terminal";

type TerminalProps = Parameters<typeof TerminalView>[0];

interface Props {
  readonly tab: ConsoleTab;
  readonly label: string;
  readonly inFront: boolean;
  readonly onClose: () => void;
}

/** A tab's terminal, and what there is to say of its console. */
export function Panel({ tab, label, inFront, onClose }: Props) {
  const [Terminal, setTerminal] = useState<FunctionComponent<TerminalProps> | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./Terminal").then(
      (module) => setTerminal(() => module.Terminal),
      () => setFailed(true),
    );
  }, []);
  const state = stateOf(tab.id);
  const text = state.killed && containers.value.get(tab.containerId)?.state !== "running" ? CONTAINER_STOPPED : state.text;
  return (
    <div class="dock-panel" role="tabpanel" id={`panel-${tab.id}`} aria-label={label} hidden={!inFront}>
      {Terminal && <Terminal tab={tab} label={`${label}, terminal. Ctrl+\` leaves it.`} fontSize={fontSize.value} reader={readerMode.value} />}
      <div class="dock-said" role="status">
        {failed && "The terminal could not be loaded. Load the page again."}
        {text && visibleText(text)}
        {(state.kind === "ended" || state.kind === "gone") && <After tab={tab} onClose={onClose} />}
      </div>
    </div>
  );
}

/** What to do when a console has ended. */
function After({ tab, onClose }: Pick<Props, "tab" | "onClose">) {
  const [error, setError] = useState("");
  const again = async (): Promise<void> => {
    const { containerId, program, toolbox, user, workingDir } = tab;
    try {
      const next = await api.openConsole(containerId, toolbox ? { toolbox, user, workingDir } : { shell: program, user, workingDir });
      dropTab(tab.id);
      showConsole(next);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
  };
  return (
    <>
      <button class="button" onClick={() => void again()}>
        Open it again
      </button>
      <button class="button" onClick={onClose}>
        Close
      </button>
      {error && (
        <span class="bad" role="alert">
          {error}
        </span>
      )}
    </>
  );
}
