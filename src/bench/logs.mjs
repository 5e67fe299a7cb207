/* Frames a second of the dashboard's logs while a container writes fast.
   Usage: node src/bench/logs.mjs BASE_URL PASSWORD CONTAINER [SECONDS]
   The container prints lines that end with a number that rises by one. During the time frames are counted by requestAnimationFrame, the lines
   and what is said to be left out by what comes over the WebSocket. Prints one object of JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDashboard } from "../../frontend/e2e/browser.mjs";

const [base, password, container, seconds = "10"] = process.argv.slice(2);
if (!container) {
  console.error("usage: node src/bench/logs.mjs BASE_URL PASSWORD CONTAINER [SECONDS]");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "berth-bench-"));
const { page, login, run } = await openDashboard(base, folder);

/** In the page: counts what comes over the log's WebSocket. */
function countLines() {
  const came = (window.came = { lines: 0, skipped: 0 });
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...all) {
      super(...all);
      if (!/\/logs\?/.test(String(all[0]))) return;
      super.addEventListener("message", (event) => {
        const message = JSON.parse(event.data);
        came.lines += message.lines?.length ?? 0;
        came.skipped += message.skipped ?? 0;
      });
    }
  };
}

/** In the page: the times between frames for so long, and what has come and is shown by then. */
async function watchFrames(millis) {
  const last = () => Number(/(\d+)\s*$/.exec([...document.querySelectorAll(".log-line")].at(-1)?.textContent ?? "")?.[1] ?? 0);
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const gaps = [];
  const begun = await frame();
  const [first, before] = [last(), { ...window.came }];
  for (let [now, old] = [begun, begun]; now - begun < millis; old = now) {
    now = await frame();
    gaps.push(now - old);
  }
  return { gaps, seconds: gaps.reduce((sum, gap) => sum + gap, 0) / 1000, shown: last() - first, lines: window.came.lines - before.lines, skipped: window.came.skipped - before.skipped };
}

async function measure() {
  await page.addInitScript(countLines);
  await login(password);
  await page.goto(`${base}/ui/containers/${container}/logs`);
  await page.getByText("Following. Scroll up to pause.").waitFor();
  await page.locator(".log-line").first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const cpu = async () => (await devtools.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration").value;
  const cpuBefore = await cpu();
  const { gaps, seconds: passed, shown, lines, skipped } = await page.evaluate(watchFrames, Number(seconds) * 1000);
  const busy = (await cpu()) - cpuBefore;
  gaps.sort((a, b) => a - b);
  const figures = {
    seconds: passed,
    frames_per_second: gaps.length / passed,
    frame_ms: { median: gaps[Math.floor(gaps.length / 2)], p95: gaps[Math.floor(gaps.length * 0.95)], worst: gaps.at(-1) },
    lines_per_second: (lines + skipped) / passed,
    lines_received: lines,
    lines_left_out: skipped,
    last_number_moved_by: shown,
    main_thread_percent: (100 * busy) / passed,
  };
  console.log(JSON.stringify(figures, (_key, value) => (typeof value === "number" ? Math.round(value * 10) / 10 : value), 2));
}

try {
  await run([measure]);
} finally {
  rmSync(folder, { recursive: true });
}
