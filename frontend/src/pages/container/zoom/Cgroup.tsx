import type { ComponentChildren } from "preact";
import { isUp } from "../../../api/actions";
import type { CgroupView, CpuTime, Gauge, Pressure, PressureShare } from "../../../api/insight";
import type { Container } from "../../../api/types";
import type { Follower } from "../../../live/follower";
import { Bar } from "../../../ui/Bar";
import { bytes, percent } from "../../../ui/format";
import { Told } from "../../../ui/Told";
import { nextMoment, type CgroupMoment } from "./cgroupMoment";
import { LimitEditor } from "./LimitEditor";
import { amount, counted, CPU_LIMIT, cpuCount, limitKind, MEMORY_LIMIT, nanos, nearness, PIDS_LIMIT, shareOf, shareWords, type LimitKind } from "./words";

interface Props {
  readonly one: Container;
  readonly follower: Follower<CgroupMoment>;
}

/** What the container uses of what it may. */
export function Cgroup({ one, follower }: Props) {
  const moment = follower.sample.value.value;
  if (!moment) return <p class="dim">Asking the kernel…</p>;
  const view = moment.lastKnown;
  // Without a cgroup the last readings hold the limit of before: what the container is to get is told then.
  const changed = (after: CgroupView): void => follower.take(nextMoment(after.gauges.length > 0 ? moment : null, after, Date.now()));
  if (!view) return <Unmade one={one} onChanged={changed} />;
  return (
    <>
      {(view !== moment.view || view.end !== null) && <p class="note">Its cgroup has gone with its last process. These are the last readings of it.</p>}
      <ul class="cards" aria-label="Controllers">
        {view.cpu && <CpuCard one={one} cpu={view.cpu} moment={moment} onChanged={changed} />}
        {view.gauges.map((gauge) => (
          <GaugeCard key={`${gauge.controller} ${gauge.name}`} one={one} gauge={gauge} onChanged={changed} />
        ))}
        {view.cpu && <ThrottlingCard cpu={view.cpu} share={moment.throttledShare} />}
        {view.pressure.map((pressure) => (
          <PressureCard key={pressure.resource} pressure={pressure} />
        ))}
        <KillsCard view={view} />
      </ul>
      <Missing view={view} />
      <Folders view={view} />
    </>
  );
}

