import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { containers, loaded } from "../../live/containers";
import { findContainer } from "../../live/containerState";
import { containerAddress, logsAddress, MOST_LOGS, REMOVED_LOGS_ROUTE } from "../../ui/addresses";
import { COLOURS } from "./LogRow";
import { LogView } from "./LogView";
import type { Source } from "./source";

/** The logs of several containers, put together by time. They are named in the address: `?containers=a,b`. */
export function LogsPage() {
  const { query, route } = useLocation();
  const refs = [...new Set((query["containers"] ?? "").split(",").filter((one) => one !== ""))].slice(0, MOST_LOGS);
  const [removed, setRemoved] = useState<Readonly<Record<string, string>>>({});
  const nameOf = (ref: string): string => findContainer(containers.value, ref)?.name ?? removed[ref] ?? ref.slice(0, 24);
  const names = refs.map(nameOf).join(", ");
  useEffect(() => {
    document.title = `Logs ${names} · Berth`;
  }, [names]);
  const known = (sources: readonly Source[]): void => {
    setRemoved((before) => ({ ...before, ...Object.fromEntries(sources.filter((one) => one.removed !== null).map((one) => [one.ref, one.name])) }));
  };
  const shown = new Set(refs.map((ref) => findContainer(containers.value, ref)?.id));
  const others = [...containers.value.values()].filter((one) => !shown.has(one.id)).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      <div class="page-head">
        <h1>Logs</h1>
        <span class="spring" />
        <a href={REMOVED_LOGS_ROUTE}>Logs of removed containers</a>
      </div>
      <div class="log-chosen">
        <ul class="log-chips" aria-label="Containers shown">
          {refs.map((ref, index) => (
            <li key={ref} class="log-chip">
              <span class={`log-source log-source-${index % COLOURS}`} aria-hidden="true" />
              {findContainer(containers.value, ref) ? <a href={containerAddress(nameOf(ref), "logs")}>{nameOf(ref)}</a> : <span>{nameOf(ref)}{loaded.value && " (not there any more)"}</span>}
              <button class="log-action" type="button" aria-label={`Leave out ${nameOf(ref)}`} onClick={() => route(logsAddress(refs.filter((one) => one !== ref)))}>
                ✕
              </button>
            </li>
          ))}
        </ul>
        {refs.length < MOST_LOGS && others.length > 0 && (
          <label>
            <span class="hidden">Add a container</span>
            <select value="" onChange={(event) => event.currentTarget.value && route(logsAddress([...refs, event.currentTarget.value]))}>
              <option value="">Add a container…</option>
              {others.map((one) => (
                <option key={one.id} value={one.name}>
                  {one.name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {refs.length === 0 ? <p class="empty">Choose the containers whose logs are to be put together.</p> : <LogView key={refs.join(",")} refs={refs} onKnown={known} />}
    </>
  );
}
