import { useEffect, useRef, useState } from "preact/hooks";
import type { Container } from "../../api/types";
import { containers, loaded } from "../../live/containers";
import { Actions } from "../../ui/Actions";
import { containerAddress } from "../../ui/addresses";
import { shortId, statusSentence } from "../../ui/format";
import { Ports } from "../../ui/Ports";
import { StatePill } from "../../ui/State";
import { useNow } from "../../ui/useNow";
import { CreateDialog } from "./CreateDialog";

const fits = (one: Container, wanted: string): boolean =>
  [one.name, one.image, one.id, one.state, one.command.join(" ")].some((text) => text.toLowerCase().includes(wanted));

/** All containers, live. Newest first, so that a row moves only when one comes or goes. */
export function ListPage() {
  const [filter, setFilter] = useState("");
  const [creating, setCreating] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const now = useNow();

  useEffect(() => {
    document.title = "Containers · Berth";
    const focusFilter = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        search.current?.focus();
      }
    };
    document.addEventListener("keydown", focusFilter);
    return () => document.removeEventListener("keydown", focusFilter);
  }, []);

  const all = [...containers.value.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const shown = all.filter((one) => fits(one, filter.trim().toLowerCase()));
  const running = all.filter((one) => one.state === "running").length;
  return (
    <>
      <div class="page-head">
        <h1>Containers</h1>
        <span class="count">{loaded.value ? `${all.length} in all, ${running} running` : ""}</span>
        <span class="spring" />
        <input ref={search} type="search" aria-label="Filter containers" placeholder="Filter  ( / )" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
        <button class="button primary" onClick={() => setCreating(true)}>
          New container
        </button>
      </div>
      {!loaded.value && <p class="empty">Loading…</p>}
      {loaded.value && all.length === 0 && <Empty onCreate={() => setCreating(true)} />}
      {shown.length > 0 && (
        <table class="containers">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">State</th>
              <th scope="col">Image</th>
              <th scope="col">Ports</th>
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <Row key={one.id} one={one} now={now} />
            ))}
          </tbody>
        </table>
      )}
      {loaded.value && all.length > 0 && shown.length === 0 && <p class="empty">No container fits “{filter}”.</p>}
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function Row({ one, now }: { readonly one: Container; readonly now: number }) {
  const failed = one.error !== "" || one.oomKilled || (one.state === "exited" && one.exitCode !== 0);
  return (
    <tr>
      <th scope="row">
        <a href={containerAddress(one.name)}>{one.name}</a>
        <code class="under">{shortId(one.id)}</code>
      </th>
      <td data-label="State">
        <StatePill state={one.state} failed={failed} />
        <span class="under">{statusSentence(one, now)}</span>
      </td>
      <td data-label="Image">
        {one.image}
        <code class="under command" title={one.command.join(" ")}>
          {one.command.join(" ")}
        </code>
      </td>
      <td data-label="Ports">{one.ports.length > 0 ? <Ports ports={one.ports} /> : <span class="none">none</span>}</td>
      <td>
        <Actions one={one} />
      </td>
    </tr>
  );
}

function Empty({ onCreate }: { readonly onCreate: () => void }) {
  return (
    <section class="empty">
      <h2>No containers yet</h2>
      <p>
        <button class="button primary" onClick={onCreate}>
          Create the first one
        </button>{" "}
        or start one from a shell on this machine:
      </p>
      <pre>
        export DOCKER_HOST=unix:///run/berth/docker.sock{"\n"}docker load -i image.tar{"\n"}docker run -d --name web -p 8000:80 my/image
      </pre>
    </section>
  );
}
