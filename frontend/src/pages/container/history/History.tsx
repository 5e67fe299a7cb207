import "./history.css";
import { useComputed } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { history, type HistoryEvent } from "../../../api/history";
import { told } from "../../../api/http";
import type { Container } from "../../../api/types";
import { Follower } from "../../../live/follower";
import { visibleText } from "../../../live/plainText";
import { ago, dateTime } from "../../../ui/format";
import { useNow } from "../../../ui/useNow";
import { Gone } from "../Gone";
import { linesOf, type Line } from "./words";

const EVERY_MS = 2000;

/** What is known of the past: all of it from the newest event down to some event. */
interface Known {
  readonly events: readonly HistoryEvent[];
  /** Whether older ones are left. */
  readonly more: boolean;
}

/** What came after an event, newest first, however much it is. */
async function since(id: string, newest: number): Promise<readonly HistoryEvent[]> {
  const fresh: HistoryEvent[] = [];
  for (let part = await history(id, { after: newest }); ; ) {
    fresh.push(...part.items);
    const last = part.items.at(-1);
    if (!part.more || !last) return fresh;
    part = await history(id, { after: newest, before: last.sequence });
  }
}

/** What happened to a container, newest first, live. */
export function History({ one }: { readonly one: Container }) {
  const [older, setOlder] = useState<{ readonly busy: boolean; readonly error: string }>({ busy: false, error: "" });
  const store = useMemo(() => {
    let known: Known | null = null;
    const follower = new Follower(async (): Promise<Known> => {
      const newest = known?.events[0]?.sequence;
      if (newest === undefined) {
        const first = await history(one.id, {});
        return (known = { events: first.items, more: first.more });
      }
      const fresh = await since(one.id, newest);
      // Older ones may have come meanwhile: they stay.
      return (known = { events: [...fresh, ...(known?.events ?? [])], more: known?.more ?? false });
    });
    return {
      follower,
      lookBack: async (): Promise<void> => {
        const last = known?.events.at(-1);
        if (!last) return;
        const part = await history(one.id, { before: last.sequence });
        // Newer ones may have come meanwhile: they stay.
        known = { events: [...(known?.events ?? []), ...part.items], more: part.more };
        follower.take(known);
      },
    };
  }, [one.id]);
  useEffect(() => {
    store.follower.start(EVERY_MS);
    return () => store.follower.stop();
  }, [store]);
  const sample = store.follower.sample;
  const lines = useComputed(() => linesOf(sample.value.value?.events ?? []));
  const now = useNow();
  const { value, trouble } = sample.value;
  if (trouble?.kind === "gone") return <Gone id={one.id} name={one.name} />;
  const lookBack = async (): Promise<void> => {
    setOlder({ busy: true, error: "" });
    try {
      await store.lookBack();
      setOlder({ busy: false, error: "" });
    } catch (failure) {
      setOlder({ busy: false, error: told(failure) });
    }
  };
  return (
    <section aria-label={`History of ${one.name}`}>
      <div role="status">{trouble && <p class="note note-bad">Connection lost, trying again. {trouble.message}</p>}</div>
      {!value && !trouble && <p class="empty">Reading the journal…</p>}
      {value && lines.value.length === 0 && <p class="empty">The journal has nothing of it any more.</p>}
      <ol class="history" aria-label="Newest first">
        {lines.value.map((line) => (
          <Entry key={line.sequence} line={line} now={now} />
        ))}
      </ol>
      {older.error && (
        <p class="note note-bad" role="alert">
          {older.error}
        </p>
      )}
      {value?.more ? (
        <button class="button" type="button" disabled={older.busy} onClick={() => void lookBack()}>
          {older.busy ? "Reading…" : "Show older"}
        </button>
      ) : (
        value && lines.value.length > 0 && <p class="hint">The journal reaches back to here.</p>
      )}
    </section>
  );
}

const MARKS = { good: "●", bad: "▲", plain: "○" } as const;

function Entry({ line, now }: { readonly line: Line; readonly now: number }) {
  return (
    <li class={`event event-${line.tone}`}>
      <span class="event-mark" aria-hidden="true">
        {MARKS[line.tone]}
      </span>
      <span class="event-text">
        {visibleText(line.text)}
        {line.count > 1 && <strong> {line.count} times</strong>}
      </span>
      <span class="event-time">
        <time dateTime={line.at}>{ago(line.at, now)}</time>
        <span class="dim">
          {dateTime(line.at)}
          {line.count > 1 && `, the first time ${dateTime(line.first)}`}
        </span>
      </span>
    </li>
  );
}
