import { ACTIONS } from "../../api/actions";
import { visibleText } from "../../live/plainText";
import { dismiss, isOver, telling, type Batch, type Item, type ItemState } from "./batch";

/** What failed comes first; of what went well a part says enough. */
const MOST_LISTED = 200;
const RANK: readonly ItemState[] = ["failed", "working", "waiting", "left", "done"];

/** What became of each container that something was asked for. */
export function Results() {
  return telling.value.length === 0 ? null : (
    <aside class="list-results" aria-label="Results">
      {telling.value.map((one, index) => (
        <Result key={index} batch={one} />
      ))}
    </aside>
  );
}

function summary(items: readonly Item[], batch: Batch): string {
  const { doing, done } = ACTIONS[batch.action];
  const count = (state: ItemState): number => items.filter((item) => item.state === state).length;
  const failed = count("failed") > 0 ? `, ${count("failed")} failed` : "";
  const left = count("left") > 0 ? `, ${count("left")} left as they were` : "";
  return isOver(items) ? `${count("done")} ${done}${failed}${left}` : `${doing}: ${count("done")} of ${items.length} ${done}${failed}`;
}

function wordOf(item: Item, batch: Batch): string {
  const { doing, done } = ACTIONS[batch.action];
  switch (item.state) {
    case "waiting":
      return "waits";
    case "working":
      return `${doing.toLowerCase()}…`;
    case "done":
      return done;
    case "failed":
      return visibleText(item.message);
    case "left":
      return "left as it was";
  }
}

function Result({ batch }: { readonly batch: Batch }) {
  const items = batch.items.value;
  const over = isOver(items);
  const listed = [...items].sort((a, b) => RANK.indexOf(a.state) - RANK.indexOf(b.state));
  return (
    <section class={`note ${items.some((item) => item.state === "failed") ? "note-bad" : ""}`}>
      <div class="list-results-head">
        <strong role="status">{summary(items, batch)}</strong>
        <span class="spring" />
        {over ? (
          <button class="button quiet" type="button" onClick={() => dismiss(batch)}>Close</button>
        ) : (
          <button class="button quiet" type="button" onClick={() => batch.cancel()}>Leave the rest</button>
        )}
      </div>
      <ul aria-label="Each container" tabIndex={0}>
        {listed.slice(0, MOST_LISTED).map((item) => (
          <li key={item.id} class={`list-result-${item.state}`}>
            <span class="name">{visibleText(item.name)}</span>: {wordOf(item, batch)}
          </li>
        ))}
        {listed.length > MOST_LISTED && <li class="dim">and {listed.length - MOST_LISTED} more</li>}
      </ul>
    </section>
  );
}
