/* A browser in front of the dashboard of a running Berth; what the scripts beside this one share. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { chromium } from "playwright-core";

/** On two cores that others use, too; and a page that has lost its connection tries again after 19 seconds at the latest. */
export const PATIENCE_MS = 60_000;

/** Terminals and charts take their new size a moment after the window. */
const SETTLING_MS = 15_000;

const THEMES = ["light", "dark", "contrast"];
/** A window of 1280 has room for 640 when it is zoomed to 200 %. */
const SIZES = { tablet: [768, 1024], zoomed: [640, 400], phone: [360, 740] };
const USUAL = { width: 1280, height: 800 };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

export async function openDashboard(base, folder) {
  const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const context = await browser.newContext({ viewport: USUAL });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = [];
  // The browser sees the links of the engine's networks come and go, and drops what is under way; the pages ask again.
  const expected = [/status of 40[0-9]/, /net::ERR_NETWORK_CHANGED/];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.some((words) => words.test(message.text()))) complaints.push(message.text());
  });
  const shot = (name) => page.screenshot({ path: join(folder, `${name}.png`) });

  async function login(password) {
    await page.goto(`${base}/ui/containers`);
    await page.getByLabel("Name", { exact: true }).fill("admin");
    await page.getByLabel("Password").fill("wrong password");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();
    await shot("login");
    await page.getByLabel("Name", { exact: true }).fill("admin");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Containers", exact: true }).waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
  }

  /** No rule of WCAG 2.2 AA that a machine can check is broken. */
  async function isAccessible() {
    await page.evaluate(axe);
    const broken = await page.evaluate(async () =>
      (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })).violations.map(
        (one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" ").slice(0, 300)}`,
      ),
    );
    assert.deepEqual(broken, []);
  }

  /** Reads something of the page until it is as it should be. */
  async function becomes(read, expected, what) {
    const until = Date.now() + PATIENCE_MS;
    let found = await read();
    while (!isDeepStrictEqual(found, expected) && Date.now() < until) {
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      found = await read();
    }
    assert.deepEqual(found, expected, what);
  }

  /** This has the focus. */
  const hasFocus = (locator) => locator.and(page.locator(":focus")).waitFor();

  /** What the browser says of this kind from now on is no complaint: a step does it on purpose. */
  const expectComplaints = (words) => expected.push(words);

  /** Nothing has to be moved sideways to be read, as soon as all has its size. */
  async function fits(what) {
    await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, { timeout: SETTLING_MS }).catch(() => undefined);
    const wide = await page.evaluate(() => {
      if (document.documentElement.scrollWidth <= innerWidth) return null;
      const beyond = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
      return beyond.map((one) => `${one.tagName}.${one.className}`).slice(0, 8).join(", ");
    });
    assert.equal(wide, null, `${what} is wider than the window`);
  }

  /**
   * What is shown now can be read by everybody: in all colours, on a tablet, at 200 % and on a phone. Screenshots of it have the name. The
   * theme is set as the page's own switch does it, which a dialog may cover.
   * @param settled for some of the sizes, waits until the page is as it should be there
   */
  async function isReadable(name, what, settled = {}) {
    const colours = (theme) => page.evaluate((value) => void (document.documentElement.dataset.theme = value), theme);
    for (const theme of THEMES) {
      await colours(theme);
      await isAccessible();
      await shot(`${name}-${theme}`);
    }
    await colours("system");
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      await page.setViewportSize({ width, height });
      await settled[size]?.();
      await fits(`${what} (${size})`);
      await isAccessible();
      await shot(`${name}-${size}`);
    }
    await page.setViewportSize(USUAL);
  }

  /** Asks the management API, as somebody else would. Gives the answer, if it is JSON. */
  async function ask(method, path, body) {
    const { status, json } = await page.evaluate(
      async ([how, where, what]) => {
        const meta = (key) => document.querySelector(`meta[name="${key}"]`)?.content ?? "";
        const headers = { [meta("csrf-header") || "X-CSRF-TOKEN"]: meta("csrf"), "Content-Type": "application/json" };
        const answer = await fetch(`/api/v1${where}`, { method: how, headers, body: what && JSON.stringify(what) });
        return { status: answer.status, json: await answer.json().catch(() => null) };
      },
      [method, path, body],
    );
    assert.ok(status < 300, `${method} ${path}: ${status}`);
    return json;
  }

  /** Makes connections of pages that are opened from now on breakable; gives what breaks all of them until the given work is done. */
  async function breakable() {
    const sockets = { open: new Set(), refused: false };
    await page.routeWebSocket(/\/ws\/v1\//, (socket) => {
      if (sockets.refused) return void socket.close();
      socket.connectToServer();
      sockets.open.add(socket);
    });
    return async (work) => {
      expectComplaints(/WebSocket connection to .* failed/);
      expectComplaints(/net::ERR_FAILED/);
      sockets.refused = true;
      await page.route("**/api/v1/**", (route) => route.abort());
      sockets.open.forEach((socket) => void socket.close());
      sockets.open.clear();
      await work();
      sockets.refused = false;
      await page.unroute("**/api/v1/**");
    };
  }

  /** Does the steps, says which one failed, and ends the browser. */
  async function run(steps) {
    try {
      for (const step of steps) {
        await step().catch((error) => {
          throw new Error(`${step.name}: ${error.message}`, { cause: error });
        });
      }
      assert.deepEqual(complaints, [], "the browser complained");
    } catch (error) {
      await shot("failure").catch((problem) => console.error(String(problem)));
      console.error(await page.evaluate(() => `${location.href}\n${document.body.innerText.slice(0, 3000)}`).catch(String));
      console.error(error.message, complaints);
      process.exitCode = 1;
    } finally {
      await browser.close();
    }
  }

  return { page, shot, login, isAccessible, fits, isReadable, becomes, hasFocus, expectComplaints, ask, breakable, run };
}
