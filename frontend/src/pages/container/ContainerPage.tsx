import { lazy, useLocation, useRoute } from "preact-iso";
import { useEffect, useRef } from "preact/hooks";
import type { Container } from "../../api/types";
import { containers, loaded } from "../../live/containers";
import { findContainer } from "../../live/containerState";
import { containerAddress, duplicateAddress, listAddress } from "../../ui/addresses";
import { Actions } from "../../ui/Actions";
import { shortId, statusSentence } from "../../ui/format";
import { NotFound } from "../../ui/NotFound";
import { StatePill } from "../../ui/State";
import { Unprotected } from "../../ui/Unprotected";
import { useNow } from "../../ui/useNow";
import { Config } from "./Config";
import { Gone } from "./Gone";

const Logs = lazy(() => import("./Logs").then((module) => module.Logs));
const Console = lazy(() => import("./Console").then((module) => module.Console));
const Files = lazy(() => import("./files/Files").then((module) => module.Files));
const History = lazy(() => import("./history/History").then((module) => module.History));
const Stats = lazy(() => import("./Stats").then((module) => module.Stats));
const ZoomIn = lazy(() => import("./zoom/ZoomIn").then((module) => module.ZoomIn));

const TABS = [
  ["", "Zoom-in"],
  ["logs", "Logs"],
  ["console", "Console"],
  ["stats", "Stats"],
  ["files", "Files"],
  ["config", "Config"],
  ["history", "History"],
] as const;

interface Props {
  readonly tab?: string;
}

/** One container; its tabs are addresses. */
export function ContainerPage({ tab = "" }: Props) {
  const { route } = useLocation();
  const { params } = useRoute();
  const now = useNow();
  const ref = params["ref"] ?? "";
  // The page stays with the container that it was opened for, also under another name.
  const last = useRef({ ref: "", id: "", name: "" });
  const before = last.current.ref === ref ? last.current : null;
  const one = (before && containers.value.get(before.id)) ?? findContainer(containers.value, ref);
  if (one) last.current = { ref, id: one.id, name: one.name };

  useEffect(() => {
    document.title = `${one?.name ?? ref} · Berth`;
  }, [one?.name, ref]);

  if (!one && before) return <Gone id={before.id} name={before.name} />;
  if (!one) return loaded.value ? <NotFound /> : <p class="empty">Loading…</p>;
  const failed = one.error !== "" || one.oomKilled || (one.state === "exited" && one.exitCode !== 0);
  return (
    <>
      <div class="page-head">
        <h1>{one.name}</h1>
        <StatePill state={one.state} failed={failed} />
        <span class="count">{statusSentence(one, now)}</span>
        <Unprotected id={one.id} />
        <span class="spring" />
        <a class="button" href={containerAddress(ref, "edit")}>
          Edit
        </a>
        <a class="button" href={duplicateAddress(one.name)}>
          Duplicate
        </a>
        <Actions one={one} onRemoved={() => route(listAddress())} />
      </div>
      <p class="facts-line">
        {one.image} <code title={one.id}>{shortId(one.id)}</code>
        <button class="button quiet" onClick={() => void navigator.clipboard.writeText(one.id)}>
          Copy id
        </button>
      </p>
      <nav class="tabs" aria-label="Parts of this container">
        {TABS.map(([key, name]) => (
          <a key={key} href={containerAddress(ref, key)} aria-current={tab === key ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <Tab one={one} tab={tab} />
    </>
  );
}

function Tab({ one, tab }: { readonly one: Container; readonly tab: string }) {
  const running = one.state === "running";
  switch (tab) {
    case "logs":
      return <Logs key={one.id} one={one} />;
    case "console":
      return running ? <Console key={`${one.id} ${one.startedAt ?? ""}`} one={one} /> : <p class="empty">The container is not running: start it to open a console.</p>;
    case "stats":
      return running ? <Stats key={`${one.id} ${one.startedAt ?? ""}`} one={one} /> : <p class="empty">The container is not running, so it uses nothing.</p>;
    case "files":
      return <Files key={one.id} one={one} />;
    case "history":
      return <History key={one.id} one={one} />;
    case "config":
      return <Config one={one} />;
    default:
      return <ZoomIn key={one.id} one={one} />;
  }
}
