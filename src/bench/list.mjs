/* Measures the dashboard's list of containers in a real browser, against a server of its own that makes the containers up: the page and its
   connections are the dashboard's, the numbers are random. So it is the browser that is measured, not an engine.
   Usage: node list.mjs [BUILT_FOLDER]
   BUILT_FOLDER is what frontend/build.sh has made, target/classes/static when it is missing. Prints one JSON object. */
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const load = createRequire(new URL("../../frontend/package.json", import.meta.url));
const { chromium } = load("playwright-core");
const { WebSocketServer } = load("ws");

const built = process.argv[2] ?? fileURLToPath(new URL("../../target/classes/static", import.meta.url));
const MANY = 1000;
const WATCHED = 200;
const ROUNDS = 5;
const WATCH_MS = 30_000;
const SETTLE_MS = 5_000;
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

const id = (index) => index.toString(16).padStart(8, "0").repeat(8);

function container(index) {
  const running = index % 10 !== 9;
  const began = new Date(Date.now() - index * 61_000).toISOString();
  const service = ["web", "db", "cache", "worker", "proxy"][index % 5];
  const project = `shop-${Math.floor(index / 20)}`;
  return {
    id: id(index), name: `${project}-${service}-${index}`, image: `registry.example/${service}:1.${index % 7}`, imageId: `sha256:${id(index)}`,
    command: [service, "--serve"], state: running ? "running" : "exited", status: "Up 3 minutes", createdAt: began, startedAt: began, finishedAt: running ? null : began,
    exitCode: running ? null : index % 3, oomKilled: false, error: "", pid: running ? 1000 + index : null,
    ports: index % 2 === 0 ? [{ hostIp: "0.0.0.0", hostPort: 20_000 + index, containerPort: 80, protocol: "tcp" }] : [],
    addresses: [], mounts: [], limits: { memoryBytes: 256 << 20, cpus: null, pids: null }, restarts: index % 4 === 0 ? 2 : 0, health: index % 3 === 0 ? "healthy" : null,
    networks: [project], labels: { "com.docker.compose.project": project, "com.docker.compose.service": service },
  };
}

/** Serves the built dashboard as Berth does, and its three connections. @param ready resolves when the containers may be told */
function serve(count, ready = () => Promise.resolve()) {
  const manifest = JSON.parse(readFileSync(join(built, "manifest.json"), "utf8"));
  const entry = manifest["src/main.tsx"];
  const head = `<meta name="berth-user" content="bench"><meta name="csrf" content="x">${(entry.css ?? []).map((file) => `<link rel="stylesheet" href="/${file}">`).join("")}`;
  const page = `<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Berth</title>${head}<script type="module" src="/${entry.file}"></script></head><body><div id="app"></div></body></html>`;
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://here").pathname;
    const file = join(built, path);
    if (extname(path) in TYPES && file.startsWith(built) && existsSync(file)) {
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] });
      createReadStream(file).pipe(response);
    } else if (path.startsWith("/ui/")) {
      response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": "default-src 'self'; base-uri 'none'" });
      response.end(page);
    } else {
      response.writeHead(404).end();
    }
  });
  const items = Array.from({ length: count }, (_, index) => container(index));
  const running = items.filter((one) => one.state === "running");
  const streams = {
    "/ws/v1/containers": (socket) => void ready().then(() => socket.send(JSON.stringify({ type: "snapshot", sequence: 0, items }))),
    "/ws/v1/operations": (socket) => socket.send(JSON.stringify({ type: "snapshot", sequence: 0, items: [] })),
    "/ws/v1/usage": (socket) => {
      let told = false;
      const round = () => {
        socket.send(JSON.stringify({
          at: new Date().toISOString(), ids: told ? null : running.map((one) => one.id), cpuPercent: running.map(() => Math.round(Math.random() * 1000) / 10),
          memoryBytes: running.map(() => Math.round(Math.random() * (200 << 20))),
        }));
        told = true;
      };
      const timer = setInterval(round, 1000);
      socket.on("close", () => clearInterval(timer));
      round();
    },
  };
  new WebSocketServer({ server }).on("connection", (socket, request) => streams[new URL(request.url, "http://here").pathname]?.(socket));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ base: `http://127.0.0.1:${server.address().port}`, close: () => server.closeAllConnections() || server.close() })));
}

