import "./zoom.css";
import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { End } from "../../../api/insight";
import type { Container } from "../../../api/types";
import type { Follower, Sample } from "../../../live/follower";
import { visibleText } from "../../../live/plainText";
import { dateTime, endSentence } from "../../../ui/format";
import { Gone } from "../Gone";
import { Cgroup } from "./Cgroup";
import { FileSystem } from "./FileSystem";
import { Namespaces } from "./Namespaces";
import { useInsight, type Insight } from "./useInsight";

const samplesOf = (insight: Insight): readonly Sample<unknown>[] => Object.values(insight).map((follower: Follower<unknown>) => follower.sample.value);

/** One container as what it is: what it can see, what it may use, what it is made of. */
export function ZoomIn({ one }: { readonly one: Container }) {
  const insight = useInsight(one);
  const gone = useComputed(() => samplesOf(insight).some((sample) => sample.trouble?.kind === "gone"));
  if (gone.value) return <Gone id={one.id} name={one.name} />;
  return (
    <div class="zoom">
      <Ending one={one} insight={insight} />
      <Lost insight={insight} />
      <Band title="Namespaces" says="What it can see: inside on the left, outside on the right of each arrow.">
        <Namespaces insight={insight} />
      </Band>
      <Band title="Cgroup" says="What it may use, and what it uses.">
        <Cgroup one={one} follower={insight.cgroup} />
      </Band>
      <Band title="File system" says="What it is made of: the layers of its image, its own writable layer, and what is mounted through them.">
        <FileSystem insight={insight} />
      </Band>
    </div>
  );
}

function Band({ title, says, children }: { readonly title: string; readonly says: string; readonly children: ComponentChildren }) {
  const id = `band-${title.replace(" ", "-").toLowerCase()}`;
  return (
    <section class="band" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="band-says">{says}</p>
      {children}
    </section>
  );
}

/** Why it does not run. */
function Ending({ one, insight }: { readonly one: Container; readonly insight: Insight }) {
  const end: End | null = insight.namespaces.sample.value.value?.end ?? null;
  if (one.state === "created" && !one.error) return <p class="note">It was never started: it has no namespaces and no cgroup yet, only its file system.</p>;
  const guess = endSentence(one);
  if (one.state === "running" || one.state === "paused" || (end === null && guess === null)) return null;
  const bad = one.oomKilled || one.error !== "" || (one.exitCode ?? 0) !== 0;
  return (
    <p class={`note ${bad ? "note-bad" : ""}`}>
      <strong>It does not run.</strong> {end ? `${visibleText(end.why)} That was on ${dateTime(end.at)}, with exit code ${end.exitCode}.` : guess} Below stands what is left of it.
    </p>
  );
}

/** That the values are old, and since when. */
function Lost({ insight }: { readonly insight: Insight }) {
  const samples = samplesOf(insight);
  const lost = samples.find((sample) => sample.trouble);
  const last = Math.max(...samples.map((sample) => sample.at));
  return (
    <div role="status">
      {lost?.trouble && (
        <p class="note note-bad">
          Connection lost, trying again. {lost.trouble.message}
          {last > 0 && ` The values are those of ${new Date(last).toLocaleTimeString()}.`}
        </p>
      )}
    </div>
  );
}
