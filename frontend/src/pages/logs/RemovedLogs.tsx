import "./logs.css";
import { useEffect, useState } from "preact/hooks";
import { told } from "../../api/http";
import { EVERYTHING, logsApi, type RemovedLog, type RemovedLogs as Listed } from "../../api/logs";
import { visibleText } from "../../live/plainText";
import { logsAddress } from "../../ui/addresses";
import { Dialog } from "../../ui/Dialog";
import { ago, bytes, dateTime, duration, shortId } from "../../ui/format";
import { useNow } from "../../ui/useNow";

/** Logs of containers that are not there any more. */
export function RemovedLogs() {
  const [listed, setListed] = useState<Listed | null>(null);
  const [error, setError] = useState("");
  const [asking, setAsking] = useState<RemovedLog | null>(null);
  const now = useNow();
  const load = (): void => {
    logsApi.removed().then(
      (found) => {
        setListed(found);
        setError("");
      },
      (failure: unknown) => setError(told(failure)),
    );
  };
  useEffect(() => {
    document.title = "Logs of removed containers · Berth";
    load();
  }, []);
  const forget = (log: RemovedLog): void => {
    setAsking(null);
    logsApi.forget(log.id).then(load, (failure: unknown) => setError(told(failure)));
  };
  const items = (listed?.items ?? []).filter((one) => Date.parse(one.until) > now);
  return (
    <>
      <div class="page-head">
        <h1>Logs of removed containers</h1>
        {listed && <span class="count">{items.length}</span>}
        <span class="spring" />
        <button class="button" type="button" onClick={load}>
          Look again
        </button>
      </div>
      {error && (
        <p class="note note-bad" role="alert">
          {error}
        </p>
      )}
      {listed && (
        <p class="hint">
          {listed.keptSeconds > 0 ? `They are kept for ${duration(listed.keptSeconds)} after the removal. They take ${bytes(listed.bytes)} of the disk, and may take ${bytes(listed.mostBytes)}: then the oldest go.` : "This Berth is set to keep none (berth.log.kept-after-removal)."}
        </p>
      )}
      {listed && items.length === 0 && <p class="empty">No container that has printed something was removed of late.</p>}
      {items.length > 0 && (
        <table class="containers">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Image</th>
              <th scope="col">Removed</th>
              <th scope="col">Goes</th>
              <th scope="col">Size</th>
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((log) => (
              <tr key={log.id}>
                <th scope="row">
                  <a href={logsAddress([log.id])}>{log.name}</a>
                  <span class="under">
                    <code>{shortId(log.id)}</code>
                  </span>
                </th>
                <td>{visibleText(log.image)}</td>
                <td title={dateTime(log.removedAt)}>
                  <span class="log-card-word">Removed </span>
                  {ago(log.removedAt, now)}
                </td>
                <td title={dateTime(log.until)}>
                  <span class="log-card-word">Goes </span>in {duration((Date.parse(log.until) - now) / 1000)}
                </td>
                <td>{bytes(log.bytes)}</td>
                <td>
                  <div class="actions">
                    <a class="button" href={logsApi.downloadAddress(log.id, EVERYTHING, true)} download aria-label={`Download the log of ${log.name}`}>
                      Download
                    </a>
                    <button class="button danger" type="button" aria-label={`Delete the log of ${log.name}`} onClick={() => setAsking(log)}>
                      Delete
                    </button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asking && (
        <Dialog title={`Delete the log of ${asking.name}?`} onClose={() => setAsking(null)}>
          <p>The container is gone already; with its log the last of it goes.</p>
          <div class="dialog-buttons">
            <button class="button" type="button" onClick={() => setAsking(null)}>
              Cancel
            </button>
            <button class="button danger" type="button" onClick={() => forget(asking)}>
              Delete
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
