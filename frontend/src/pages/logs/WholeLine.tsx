import { useEffect, useState } from "preact/hooks";
import { told } from "../../api/http";
import { logsApi } from "../../api/logs";
import { visibleLine } from "../../live/plainText";
import { Dialog } from "../../ui/Dialog";
import { bytes } from "../../ui/format";
import { withoutColours } from "./ansi";
import type { Line } from "./source";

/** More than this makes a browser slow. */
const MOST_CHARS = 4 << 20;

/** A line that was cut, as a whole. */
export function WholeLine({ line, onClose }: { readonly line: Line; readonly onClose: () => void }) {
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState("");
  const from = line.wire.from ?? line.wire.at;
  useEffect(() => {
    logsApi.wholeLine(line.source.ref, from).then(setText, (failure: unknown) => setError(told(failure)));
  }, [line]);
  return (
    <Dialog title="The whole line" onClose={onClose}>
      <p>
        {line.source.name}, {line.wire.time}, {bytes(line.wire.bytes ?? 0)}
      </p>
      {error ? (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      ) : text === null ? (
        <p role="status">Loading…</p>
      ) : (
        <pre class="log-whole" tabIndex={0} role="region" aria-label="Text of the line">
          {visibleLine(withoutColours(text.slice(0, MOST_CHARS)))}
        </pre>
      )}
      {text !== null && text.length > MOST_CHARS && <p>This is its begin; download it to have it all.</p>}
      <div class="dialog-buttons">
        <a class="button" href={logsApi.wholeLineAddress(line.source.ref, from)} download>
          Download
        </a>
        <button class="button primary" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
