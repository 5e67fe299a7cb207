import "uplot/dist/uPlot.min.css";
import uPlot from "uplot";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Container } from "../../api/types";
import type { Moment } from "../../live/rates";
import { followStats, HISTORY_SECONDS, type StatsFeed } from "../../live/stats";
import { bytes, bytesPerSecond, percent } from "../../ui/format";

interface Series {
  readonly name: string;
  readonly value: (moment: Moment) => number | null;
}

interface Scale {
  readonly steps: readonly number[];
  readonly least: number;
}

/** Bytes are told in powers of 1024, so the lines of their scale lie at powers of two. */
const BYTES: Scale = { steps: Array.from({ length: 50 }, (_, power) => 2 ** power), least: 1024 };
const PERCENT: Scale = { steps: [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000], least: 1 };

interface ChartProps {
  readonly title: string;
  readonly history: readonly Moment[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Steps of the scale, and what it reaches at least: a scale of 0 to 1 byte says nothing. */
  readonly scale: Scale;
  /** Drawn as a line. */
  readonly limit: number | null;
  readonly now: string;
}

/** Lines of the time, in seconds: its labels have no seconds. */
const TIMES = [60, 120, 300];

const HEIGHT = 160;

/** A colour of the style sheet as a canvas takes it: with the theme's choice made. */
function colour(name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** A number that is another as soon as the colours are: a canvas does not follow the style sheet. */
function useColours(): number {
  const [round, setRound] = useState(0);
  useEffect(() => {
    const changed = (): void => setRound((before) => before + 1);
    const theme = new MutationObserver(changed);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", changed);
    return () => {
      theme.disconnect();
      dark.removeEventListener("change", changed);
    };
  }, []);
  return round;
}

function data(props: ChartProps): uPlot.AlignedData {
  const values = props.series.map((series) => props.history.map(series.value));
  const limit = props.limit === null ? [] : [props.history.map(() => props.limit)];
  return [props.history.map((moment) => moment.at), ...values, ...limit];
}

const clock = (seconds: number): string => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

/** Lines over the last five minutes. */
function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const colours = useColours();

  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const axis = { stroke: colour("--text-dim"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const lines = props.series.map((series, index) => ({ label: series.name, stroke: colour(index === 0 ? "--accent" : "--second"), width: 1.5, spanGaps: false }));
    const limit = props.limit === null ? [] : [{ label: "limit", stroke: colour("--bad"), width: 1, dash: [6, 4] }];
    const made = new uPlot(
      {
        width: box.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { range: (_, __, end) => [end - HISTORY_SECONDS, end] }, y: { range: (_, __, top) => [0, Math.max(top || 0, props.limit ?? 0, props.scale.least) * 1.1] } },
        axes: [{ ...axis, size: 28, incrs: TIMES, values: (_, ticks) => ticks.map(clock) }, { ...axis, size: 72, incrs: [...props.scale.steps], values: (_, ticks) => ticks.map(props.format) }],
        series: [{}, ...lines, ...limit],
      },
      data(props),
      box,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [props.limit, colours]);

  useEffect(() => chart.current?.setData(data(props)), [props.history]);

  return (
    <figure class="chart">
      <figcaption>
        <span>{props.title}</span> <strong data-reading={props.title}>{props.now}</strong>
        {props.series.length > 1 && <span class="legend">{props.series.map((series) => <span key={series.name}>{series.name}</span>)}</span>}
      </figcaption>
      <div ref={place} role="img" aria-label={`${props.title}: ${props.now}`} />
    </figure>
  );
}

/** CPU, memory, network and block I/O of a running container, each second. */
export function Stats({ one }: { readonly one: Container }) {
  const [feed, setFeed] = useState<StatsFeed | null>(null);
  useEffect(() => {
    const followed = followStats(one.id, one.startedAt ?? "");
    setFeed(followed.feed);
    return followed.leave;
  }, [one.id, one.startedAt]);

  const latest = feed?.latest.value ?? null;
  const history = feed?.history.value ?? [];
  const last = history.at(-1);
  if (!latest || !last) return <p class="empty">{feed?.ended.value ? "The container has ended." : "Waiting for the first readings…"}</p>;
  const memoryNow = `${bytes(latest.memoryBytes)}${latest.memoryLimitBytes === null ? " of no limit" : ` of ${bytes(latest.memoryLimitBytes)}`}`;
  return (
    <section class="charts" aria-label="Stats">
      <Chart title="CPU" history={history} series={[{ name: "CPU", value: (moment) => moment.cpuPercent }]} scale={PERCENT} format={percent} limit={latest.cpuLimitPercent}
        now={`${percent(latest.cpuPercent)}${latest.cpuLimitPercent === null ? "" : ` of ${percent(latest.cpuLimitPercent)}`}`} />
      <Chart title="Memory" history={history} series={[{ name: "Memory", value: (moment) => moment.memoryBytes }]} scale={BYTES} format={bytes} limit={latest.memoryLimitBytes} now={memoryNow} />
      <Chart title="Network" history={history} series={[{ name: "received", value: (moment) => moment.networkRx }, { name: "sent", value: (moment) => moment.networkTx }]}
        scale={BYTES} format={(value) => bytesPerSecond(value)} limit={null} now={`${bytesPerSecond(last.networkRx)} in, ${bytesPerSecond(last.networkTx)} out`} />
      <Chart title="Block I/O" history={history} series={[{ name: "read", value: (moment) => moment.blockRead }, { name: "written", value: (moment) => moment.blockWrite }]}
        scale={BYTES} format={(value) => bytesPerSecond(value)} limit={null} now={`${bytesPerSecond(last.blockRead)} read, ${bytesPerSecond(last.blockWrite)} written`} />
      <p class="hint">{latest.pids === 1 ? "1 process" : `${latest.pids} processes`}. The dashed line is the limit.</p>
    </section>
  );
}
