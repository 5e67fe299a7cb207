import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { EVERYTHING, logsApi, type Show } from "../../api/logs";
import { placeBeside } from "../../ui/place";
import { queryOf, RANGES, type View } from "./address";
import type { LogWindow } from "./logWindow";
import { times, wrapped } from "./settings";

interface Props {
  readonly view: View;
  readonly model: LogWindow;
  readonly onView: (view: View) => void;
  readonly onStep: (direction: 1 | -1) => void;
  /** What the last step has found; empty before one. */
  readonly found: string;
}

/** After the last key the search begins. */
const PAUSE_MS = 350;

const SHOWS: readonly (readonly [Show, string])[] = [
  ["all", "All lines"],
  ["matching", "Only matching lines"],
  ["others", "Only other lines"],
];

/** The field that a refusal of the server names, and what it says. */
function refusal(message: string, field: string): string {
  return message.toLowerCase().startsWith(`${field}:`) ? message.slice(field.length + 1).trim() : "";
}

export function LogToolbar({ view, model, onView, onStep, found }: Props) {
  const refused = model.refused.value;
  const wrong = refusal(refused, "search");
  const wrongTime = refusal(refused, "since") || refusal(refused, "until");
  const [opened, setOpened] = useState(false);
  // On a phone; elsewhere there is room for all of it.
  const folded = opened || wrongTime ? "" : " log-folded";
  const id = useId();
  const chosen = [view.show !== "all", view.regex, view.matchCase, view.range !== ""].filter(Boolean).length;
  const toggle = (
    <button class="button log-unfold" type="button" aria-expanded={folded === ""} aria-controls={id} onClick={() => setOpened(folded !== "")}>
      Options{chosen > 0 && ` (${chosen})`}
    </button>
  );
  return (
    <div class="log-tools">
      <Search view={view} wrong={wrong} model={model} onView={onView} onStep={onStep} found={found} folded={folded} toggle={toggle} />
      <div class={`log-tool-row${folded}`} id={id}>
        <Range view={view} wrong={wrongTime} onView={onView} />
        <label class="check">
          <input type="checkbox" checked={wrapped.value} onChange={(event) => (wrapped.value = event.currentTarget.checked)} /> Wrap
        </label>
        <label class="check">
          <input type="checkbox" checked={times.value} onChange={(event) => (times.value = event.currentTarget.checked)} /> Times
        </label>
        <span class="spring" />
        <Downloads view={view} model={model} />
      </div>
      {refused && !wrong && !wrongTime && (
        <p class="note note-bad" role="alert">
          {refused}
        </p>
      )}
    </div>
  );
}

function Counted({ model }: { readonly model: LogWindow }) {
  void model.version.value;
  return model.loading.value === "all" ? null : (
    <>
      {model.matches.toLocaleString()} of {model.lines.length.toLocaleString()} lines loaded match
    </>
  );
}

interface SearchProps extends Props {
  readonly wrong: string;
  /** A class of what a phone shows only when it is asked to, by the toggle. */
  readonly folded: string;
  readonly toggle: ComponentChildren;
}

