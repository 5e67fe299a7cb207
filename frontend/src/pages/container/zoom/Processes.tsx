import { useState } from "preact/hooks";
import type { ProcessesView } from "../../../api/insight";
import type { Follower } from "../../../live/follower";
import { visibleText } from "../../../live/plainText";
import { bytes } from "../../../ui/format";
import { Told } from "../../../ui/Told";
import { processTree, type ProcessNode } from "./processTree";
import { counted, nanos, processState } from "./words";

/** Deeper than this, a branch is closed at first. */
const OPEN_DEPTH = 3;
/** A branch shows so many processes until more are asked for. */
const SHOWN = 50;

/** The processes as a tree, with their numbers inside and outside. */
export function Processes({ follower }: { readonly follower: Follower<ProcessesView> }) {
  const view = follower.sample.value.value;
  if (!view) return <p class="dim">Asking for the processes…</p>;
  if (view.items.length === 0) return null;
  return (
    <section class="processes" aria-label="Processes">
      <h3>
        Process tree <span class="dim">{counted(view.items.length, "process", "processes")}</span>
      </h3>
      <Branch nodes={processTree(view.items)} depth={0} />
    </section>
  );
}

function Branch({ nodes, depth }: { readonly nodes: readonly ProcessNode[]; readonly depth: number }) {
  const [shown, setShown] = useState(SHOWN);
  return (
    <ul class="tree">
      {nodes.slice(0, shown).map((node) => (
        <Process key={node.process.pid} node={node} depth={depth} />
      ))}
      {nodes.length > shown && (
        <li>
          <button class="button quiet" type="button" onClick={() => setShown(nodes.length)}>
            Show {counted(nodes.length - shown, "more process", "more processes")}
          </button>
        </li>
      )}
    </ul>
  );
}

function Process({ node, depth }: { readonly node: ProcessNode; readonly depth: number }) {
  const [open, setOpen] = useState(depth < OPEN_DEPTH);
  const { process, children, below } = node;
  const name = visibleText(process.name);
  const folder = `/proc/${process.pid}`;
  return (
    <li>
      <div class="process">
        {children.length > 0 ? (
          <button class="twist" type="button" aria-expanded={open} aria-label={`${name}, ${counted(below, "process", "processes")} below`} onClick={() => setOpen(!open)}>
            <span aria-hidden="true">{open ? "▾" : "▸"}</span>
          </button>
        ) : (
          <span class="twist" aria-hidden="true" />
        )}
        <Told about={`number of ${name}`} path={`${folder}/status`} meaning="NSpid: the number of the process in each PID namespace that it is seen in, the host's first.">
          <span class="hidden">inside </span>
          {process.inside ?? "?"}
          <span aria-hidden="true"> → </span>
          <span class="hidden">, outside </span>
          {process.pid}
        </Told>
        <Told about={`command of ${name}`} path={`${folder}/cmdline`} whole={visibleText(process.command)} meaning={`It runs as ${visibleText(process.user)} (uid ${process.uid} outside) and ${processState(process.state)}.`}>
          <code class="command-line">{visibleText(process.command || process.name)}</code>
        </Told>
        <span class="process-facts">
          {visibleText(process.user)} · {bytes(process.residentBytes)} · {nanos(process.cpuNanos)} CPU · {counted(process.threads, "thread")}
        </span>
      </div>
      {open && children.length > 0 && <Branch nodes={children} depth={depth + 1} />}
    </li>
  );
}
