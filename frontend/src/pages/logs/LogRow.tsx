import { Component } from "preact";
import { visibleLine } from "../../live/plainText";
import { bytes } from "../../ui/format";
import { segments, withoutColours } from "./ansi";
import { recognise, type Recognised } from "./recognise";
import type { Line } from "./source";

interface Props {
  readonly line: Line;
  /** Of the line, which changes with what is before it. */
  readonly started: string | null;
  readonly skipped: number;
  /** Of a container among several. */
  readonly named: boolean;
  readonly times: boolean;
  readonly marked: boolean;
  readonly current: boolean;
  readonly expanded: boolean;
  readonly address: string;
  readonly actions: RowActions;
}

export interface RowActions {
  select(line: Line): void;
  link(line: Line): void;
  expand(line: Line): void;
  showAll(line: Line): void;
  surroundings(line: Line): void;
}

export const COLOURS = 8;

const known = new WeakMap<Line, Recognised>();

export function recognised(line: Line): Recognised {
  const before = known.get(line);
  if (before) return before;
  const found = recognise(withoutColours(line.wire.text));
  known.set(line, found);
  return found;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The time of day, with the day when it is another one. */
export function clock(time: string, now: Date = new Date()): string {
  const at = new Date(time);
  const day = at.toDateString() === now.toDateString() ? "" : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} `;
  return `${day}${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** The text as it is shown: its colours by class, everything else as text. */
function Text({ line }: { readonly line: Line }) {
  // The end of a line of a terminal, or of one that was written on Windows.
  const raw = line.wire.text.endsWith("\r") ? line.wire.text.slice(0, -1) : line.wire.text;
  return (
    <span class="log-text">
      {segments(raw, line.wire.hits).map((piece, index) =>
        piece.hit ? (
          <mark key={index} class={piece.look}>
            {visibleLine(piece.text)}
          </mark>
        ) : piece.look ? (
          <span key={index} class={piece.look}>
            {visibleLine(piece.text)}
          </span>
        ) : (
          visibleLine(piece.text)
        ),
      )}
    </span>
  );
}

/**
 * A line, with what is to be said before it. What can be done with it is small, for a mouse; below the lines it is there for the chosen one in
 * the usual size, and for the keyboard. It is drawn anew only when something of it has changed: many lines a second move it.
 */
export class LogRow extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    return SHOWN.some((name) => next[name] !== this.props[name]);
  }

  override render() {
    return <Row {...this.props} />;
  }
}

const SHOWN = ["line", "started", "skipped", "named", "times", "marked", "current", "expanded", "address"] as const satisfies readonly (keyof Props)[];

function Row({ line, started, skipped, named, times, marked, current, expanded, address, actions }: Props) {
  const { level, json } = recognised(line);
  const { wire, source } = line;
  return (
    <div class={`log-row${marked ? " log-marked" : ""}${current ? " log-current" : ""}`} data-key={line.key} onClick={() => actions.select(line)}>
      {wire.gap && <p class="log-note">Older lines are missing here: their file is gone, as the log's rotation has it.</p>}
      {skipped > 0 && (
        <p class="log-note">
          {skipped.toLocaleString()} {skipped === 1 ? "line is" : "lines are"} left out here, which came faster than this page could take them.{" "}
          <button class="log-action" type="button" tabIndex={-1} onClick={() => actions.surroundings(line)}>
            Show them
          </button>
        </p>
      )}
      {started !== null && (
        <p class="log-start">
          <span>
            {named ? `${source.name} was` : "The container was"} started again, <time dateTime={started}>{clock(started)}</time>
          </span>
        </p>
      )}
      <div class={`log-line ${wire.stream}${level ? ` level-${level}` : ""}${wire.bytes !== undefined && !wire.hits ? " log-cut" : ""}`}>
        {named && <span class={`log-source log-source-${source.index % COLOURS}`}>{source.name}</span>}
        <a class={times ? "log-time" : "log-time log-time-short"} tabIndex={-1} href={address} title={`${wire.time}: a link to this line`} onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          event.stopPropagation();
          actions.link(line);
        }}>
          {times ? <time dateTime={wire.time}>{clock(wire.time)}</time> : <><span aria-hidden="true">#</span><span class="hidden">Link to this line</span></>}
        </a>
        {wire.stream === "stderr" && <span class="hidden">error output: </span>}
        {level && level !== "info" && <span class="hidden">{level}: </span>}
        <span class="log-body">
          <Text line={line} />
          {json !== undefined && (
            <button class="log-action" type="button" tabIndex={-1} aria-expanded={expanded} aria-label="Fields of this line" onClick={() => actions.expand(line)}>
              {expanded ? "Close" : "{…}"}
            </button>
          )}
          {wire.bytes !== undefined && (
            <button class="log-action" type="button" tabIndex={-1} onClick={() => actions.showAll(line)}>
              Show all ({bytes(wire.bytes)}){wire.found && <span class="log-found"> found further on</span>}
            </button>
          )}
        </span>
      </div>
      {expanded && json !== undefined && <pre class="log-json">{JSON.stringify(json, null, 2).split("\n").map(visibleLine).join("\n")}</pre>}
    </div>
  );
}
