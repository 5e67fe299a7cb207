import "./console.css";
import { useEffect, useState } from "preact/hooks";
import type { ConsoleView, ConsoleWish, ShellChoice } from "../../api/console";
import { api } from "../../api/http";
import type { Container } from "../../api/types";
import { showConsole, states, tabs } from "../../console/store";
import { programName } from "../../console/words";
import { visibleText } from "../../live/plainText";

const TOOLBOX = "toolbox";

/** What the server says of one field of the form, or of the whole (field ""). */
interface Refusal {
  readonly field: "" | "shell" | "user" | "workingDir";
  readonly text: string;
}

const NOTHING: Refusal = { field: "", text: "" };

function refusalOf(message: string): Refusal {
  const [, name, text] = /^(shell|user|workingDir): (.*)$/is.exec(message) ?? [];
  const field = (["shell", "user", "workingDir"] as const).find((one) => one.toLowerCase() === name?.toLowerCase());
  return field && text ? { field, text } : { field: "", text: message };
}

const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

/** Opens consoles in the container, and leads back to those that are open. */
export function Console({ one }: { readonly one: Container }) {
  const [choice, setChoice] = useState<ShellChoice | null>(null);
  const [error, setError] = useState("");
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isHere = true;
    setError("");
    api.shells(one.id).then(
      (found) => isHere && setChoice(found),
      (failure: unknown) => isHere && setError(messageOf(failure)),
    );
    return () => {
      isHere = false;
    };
  }, [one.id, round]);
  return (
    <section aria-label="Console" class="console-start">
      {choice ? <Start one={one} choice={choice} /> : !error && <p class="empty">Looking which shells there are…</p>}
      {error && (
        <p class="note note-bad" role="alert">
          {error}{" "}
          <button class="button" onClick={() => setRound(round + 1)}>
            Try again
          </button>
        </p>
      )}
      <OpenOnes one={one} />
      <p class="hint">
        Consoles open at the lower edge of the window and stay there on every page. <kbd>Ctrl</kbd>+<kbd>`</kbd> goes there and back,{" "}
        <kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>+</kbd> and <kbd>−</kbd> change the size of the text; all other keys are the program's. When the connection is
        lost, the console goes on and is taken up again.
      </p>
    </section>
  );
}

function Start({ one, choice }: { readonly one: Container; readonly choice: ShellChoice }) {
  const [shell, setShell] = useState(choice.shells[0]?.path ?? TOOLBOX);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState(NOTHING);
  const isToolbox = shell === TOOLBOX;
  const none = choice.shells.length === 0;

  const submit = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string): string => String(fields.get(name) ?? "").trim();
    const wish: ConsoleWish = { user: text("user"), workingDir: text("workingDir"), ...(isToolbox ? { toolbox: true } : { shell }) };
    setBusy(true);
    setRefusal(NOTHING);
    try {
      showConsole(await api.openConsole(one.id, wish));
    } catch (failure) {
      setRefusal(refusalOf(messageOf(failure)));
    }
    setBusy(false);
  };
  const of = (field: Refusal["field"]) => ({ "aria-invalid": refusal.field === field, "aria-describedby": refusal.field === field ? `console-${field}-refused` : undefined });
  return (
    <form class="console-form" onSubmit={(event) => void submit(event)}>
      {none && (
        <p class="note console-wide">
          This image has no shell.{" "}
          {choice.toolbox ? "The toolbox brings one, with the usual tools: only this console sees them, and nothing of them is written into the container." : visibleText(choice.toolboxMissing)}
        </p>
      )}
      <label class="field">
        <span>Shell</span>
        <select {...of("shell")} value={shell} onChange={(event) => setShell(event.currentTarget.value)}>
          {choice.shells.map((one) => (
            <option key={one.path} value={one.path}>
              {one.name} ({visibleText(one.path)})
            </option>
          ))}
          {(choice.toolbox || none) && <option value={TOOLBOX}>Toolbox of this server</option>}
        </select>
        <Refused refusal={refusal} field="shell" />
      </label>
      <label class="field">
        <span>User</span>
        <input name="user" list="console-users" autocomplete="off" spellcheck={false} placeholder={isToolbox ? "root" : choice.user || "root"} {...of("user")} />
        <Refused refusal={refusal} field="user" />
      </label>
      <datalist id="console-users">
        {choice.users.map((user) => (
          <option key={user} value={user} />
        ))}
      </datalist>
      <label class="field">
        <span>Folder</span>
        <input name="workingDir" autocomplete="off" spellcheck={false} placeholder={choice.workingDir} {...of("workingDir")} />
        <Refused refusal={refusal} field="workingDir" />
      </label>
      <button class="button primary" type="submit" disabled={busy || (isToolbox && !choice.toolbox)}>
        Open console
      </button>
      {refusal.field === "" && refusal.text && (
        <p class="note note-bad console-wide" role="alert">
          {visibleText(refusal.text)}
        </p>
      )}
    </form>
  );
}

/** What is wrong with a field, below it. */
function Refused({ refusal, field }: { readonly refusal: Refusal; readonly field: Refusal["field"] }) {
  if (refusal.field !== field) return null;
  return (
    <span class="bad" role="alert" id={`console-${field}-refused`}>
      {visibleText(refusal.text)}
    </span>
  );
}

/** The user's consoles of this container, from other windows, too. */
function OpenOnes({ one }: { readonly one: Container }) {
  const [open, setOpen] = useState<readonly ConsoleView[]>([]);
  useEffect(() => {
    let isHere = true;
    // Without this list the page is of use all the same, and what fails here fails there, where it is said.
    api.consoles(one.id).then((found) => isHere && setOpen(found.filter((view) => view.state === "running")), () => undefined);
    return () => {
      isHere = false;
    };
  }, [one.id, tabs.value, states.value]);
  if (open.length === 0) return null;
  return (
    <section aria-label="Open consoles of this container">
      <h2>Open</h2>
      <ul class="console-open">
        {open.map((view) => (
          <li key={view.id}>
            <span>
              {programName(view)} {view.user && `as ${visibleText(view.user)} `}
              <span class="dim">since {new Date(view.startedAt).toLocaleTimeString()}</span>
            </span>
            <button class="button" onClick={() => showConsole(view)}>
              Show
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