function Search({ view, wrong, model, onView, onStep, found, folded, toggle }: SearchProps) {
  const [text, setText] = useState(view.search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(view);
  latest.current = view;
  const id = useId();
  useEffect(() => setText(view.search), [view.search]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = (value: string): void => {
    clearTimeout(timer.current);
    if (value !== latest.current.search) onView({ ...latest.current, search: value, line: null });
  };
  const typed = (value: string): void => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => apply(value), PAUSE_MS);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (text === view.search) onStep(event.shiftKey ? -1 : 1);
      else apply(text);
    } else if (event.key === "Escape" && text) {
      event.preventDefault();
      setText("");
      apply("");
    }
  };
  const searching = view.search !== "";
  return (
    <div class="log-search" role="search" aria-label="Search the log">
      <div class="log-tool-row">
        <label class="log-search-field">
          <span class="hidden">Search</span>
          <input
            type="search"
            placeholder="Search"
            maxLength={1000}
            value={text}
            aria-invalid={wrong !== ""}
            aria-describedby={wrong ? id : undefined}
            onInput={(event) => typed(event.currentTarget.value)}
            onKeyDown={key}
          />
        </label>
        <button class="button" type="button" disabled={!searching} onClick={() => onStep(-1)}>
          Previous
        </button>
        <button class="button" type="button" disabled={!searching} onClick={() => onStep(1)}>
          Next
        </button>
        {toggle}
        <label class={folded}>
          <span class="hidden">Show</span>
          {/* A cast, because the options are those of the type. */}
          <select value={view.show} onChange={(event) => onView({ ...view, show: event.currentTarget.value as Show })}>
            {SHOWS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class={`check${folded}`}>
          <input type="checkbox" checked={view.regex} onChange={(event) => onView({ ...view, regex: event.currentTarget.checked })} /> Regex
        </label>
        <label class={`check${folded}`}>
          <input type="checkbox" checked={view.matchCase} onChange={(event) => onView({ ...view, matchCase: event.currentTarget.checked })} /> Match case
        </label>
        <span class="log-found-text">{searching && !wrong && !found && <Counted model={model} />}</span>
        <span class="log-found-text" role="status">
          {searching && !wrong ? found : ""}
        </span>
      </div>
      {wrong && (
        <p class="bad" id={id} role="alert">
          {wrong.charAt(0).toUpperCase() + wrong.slice(1)}
        </p>
      )}
    </div>
  );
}

/** A time as a field of the browser has it: in its own time zone, without one in the text. */
function localTime(time: string): string {
  if (!time) return "";
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

const instant = (local: string): string => (local ? new Date(local).toISOString() : "");

function Range({ view, wrong, onView }: { readonly view: View; readonly wrong: string; readonly onView: (view: View) => void }) {
  const id = useId();
  return (
    <>
      <label>
        <span class="hidden">Time range</span>
        <select value={view.range} onChange={(event) => onView({ ...view, range: event.currentTarget.value, line: null })}>
          {RANGES.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {view.range === "own" &&
        (["since", "until"] as const).map((name) => (
          <label key={name} class="log-time-field">
            <span>{name === "since" ? "From" : "To"}</span>
            <input
              type="datetime-local"
              step="1"
              value={localTime(view[name])}
              aria-invalid={wrong !== ""}
              aria-describedby={wrong ? id : undefined}
              onChange={(event) => onView({ ...view, [name]: instant(event.currentTarget.value), line: null })}
            />
          </label>
        ))}
      {wrong && (
        <p class="bad" id={id} role="alert">
          {wrong.charAt(0).toUpperCase() + wrong.slice(1)}
        </p>
      )}
    </>
  );
}

/** What is shown, and everything, of each container. */
function Downloads({ view, model }: { readonly view: View; readonly model: LogWindow }) {
  // The names are known when it has loaded.
  void model.loading.value;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const query = queryOf(view, Date.now());
  const narrowed = (query.search !== "" && query.show !== "all") || query.since !== "" || query.until !== "";
  return (
    <>
      <button class="button" type="button" popoverTarget={id} ref={button}>
        Download
      </button>
      <div
        id={id}
        class="log-menu"
        popover="auto"
        role="dialog"
        aria-label="Download"
        onToggle={(event) => event.newState === "open" && button.current && placeBeside(event.currentTarget, button.current)}
      >
        {model.sources.map((source) => (
          <p key={source.ref}>
            {model.sources.length > 1 && <strong>{source.name}</strong>}
            {narrowed && (
              <a href={logsApi.downloadAddress(source.ref, query, times.value)} download>
                What is chosen here
              </a>
            )}
            <a href={logsApi.downloadAddress(source.ref, EVERYTHING, times.value)} download>
              Everything
            </a>
          </p>
        ))}
        <p class="hint">{times.value ? "With the time before each line." : "Lines as they were printed, without times."}</p>
      </div>
    </>
  );
}