/** In the page: when the containers came, and what a user does at once. Times are from the arrival of the data, in milliseconds. */
function watchArrival() {
  const arrived = new Promise((resolve) => {
    const Native = window.WebSocket;
    window.WebSocket = class extends Native {
      constructor(...all) {
        super(...all);
        if (all[0].endsWith("/containers")) super.addEventListener("message", () => resolve(performance.now()), { once: true });
      }
    };
  });
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const until = async (holds) => {
    while (!holds()) await frame();
    await frame();
    return performance.now();
  };
  window.measured = arrived.then(async (at) => {
    const rows = () => document.querySelectorAll(".list-body [role=row]").length;
    const shown = (await until(() => rows() > 10)) - at;
    const input = document.querySelector("input[type=search]");
    const typed = performance.now();
    input.value = "name:db-6";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const filtered = (await until(() => /^\d+ of \d+ fit$/.test(document.querySelector(".count")?.textContent ?? ""))) - typed;
    input.value = "";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await until(() => /in all/.test(document.querySelector(".count")?.textContent ?? ""));
    const selected = performance.now();
    document.querySelector(".list-head input").click();
    const all = (await until(() => /selected/.test(document.querySelector(".list-bulk")?.textContent ?? ""))) - selected;
    return { shown, filtered, all, interactive: performance.now() - at, rows: rows() };
  });
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounded = (value) => Math.round(value * 10) / 10;

async function arrival(browser) {
  let release;
  const { base, close } = await serve(MANY, () => new Promise((resolve) => (release = resolve)));
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript(watchArrival);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const cpu = async () => 1000 * (await devtools.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration").value;
    await page.goto(`${base}/ui/containers`);
    await page.getByText("Loading…").waitFor();
    const before = await cpu();
    release();
    const measured = await page.evaluate(() => window.measured);
    rounds.push({ ...measured, cpu: (await cpu()) - before });
    await page.close();
  }
  close();
  const of = (key) => ({ median: rounded(median(rounds.map((one) => one[key]))), worst: rounded(Math.max(...rounds.map((one) => one[key]))) });
  return { containers: MANY, rows_drawn: rounds[0].rows, shown_ms: of("shown"), filter_ms: of("filtered"), select_all_ms: of("all"), all_of_it_ms: of("interactive"), main_thread_cpu_ms: of("cpu"), budget_ms: 300 };
}

/** The share of one core that the main thread of the page takes while it only watches. */
async function watching(browser, count, group) {
  const { base, close } = await serve(count);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${base}/ui/containers${group}`);
  await page.getByText(/in all/).waitFor();
  await page.locator(".spark").first().waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const machine = await browser.newBrowserCDPSession();
  /** Seconds of CPU of all threads of the page's process, in which no other page is. */
  const process = async () => Math.max(...(await machine.send("SystemInfo.getProcessInfo")).processInfo.filter((one) => one.type === "renderer").map((one) => one.cpuTime));
  const read = async () => Object.fromEntries((await devtools.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  await page.waitForTimeout(SETTLE_MS);
  // Proof that it was drawn: each sparkline is a path that changes once a second.
  await page.evaluate(() => {
    window.drawn = 0;
    new MutationObserver((changes) => (window.drawn += changes.length)).observe(document.body, { subtree: true, attributeFilter: ["d"] });
  });
  const before = await read();
  const cpuBefore = await process();
  const began = performance.now();
  await page.waitForTimeout(WATCH_MS);
  const after = await read();
  const cpu = (await process()) - cpuBefore;
  const seconds = (performance.now() - began) / 1000;
  const share = (name) => rounded((100 * (after[name] - before[name])) / seconds);
  const sparks = await page.locator(".spark").count();
  const drawn = await page.evaluate(() => window.drawn);
  await page.close();
  close();
  return {
    containers: count, sparklines: sparks, drawn_per_second: rounded(drawn / seconds), seconds: rounded(seconds), process_percent: rounded((100 * cpu) / seconds), main_thread_percent: share("TaskDuration"), script_percent: share("ScriptDuration"),
    layout_percent: share("LayoutDuration"), style_percent: share("RecalcStyleDuration"), budget_percent: 5,
  };
}

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"] });
try {
  console.log(JSON.stringify({ arrival: await arrival(browser), watching: await watching(browser, WATCHED, ""), watching_sorted_by_load: await watching(browser, WATCHED, "?sort=-cpu"), watching_many: await watching(browser, MANY, "") }, null, 2));
} finally {
  await browser.close();
}
