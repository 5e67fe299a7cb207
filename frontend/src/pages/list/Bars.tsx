import type { RefObject } from "preact";
import { useId, useRef } from "preact/hooks";
import { ACTIONS, suits, type ActionKey } from "../../api/actions";
import type { Container } from "../../api/types";
import { choose, chosen, COLUMN_KEYS, COLUMNS } from "./columns";
import { logsAddress, MOST_LOGS } from "../../ui/addresses";
import { placeBeside } from "../../ui/place";
import { isSortKey } from "./sorting";
import { useCards } from "./space";
import { GROUPINGS, type Grouping, type View } from "./view";

interface ToolsProps {
  readonly view: View;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onView: (change: Partial<View>) => void;
  /** The user goes on to the list. */
  readonly onDown: () => void;
}

const HINT = "Words are looked for in names, images, states, labels, networks and ports. name: image: state: label: port: project: network: health: id: look there alone; a minus in front turns a word round.";

/** What is shown, and how. */
export function Tools({ view, search, onView, onDown }: ToolsProps) {
  const hint = useId();
  const cards = useCards();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && view.filter !== "") onView({ filter: "" });
    else if (event.key === "Escape" || event.key === "ArrowDown" || event.key === "Enter") onDown();
    else return;
    event.preventDefault();
  };
  return (
    <div class="list-bar">
      <input
        ref={search} type="search" aria-label="Filter containers" aria-describedby={hint} placeholder="Filter  ( / )" title={HINT} autocomplete="off" spellcheck={false}
        value={view.filter} onInput={(event) => onView({ filter: event.currentTarget.value })} onKeyDown={onKeyDown}
      />
      <span id={hint} class="hidden">{HINT}</span>
      <label>
        <span class="hidden">Groups</span>
        <select value={view.group} onChange={(event) => onView({ group: event.currentTarget.value as Grouping, shut: new Set() })}>
          {Object.entries(GROUPINGS).map(([key, name]) => (
            <option key={key} value={key}>{name}</option>
          ))}
        </select>
      </label>
      {cards && <SortSelect view={view} onView={onView} />}
      <Chooser />
    </div>
  );
}

/** For cards, which have no heads to press. */
function SortSelect({ view, onView }: Pick<ToolsProps, "view" | "onView">) {
  const change = (text: string): void => {
    const key = text.replace(/^-/, "");
    if (isSortKey(key)) onView({ sort: key, descending: text.startsWith("-") });
  };
  const options = ["name", ...COLUMN_KEYS] as const;
  return (
    <label>
      <span class="hidden">Order</span>
      <select value={`${view.descending ? "-" : ""}${view.sort}`} onChange={(event) => change(event.currentTarget.value)}>
        {options.flatMap((key) => {
          const name = key === "name" ? "Name" : COLUMNS[key].title;
          return [<option key={key} value={key}>{name} ▲</option>, <option key={`-${key}`} value={`-${key}`}>{name} ▼</option>];
        })}
      </select>
    </label>
  );
}

/** Which columns there are. */
function Chooser() {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const opened = (): void => {
    if (!box.current || !button.current) return;
    placeBeside(box.current, button.current);
    box.current.querySelector("input")?.focus({ preventScroll: true });
  };
  return (
    <>
      <button class="button" type="button" ref={button} popoverTarget={id} aria-haspopup="dialog">Columns</button>
      <div id={id} popover="auto" class="menu list-chooser" role="dialog" aria-label="Columns" ref={box} onToggle={(event) => event.newState === "open" && opened()}>
        {COLUMN_KEYS.map((key) => (
          <label key={key} class="check">
            <input type="checkbox" checked={chosen.value.has(key)} onChange={(event) => choose(key, event.currentTarget.checked)} /> {COLUMNS[key].title}
          </label>
        ))}
        <p class="hint">Those that have no room in this window are left out.</p>
      </div>
    </>
  );
}

interface BulkProps {
  readonly selected: readonly Container[];
  /** How many there are to select. */
  readonly all: number;
  readonly onAct: (key: ActionKey, all: readonly Container[]) => void;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}

const BULK: readonly ActionKey[] = ["start", "stop", "restart", "pause", "unpause", "remove"];

/** What can be done with what is selected, in the place of the tools. A button says how many it is about. */
export function BulkBar({ selected, all, onAct, onSelectAll, onClear }: BulkProps) {
  return (
    <div class="list-bar list-bulk" role="group" aria-label="Selected containers" onKeyDown={(event) => event.key === "Escape" && onClear()}>
      <strong role="status">{selected.length} selected</strong>
      {BULK.map((key) => {
        const those = selected.filter((one) => suits(key, one));
        return (
          <button key={key} class={`button ${key === "remove" ? "danger" : ""}`} type="button" disabled={those.length === 0} onClick={() => onAct(key, those)}>
            {ACTIONS[key].label}{those.length > 0 && ` ${those.length}`}{key === "remove" && those.length > 0 && "…"}
          </button>
        );
      })}
      {selected.length <= MOST_LOGS && <a class="button" href={logsAddress(selected.map((one) => one.name))}>Logs</a>}
      <span class="spring" />
      {selected.length < all && <button class="button quiet" type="button" onClick={onSelectAll}>Select all {all}</button>}
      <button class="button quiet" type="button" onClick={onClear}>Clear selection</button>
    </div>
  );
}