/** Of one that does not run, and did not while this page was open: only its limits are known. */
function Unmade({ one, onChanged }: { readonly one: Container; readonly onChanged: (after: CgroupView) => void }) {
  const { memoryBytes, cpus, pids } = one.limits;
  const limits: readonly (readonly [string, LimitKind, number | null, string])[] = [
    ["CPU", CPU_LIMIT, cpus, cpus === null ? "no limit" : cpuCount(cpus)],
    ["Memory", MEMORY_LIMIT, memoryBytes, memoryBytes === null ? "no limit" : bytes(memoryBytes)],
    ["Processes", PIDS_LIMIT, pids, pids === null ? "no limit" : counted(pids, "process", "processes")],
  ];
  return (
    <>
      <p class="note">A cgroup is there only while something runs in it, so there is nothing to read. These limits hold for the next start.</p>
      <ul class="cards" aria-label="Controllers">
        {limits.map(([name, kind, limit, text]) => (
          <li class="card" key={name} aria-label={name}>
            <h3>{name}</h3>
            <p class="reading">
              <strong>{text}</strong>{" "}
              {limit !== null && <span class="dim">at most</span>}
            </p>
            <LimitEditor one={one} kind={kind} limit={limit} onChanged={onChanged} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface MeterProps {
  readonly one: Container;
  readonly name: string;
  readonly share: number | null;
  readonly peakShare: number | null;
  readonly text: string;
  readonly kind: LimitKind | null;
  readonly limit: number | null;
  readonly onChanged: (after: CgroupView) => void;
  /** What stands below the bar, on the right. */
  readonly more: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A bar that is full at the limit, with the values beside it, and the way to another limit. */
function Meter({ one, name, share, peakShare, text, kind, limit, onChanged, more, children }: MeterProps) {
  const near = nearness(share);
  return (
    <li class="card" aria-label={name}>
      <h3>{name}</h3>
      <p class="reading">{children}</p>
      {limit !== null && (
        <div role="meter" aria-label={`${name}, share of the limit`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(Math.min(share ?? 0, 1) * 100)} aria-valuetext={text}>
          <Bar share={share} mark={peakShare} warn={near !== null} />
        </div>
      )}
      <p class="under-bar">
        {limit !== null && (
          <span class={near ? "warn" : "dim"}>
            {near && (
              <>
                <span aria-hidden="true">▲ </span>
                <strong>{near}: </strong>
              </>
            )}
            {text}
          </span>
        )}
        {more}
      </p>
      {kind && <LimitEditor one={one} kind={kind} limit={limit} onChanged={onChanged} />}
    </li>
  );
}

const shareText = (share: number | null): string => (share === null ? "the share is not known yet" : `${shareWords(share)} of the limit`);

function GaugeCard({ one, gauge, onChanged }: { readonly one: Container; readonly gauge: Gauge; readonly onChanged: (after: CgroupView) => void }) {
  const { name, unit, used, limit, peak } = gauge;
  const share = shareOf(used, limit);
  const more = peak !== null && (
    <span class="peak">
      <span class="dim">peak</span>
      <Told about={`${name}, peak`} path={gauge.peakPath} meaning="The most that was used since the cgroup was made: the line across the bar.">
        {amount(peak, unit)}
      </Told>
    </span>
  );
  return (
    <Meter one={one} name={capital(name)} share={share} peakShare={shareOf(peak, limit)} text={shareText(share)} kind={limitKind(gauge)} limit={limit} onChanged={onChanged} more={more}>
      <Told about={`${name}, used`} path={gauge.path} meaning={gauge.meaning}>
        <strong>{used === null ? "not known" : amount(used, unit)}</strong>
      </Told>
      <span class="dim">of</span>
      <Told about={`${name}, limit`} path={gauge.limitPath} meaning="How much it may use at most. Beyond that the kernel takes back, refuses or kills.">
        {limit === null ? "no limit" : amount(limit, unit)}
      </Told>
    </Meter>
  );
}

function CpuCard({ one, cpu, moment, onChanged }: { readonly one: Container; readonly cpu: CpuTime; readonly moment: CgroupMoment; readonly onChanged: (after: CgroupView) => void }) {
  const measured = shareOf(moment.cpus, cpu.limitCpus);
  // Two answers do not come in quite the time that lies between the kernel's readings: more than all is all.
  const share = measured === null ? null : Math.min(measured, 1);
  const more = cpu.usageNanos !== null && (
    <span class="peak">
      <span class="dim">in all</span>
      <Told about="CPU time in all" path={cpu.usagePath} meaning="The processor time of all its processes since the cgroup was made.">
        {nanos(cpu.usageNanos)}
      </Told>
    </span>
  );
  return (
    <Meter one={one} name="CPU" share={share} peakShare={null} text={shareText(share)} kind={CPU_LIMIT} limit={cpu.limitCpus} onChanged={onChanged} more={more}>
      <Told about="CPU, used" path={cpu.usagePath} meaning="How many CPUs it kept busy between the last two readings of this counter.">
        <strong>{moment.cpus !== null ? cpuCount(moment.cpus) : moment.base !== null && isUp(one) ? "measuring…" : "not known"}</strong>
      </Told>
      <span class="dim">of</span>
      <Told about="CPU, limit" path={cpu.limitPath} meaning="Quota divided by period: how many CPUs' worth of time it may use.">
        {cpu.limitCpus === null ? "no limit" : cpuCount(cpu.limitCpus)}
      </Told>
    </Meter>
  );
}

function ThrottlingCard({ cpu, share }: { readonly cpu: CpuTime; readonly share: number | null }) {
  const all = shareOf(cpu.throttledPeriods, cpu.periods);
  return (
    <li class="card" aria-label="Throttling">
      <h3>Throttling</h3>
      <p class="reading">
        <Told about="throttled periods" path={cpu.path} meaning="In so many periods it had used up its quota and had to wait for the next one.">
          <strong>{cpu.throttledPeriods.toLocaleString("en-GB")}</strong>
        </Told>
        <span class="dim">of</span>
        <Told about="periods" path={cpu.path} meaning="How many periods of its quota have passed in which it wanted to run; without a limit the kernel counts none.">
          {counted(cpu.periods, "period")}
        </Told>
      </p>
      <Bar share={share ?? all ?? 0} warn={(share ?? 0) >= 0.5} />
      <p class="under-bar">
        <span class="dim">{share !== null ? `${shareWords(share)} of the last second's periods` : all !== null ? `${shareWords(all)} of all periods` : "no period of a quota has passed"}</span>
        <span class="peak">
          <span class="dim">waited</span>
          <Told about="throttled time" path={cpu.path} meaning="The time that its processes waited for the next period, added up.">
            {nanos(cpu.throttledNanos)}
          </Told>
        </span>
      </p>
    </li>
  );
}

const RESOURCES: Readonly<Record<string, string>> = { cpu: "CPU", memory: "Memory", io: "Disk" };

function PressureCard({ pressure }: { readonly pressure: Pressure }) {
  const { resource, some, full, path } = pressure;
  const name = `${RESOURCES[resource] ?? capital(resource)} pressure`;
  return (
    <li class="card" aria-label={name}>
      <h3>{name}</h3>
      <Waiting name={`${name}, some`} says="at least one waits" share={some} path={path} meaning="The share of the time in which at least one of its processes waited for this resource." />
      {full && <Waiting name={`${name}, full`} says="all wait at once" share={full} path={path} meaning="The share of the time in which all of its processes that wanted to run waited at once." />}
    </li>
  );
}

function Waiting({ name, says, share, path, meaning }: { readonly name: string; readonly says: string; readonly share: PressureShare; readonly path: string; readonly meaning: string }) {
  return (
    <>
      <p class="reading">
        <Told about={`${name}, last 10 seconds`} path={path} meaning={`${meaning} In all ${nanos(share.totalMicros * 1000)}.`}>
          <strong>{percent(share.avg10)}</strong>
        </Told>
        <span class="dim">{says}</span>
        <span class="dim peak">
          1 min {percent(share.avg60)}, 5 min {percent(share.avg300)}
        </span>
      </p>
      <Bar share={share.avg10 / 100} />
    </>
  );
}

function KillsCard({ view }: { readonly view: CgroupView }) {
  if (view.oomKills === null) return null;
  const some = view.oomKills > 0;
  return (
    <li class="card" aria-label="Kills for want of memory">
      <h3>Kills for want of memory</h3>
      <p class={`reading ${some ? "bad" : ""}`}>
        <Told about="OOM kills" path={view.oomPath} meaning="How many of its processes the kernel has killed because the memory limit was reached.">
          <strong>
            {some && <span aria-hidden="true">▲ </span>}
            {view.oomKills === 0 ? "none" : counted(view.oomKills, "process", "processes")}
          </strong>
        </Told>
      </p>
    </li>
  );
}

function Missing({ view }: { readonly view: CgroupView }) {
  if (view.missing.length === 0) return null;
  return (
    <section class="missing" aria-label="What is not told">
      <h3>What is not told</h3>
      <dl>
        {view.missing.map((one) => (
          <div key={one.what}>
            <dt>{capital(one.what)}</dt>
            <dd>{one.why}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Folders({ view }: { readonly view: CgroupView }) {
  const folders = Object.entries(view.folders);
  if (folders.length === 0) return null;
  return (
    <details class="folders">
      <summary>
        Where it lives: version {view.version} of the cgroups, {counted(folders.length, "folder")}
      </summary>
      <dl class="pairs">
        {folders.map(([hierarchy, folder]) => (
          <div key={hierarchy}>
            <dt>{hierarchy || "unified"}</dt>
            <dd>
              <code>{folder}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
