import { bytes } from "../../ui/format";
import { clock, recognised, type RowActions } from "./LogRow";
import type { LogWindow } from "./logWindow";

interface Props {
  readonly model: LogWindow;
  readonly current: number | null;
  readonly expanded: ReadonlySet<number>;
  readonly actions: RowActions;
}

/** What can be done with the line that is chosen. */
export function LineBar({ model, current, expanded, actions }: Props) {
  const line = current === null ? undefined : model.lines.find((one) => one.key === current);
  if (!line) return null;
  return (
    <div class="log-tool-row log-line-bar" role="group" aria-label="The chosen line">
      <span>
        {line.source.name}, {clock(line.wire.time)}
      </span>
      <button class="button" type="button" onClick={() => actions.link(line)}>
        Copy link
      </button>
      {recognised(line).json !== undefined && (
        <button class="button" type="button" aria-expanded={expanded.has(line.key)} onClick={() => actions.expand(line)}>
          Fields
        </button>
      )}
      {line.wire.bytes !== undefined && (
        <button class="button" type="button" onClick={() => actions.showAll(line)}>
          Show all ({bytes(line.wire.bytes)})
        </button>
      )}
      {line.skipped > 0 && (
        <button class="button" type="button" onClick={() => actions.surroundings(line)}>
          Show what was left out
        </button>
      )}
    </div>
  );
}
