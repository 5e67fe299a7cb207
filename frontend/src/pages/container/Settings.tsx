import "./settings.css";
import { useEffect, useState } from "preact/hooks";
import { api, told } from "../../api/http";
import type { Container, ContainerSettings } from "../../api/types";
import { Fact } from "./Fact";
import { asJson, facts } from "./settings";

/** What a container was asked to be; its secrets among the rest, as for everybody who may make one. */
export function Settings({ one }: { readonly one: Container }) {
  const [settings, setSettings] = useState<ContainerSettings | null>(null);
  const [error, setError] = useState("");
  const { memoryBytes, cpus, pids } = one.limits;
  useEffect(() => {
    let current = true;
    api.settings(one.id).then(
      (found) => {
        if (!current) return;
        setSettings(found);
        setError("");
      },
      (failure: unknown) => current && setError(told(failure)),
    );
    return () => {
      current = false;
    };
    // Those change in place.
  }, [one.id, one.name, memoryBytes, cpus, pids]);
  return (
    <section class="settings" aria-label="As it was asked for">
      <h2>As it was asked for</h2>
      {error && (
        <p class="note note-bad" role="alert">
          The settings could not be read: {error}
        </p>
      )}
      {settings ? <Known settings={settings} /> : !error && <p class="dim">Loading…</p>}
    </section>
  );
}

function Known({ settings }: { readonly settings: ContainerSettings }) {
  return (
    <>
      <dl class="facts">
        {facts(settings).map(([name, lines]) => (
          <Fact key={name} name={name}>
            {lines.map((line, index) => (
              <div key={index}>
                <code>{line}</code>
              </div>
            ))}
          </Fact>
        ))}
      </dl>
      <details>
        <summary>All settings, in the names of the Docker Engine API</summary>
        <pre role="region" tabIndex={0} aria-label="All settings">
          {asJson(settings)}
        </pre>
      </details>
    </>
  );
}
