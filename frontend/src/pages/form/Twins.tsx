import { useEffect, useId, useRef, useState } from "preact/hooks";
import { visibleText } from "../../live/plainText";
import { readRest, toWish, type Reading } from "./model/body";
import { readRun, writeRun, type Written } from "./model/run";
import type { Values } from "./model/values";

/** The reader of YAML comes when it is wanted. */
const yaml = () => import("./model/yamlText");

const TWINS = [
  ["run", "docker run"],
  ["compose", "compose"],
  ["rest", "REST"],
] as const;
type Twin = (typeof TWINS)[number][0];

interface Props {
  /** Values without those that are wrong. */
  readonly values: Values;
  readonly start: boolean;
  /** Labels of options that are wrong, and so left out. */
  readonly wrong: readonly string[];
  readonly onRead: (reading: Reading) => void;
  /** Takes back what was read last; null when nothing was. */
  readonly onUndo: (() => void) | null;
}

const EMPTY: Written = { text: "", lost: [] };

function rest(values: Values, start: boolean): Written {
  return { text: `POST /api/v1/containers\nContent-Type: application/json\n\n${JSON.stringify(toWish(values, start), null, 2)}`, lost: [] };
}

/** The same container as a command line, a compose file and a request: to be copied, and to be filled from. */
export function Twins(props: Props) {
  const { values, start, wrong } = props;
  const [twin, setTwin] = useState<Twin>("run");
  const [compose, setCompose] = useState<Written>(EMPTY);
  const [pasting, setPasting] = useState(false);
  const id = useId();

  useEffect(() => {
    if (twin !== "compose") return;
    let current = true;
    void yaml().then(({ composeText }) => current && setCompose(composeText(values)));
    return () => {
      current = false;
    };
  }, [twin, values]);

  const written = twin === "run" ? writeRun(values, start) : twin === "rest" ? rest(values, start) : compose;
  return (
    <section class="twins" aria-label="The same as text">
      <TabList twin={twin} id={id} onChoose={setTwin} />
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${twin}`}>
        <Text text={written.text} name={TWINS.find(([key]) => key === twin)?.[1] ?? ""} />
        <div aria-live="polite">
          {wrong.length > 0 && <p class="note note-bad">Left out until they are mended: {wrong.join(", ")}.</p>}
          {written.lost.length > 0 && (
            <p class="note">
              This cannot be said here: {written.lost.map(visibleText).join("; ")}.
            </p>
          )}
          {twin === "rest" && <p class="hint">A port without HostIp is published on all addresses.</p>}
        </div>
      </div>
      {pasting ? <Paste {...props} onClose={() => setPasting(false)} /> : (
        <p class="twin-buttons">
          <button class="button" type="button" onClick={() => setPasting(true)}>
            Paste…
          </button>
          <span class="hint">Fill the form from any of the three.</span>
        </p>
      )}
    </section>
  );
}

interface TabProps {
  readonly twin: Twin;
  readonly id: string;
  readonly onChoose: (twin: Twin) => void;
}

/** Tabs: the arrow keys go from one to the next. */
function TabList({ twin, id, onChoose }: TabProps) {
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = TWINS.findIndex(([key]) => key === twin);
    const next = TWINS[(at + step + TWINS.length) % TWINS.length];
    if (!next) return;
    onChoose(next[0]);
    document.getElementById(`${id}-${next[0]}`)?.focus();
  };
  return (
    <div role="tablist" class="twin-tabs" aria-label="Form of the text" onKeyDown={move}>
      {TWINS.map(([key, name]) => (
        <button key={key} id={`${id}-${key}`} type="button" role="tab" aria-selected={twin === key} aria-controls={`${id}-panel`} tabIndex={twin === key ? 0 : -1} onClick={() => onChoose(key)}>
          {name}
        </button>
      ))}
    </div>
  );
}

function Text({ text, name }: { readonly text: string; readonly name: string }) {
  const [said, setSaid] = useState("");
  const place = useRef<HTMLPreElement>(null);
  useEffect(() => setSaid(""), [text]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied.");
    } catch {
      // Without a secure connection browsers have no clipboard: what is to be copied is marked.
      if (place.current) getSelection()?.selectAllChildren(place.current);
      setSaid("Marked: copy it with your keyboard.");
    }
  };
  return (
    <>
      <pre ref={place} class="twin-text" tabIndex={0} role="region" aria-label={`As ${name}`}>
        {text.split("\n").map(visibleText).join("\n")}
      </pre>
      <p class="twin-buttons">
        <button class="button" type="button" onClick={() => void copy()}>
          Copy
        </button>
        <span role="status" class="hint">
          {said}
        </span>
      </p>
    </>
  );
}

type Pasted = Reading & { readonly services: readonly string[] };

async function read(text: string, service: string): Promise<Pasted> {
  const plain = text.trim();
  if (/^[[{]/.test(plain)) return { ...readRest(plain), services: [] };
  // A request as it is shown here: its body is what counts.
  if (/^POST \S*\/containers/.test(plain)) return { ...readRest(plain.slice(plain.indexOf("\n{") + 1)), services: [] };
  if (/^([$#]\s+)?(sudo\s+)?\S*(docker|podman|nerdctl)\s/.test(plain)) return { ...readRun(plain), services: [] };
  return (await yaml()).readComposeText(text, service);
}

interface PasteProps extends Props {
  readonly onClose: () => void;
}

function Paste({ onRead, onUndo, onClose }: PasteProps) {
  const [text, setText] = useState("");
  const [pasted, setPasted] = useState<Pasted | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);

  const fill = async (service = ""): Promise<void> => {
    const found = await read(text, service);
    setPasted(found);
    if (Object.keys(found.values).length > 0) onRead(found);
  };
  return (
    <div class="paste">
      <label for={id}>Paste a docker run line, a compose file, JSON of the REST API or of docker inspect</label>
      <textarea
        id={id}
        ref={field}
        rows={6}
        value={text}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => {
          setText(event.currentTarget.value);
          setPasted(null);
        }}
      />
      <p class="twin-buttons">
        <button class="button primary" type="button" disabled={text.trim() === ""} onClick={() => void fill()}>
          Fill the form
        </button>
        {onUndo && pasted && (
          <button
            class="button"
            type="button"
            onClick={() => {
              onUndo();
              setPasted(null);
            }}
          >
            Undo
          </button>
        )}
        <button class="button quiet" type="button" onClick={onClose}>
          Close
        </button>
      </p>
      <div role="status">{pasted && <Outcome pasted={pasted} onChoose={(service) => void fill(service)} />}</div>
    </div>
  );
}

function Outcome({ pasted, onChoose }: { readonly pasted: Pasted; readonly onChoose: (service: string) => void }) {
  const count = Object.keys(pasted.values).length;
  return (
    <div class={`note ${pasted.problems.length > 0 ? "note-bad" : ""}`}>
      <p>{count === 0 ? "Nothing was filled." : `${count} ${count === 1 ? "option was" : "options were"} filled; all others are as usual.`}</p>
      {pasted.services.length > 1 && (
        <label class="field">
          <span>Service</span>
          <select onChange={(event) => onChoose(event.currentTarget.value)}>
            {pasted.services.map((service) => (
              <option key={service}>{service}</option>
            ))}
          </select>
        </label>
      )}
      {pasted.problems.length > 0 && (
        <>
          <p>Not understood, and not in the form:</p>
          <ul>
            {pasted.problems.map((problem) => (
              <li key={problem}>{visibleText(problem)}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
