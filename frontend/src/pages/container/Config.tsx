import type { Container } from "../../api/types";
import { visibleText } from "../../live/plainText";
import { bytes, dateTime, endSentence } from "../../ui/format";
import { Ports } from "../../ui/Ports";
import { later } from "../../ui/later";
import { joinWords } from "../list/words";
import { Fact } from "./Fact";

const Settings = later(() => import("./Settings").then((module) => module.Settings));

/** What was asked for when the container was made, and what it has got. */
export function Config({ one }: { readonly one: Container }) {
  const end = endSentence(one);
  const { memoryBytes, cpus, pids } = one.limits;
  return (
    <section aria-label="Config">
      {end && <p class={`note ${one.exitCode === 0 && !one.error ? "" : "note-bad"}`}>{end}</p>}
      <dl class="facts">
        <Fact name="Command">
          <code>{visibleText(joinWords(one.command))}</code>
        </Fact>
        <Fact name="Image">
          {one.image} <code class="dim">{one.imageId}</code>
        </Fact>
        <Fact name="Created">{dateTime(one.createdAt)}</Fact>
        {one.startedAt && <Fact name="Started">{dateTime(one.startedAt)}</Fact>}
        {one.finishedAt && <Fact name="Ended">{dateTime(one.finishedAt)}</Fact>}
        {one.pid !== null && <Fact name="Process on the host">{one.pid}</Fact>}
        <Fact name="Ports">{one.ports.length > 0 ? <Ports ports={one.ports} /> : "none published"}</Fact>
        <Fact name="Addresses">
          {one.addresses.length > 0 ? one.addresses.map((each) => `${each.address} in ${each.network}`).join(", ") : "none"}
        </Fact>
        <Fact name="Memory limit">{memoryBytes === null ? "none" : bytes(memoryBytes)}</Fact>
        <Fact name="CPU limit">{cpus === null ? "none" : `${cpus} CPUs`}</Fact>
        <Fact name="Process limit">{pids === null ? "none" : pids}</Fact>
        <Fact name="Mounts">
          {one.mounts.length === 0
            ? "none: all that it writes is lost when it is removed"
            : one.mounts.map((mount) => (
                <div key={mount.target}>
                  <code>{visibleText(mount.target)}</code> from {mount.type} {visibleText(mount.source)}
                  {mount.readOnly ? ", read-only" : ""}
                </div>
              ))}
        </Fact>
      </dl>
      <Settings one={one} />
    </section>
  );
}
