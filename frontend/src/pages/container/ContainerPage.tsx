import { useLocation, useRoute } from "preact-iso";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Container } from "../../api/types";
import { containers, loaded } from "../../live/containers";
import { findContainer } from "../../live/containerState";
import { visibleText } from "../../live/plainText";
import { containerAddress, listAddress } from "../../ui/addresses";
import { Actions } from "../../ui/Actions";
import { shortId, statusSentence } from "../../ui/format";
import { later } from "../../ui/later";
import { NotFound } from "../../ui/NotFound";
import { StatePill } from "../../ui/State";
import { Unprotected } from "../../ui/Unprotected";
import { useNow } from "../../ui/useNow";
import { Config } from "./Config";
import { Gone } from "./Gone";

// The router would keep the page before beside this one until a part that it waits for is there: so the parts say themselves that they come.
const Logs = later(() => import("./Logs").then((module) => module.Logs));
const Console = later(() => import("./Console").then((module) => module.Console));
const Files = later(() => import("./files/Files").then((module) => module.Files));
const History = later(() => import("./history/History").then((module) => module.History));
const Stats = later(() => import("./Stats").then((module) => module.Stats));
const ZoomIn = later(() => import("./zoom/ZoomIn").then((module) => module.ZoomIn));

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
  const renamed = before?.name === ref && one && one.name !== ref ? one.name : null;
  if (one) last.current = { ref, id: one.id, name: one.name };

  useEffect(() => {
    document.title = `${one?.name ?? ref} · Berth`;
  }, [one?.name, ref]);

  // The address follows the name: what is loaded anew or passed on leads here.
  useEffect(() => {
    if (renamed !== null) route(`${containerAddress(renamed, tab)}${location.search}`, true);
  }, [renamed]);

  if (!one && before) return <Gone id={before.id} name={before.name} />;
  if (!one) return loaded.value ? <NotFound /> : <p class="empty">Loading…</p>;
  return (
    <>
      <div class="page-head">
        <h1 class="name">{one.name}</h1>
        <StatePill one={one} />
        <span class="count">{statusSentence(one, now)}</span>
        <Unprotected id={one.id} />
        <span class="spring" />
        <Actions one={one} onRemoved={() => route(listAddress())} />
      </div>
      <p class="facts-line">
        <span class="name">{visibleText(one.image)}</span> <Id key={one.id} id={one.id} />
      </p>
      <Tabs containerRef={ref} tab={tab} />
      <Tab one={one} tab={tab} />
    </>
  );
}

/** The id: short, and whole where there is no clipboard to copy it to, which browsers have for secure connections only. */
function Id({ id }: { readonly id: string }) {
  const [copied, setCopied] = useState(false);
  const [whole, setWhole] = useState(false);
  // The type says that it is always there.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  const copy = (): void => {
    if (clipboard) clipboard.writeText(id).then(() => setCopied(true), () => setWhole(true));
    else setWhole(true);
  };
  return (
    <>
      <code class="name" title={id}>{whole ? id : shortId(id)}</code>
      {!whole && (
        <button class="button quiet" type="button" onClick={copy}>
          {copied ? "Copied" : "Copy id"}
        </button>
      )}
    </>
  );
}

function Tabs({ containerRef, tab }: { readonly containerRef: string; readonly tab: string }) {
  const bar = useRef<HTMLElement>(null);
  // On a phone not all have room beside each other: the one that is open is seen.
  useLayoutEffect(() => bar.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }), [tab]);
  return (
    <nav class="tabs" aria-label="Parts of this container" ref={bar}>
      {TABS.map(([key, name]) => (
        <a key={key} href={containerAddress(containerRef, key)} aria-current={tab === key ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
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
