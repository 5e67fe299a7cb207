/* Reads, searches, follows and merges logs in the dashboard of a running Berth, with the keyboard where a keyboard can.
   Usage: node logs.mjs BASE_URL PASSWORD PREFIX SCREENSHOT_FOLDER
   There are these containers, with the prefix and a dash before their names (LogsPageIT makes them):
   web          has printed lines of many kinds, kind and unkind, one of them a mebibyte long, and runs on; it ends at once when it is told to
   tick, tock   print their name and a number that rises, many times a second
   many         has printed 30,000 lines "line N of it" and has ended
   fleeting     prints "here for a moment" again and again, from before tock on; this script removes it
   brief        has printed "my last words" and has ended; this script removes it
   Ends with 0 when all holds; else it says what did not. */
import assert from "node:assert/strict";
import { openDashboard, PATIENCE_MS } from "./browser.mjs";

const [base, password, prefix, folder] = process.argv.slice(2);
const { page, shot, login, isAccessible, isReadable, becomes, expectComplaints, run } = await openDashboard(base, folder);

const sockets = [];
/** No connection to a log is made: one that is lost is seen to be, however fast it would be there again. */
let refused = false;
await page.routeWebSocket(/\/ws\/v1\/containers\/[^/]+\/logs/, (socket) => {
  if (refused) return void socket.close();
  socket.connectToServer();
  sockets.push(socket);
});

const logIn = () => login(password);
const box = () => page.getByRole("log");
const search = () => page.getByRole("searchbox", { name: "Search", exact: true });
const found = () => page.getByRole("search", { name: "Search the log" });
const line = (text) => box().locator(".log-line").filter({ hasText: text });

const chosen = () => page.getByRole("group", { name: "The chosen line" });

/** With the arrows, upwards, until it is this line. */
async function chooses(text) {
  await box().focus();
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press("ArrowUp");
    await chosen().waitFor();
    if (await box().locator(".log-current").filter({ hasText: text }).count()) return;
  }
  assert.fail(`the arrows do not lead to ${text}`);
}

async function open(name) {
  await page.goto(`${base}/ui/containers/${prefix}-${name}/logs`);
  await page.getByRole("heading", { name: `${prefix}-${name}`, exact: true }).waitFor();
  await box().locator(".log-line").first().waitFor();
}

async function readsLinesOfAllKinds() {
  await page.getByRole("link", { name: `${prefix}-web`, exact: true }).click();
  await page.getByRole("navigation", { name: "Parts of this container" }).getByRole("link", { name: "Logs" }).click();
  await line("last of the run").waitFor();
  await box().getByText("Link to this line").count();
  assert.match(await line("it broke").getAttribute("class"), /level-error/);
  assert.match(await line("from json").getAttribute("class"), /level-warn/);
  assert.match(await line("level=debug").getAttribute("class"), /level-debug/);
  assert.match(await line("said on the other stream").innerText(), /error output:/);
  assert.equal(await box().locator(".fore-1").innerText(), "red words");
  assert.match(await line("gnp.exe").innerText(), /‹U\+001B›\]0;a title‹U\+0007›‹U\+001B›\[2J‹U\+202E›gnp\.exe <img src=x onerror=alert\(1\)>/);
  assert.equal(await box().locator("img").count(), 0, "what is printed is text");
  await page.getByText("Following. Scroll up to pause.").waitFor();
  await isAccessible();
  await shot("logs-lines");
}

async function opensJsonAndALongLine() {
  await chooses("aaaa");
  await chooses("xxxx");
  await chosen().getByRole("button", { name: "Show all (1.00 MiB)" }).waitFor();
  await chooses("from json");
  const fields = chosen().getByRole("button", { name: "Fields" });
  await fields.focus();
  await page.keyboard.press("Enter");
  await box().getByText('"msg": "from json"').waitFor();
  assert.equal(await fields.getAttribute("aria-expanded"), "true");
  await shot("logs-json");
  await page.keyboard.press("Enter");
  await box().getByText('"msg": "from json"').waitFor({ state: "detached" });
  await box().getByRole("button", { name: "Show all (1.00 MiB)" }).click();
  const dialog = page.getByRole("dialog", { name: "The whole line" });
  const text = dialog.getByRole("region", { name: "Text of the line" });
  await text.waitFor();
  assert.equal((await text.innerText()).length, 1 << 20);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
}

/** Looks for this. It is looked for when nothing more is typed for a moment: Enter goes to a match after that, and would at times be too late to begin it. */
async function type(text) {
  await search().focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
  await page.waitForURL((url) => url.searchParams.get("search") === text);
}

async function searches() {
  await type("THE");
  await found().getByText(/^2 of 10 lines loaded match$/).waitFor();
  await becomes(() => box().locator("mark").allInnerTexts(), ["the", "the", "the"]);
  await page.keyboard.press("Enter");
  await found().getByText("Match 1 of 2 in the lines loaded").waitFor();
  await page.keyboard.press("Enter");
  await found().getByText("Match 2 of 2 in the lines loaded").waitFor();
  await page.keyboard.press("Shift+Enter");
  await found().getByText("Match 1 of 2 in the lines loaded").waitFor();
  await page.getByLabel("Match case").check();
  await found().getByText(/^0 of 10 lines/).waitFor();
  await page.getByLabel("Match case").uncheck();
  await page.getByRole("combobox", { name: "Show" }).selectOption("Only matching lines");
  await page.waitForFunction(() => document.querySelectorAll(".log-line").length === 2);
  await page.getByRole("combobox", { name: "Show" }).selectOption("Only other lines");
  await page.waitForFunction(() => document.querySelectorAll(".log-line").length === 8);
  await page.getByRole("button", { name: "Download" }).click();
  const menu = page.getByRole("dialog", { name: "Download" });
  const [chosen, everything] = await Promise.all(["What is chosen here", "Everything"].map((name) => menu.getByRole("link", { name }).getAttribute("href")));
  const lengths = await page.evaluate((addresses) => Promise.all(addresses.map(async (one) => (await (await fetch(one)).text()).split("\n").length - 1)), [chosen, everything]);
  assert.deepEqual(lengths, [8, 10]);
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Show" }).selectOption("All lines");
}

async function typesABadExpression() {
  await page.getByLabel("Regex").check();
  for (const [text, words] of [["(it", /malformed/], ["(a+)+\\1b", /takes too long/]]) {
    await type(text);
    await page.getByRole("alert").getByText(words).waitFor();
    await becomes(() => search().getAttribute("aria-invalid"), "true");
  }
  await shot("logs-refused");
  await isAccessible();
  await type("^p.*s$");
  await found().getByText(/^1 of 10 lines/).waitFor();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelectorAll(".log-box mark").length === 0);
  await page.getByLabel("Regex").uncheck();
}

async function choosesATime() {
  await page.getByRole("combobox", { name: "Time range" }).selectOption("Last hour");
  await line("last of the run").waitFor();
  await page.getByRole("combobox", { name: "Time range" }).selectOption("From … to …");
  await page.getByLabel("From", { exact: true }).fill("2026-01-02T00:00:00");
  await page.getByLabel("To", { exact: true }).fill("2026-01-01T00:00:00");
  await page.getByRole("alert").getByText(/is before since/).waitFor();
  await page.getByLabel("To", { exact: true }).fill("2026-01-03T00:00:00");
  await page.getByText("Nothing was printed in this time.").waitFor();
  await page.getByRole("combobox", { name: "Time range" }).selectOption("All time");
  await line("last of the run").waitFor();
}

async function isStartedAgain() {
  await page.getByRole("button", { name: `Stop ${prefix}-web` }).click();
  await page.getByText("This is all: the container is not running.").waitFor();
  await page.getByRole("button", { name: `Start ${prefix}-web` }).click();
  await page.getByText("Following. Scroll up to pause.").waitFor();
  await box().getByText("The container was started again").waitFor();
  await shot("logs-started-again");
  await type("last of the run");
  await found().getByText(/^2 of 20 lines loaded match$/).waitFor();
  await page.keyboard.press("Escape");
}

async function goesBackPageByPage() {
  await open("many");
  await line("line 30000 of it").waitFor();
  await page.getByText("This is all: the container is not running.").waitFor();
  await box().focus();
  for (let press = 0; press < 8; press++) {
    const first = await box().locator(".log-line").first().innerText();
    await page.keyboard.press("Home");
    await page.waitForFunction((old) => document.querySelector(".log-line")?.innerText !== old, first);
  }
  await page.getByRole("button", { name: "To the end" }).waitFor();
  // Beyond what is loaded the server looks.
  await type("line 77 of");
  await found().getByText(/^0 of/).waitFor();
  await page.getByRole("button", { name: "Previous" }).click();
  await line("line 77 of it").waitFor();
  await found().getByText("Match found").waitFor();
  await page.getByRole("button", { name: "Previous" }).click();
  await found().getByText("No match before this").waitFor();
  await search().focus();
  await page.keyboard.press("Escape");
  await line("line 77 of it").waitFor();
}

async function followsALinkToALine() {
  await chooses("line 80 of it");
  await chosen().getByRole("button", { name: "Copy link" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/line=/);
  await page.goto(page.url());
  await page.locator(".log-marked").getByText("line 80 of it").waitFor();
  await line("line 79 of it").waitFor();
  await line("line 81 of it").waitFor();
  await isAccessible();
  await shot("logs-permalink");
  await page.getByRole("button", { name: "To the end" }).click();
  await line("line 30000 of it").waitFor();
  await page.goto(`${base}/ui/containers/${prefix}-many/logs?line=${prefix}-many:1.000000000-9-9`);
  await page.getByText(/The line of this link is not there any more/).waitFor();
}

/** Where it has scrolled to, when that has come to rest: a key scrolls smoothly. */
async function settledTop() {
  return box().evaluate(async (element) => {
    let still = 0;
    for (let last = -1; still < 20; last = element.scrollTop) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      still = element.scrollTop === last ? still + 1 : 0;
    }
    return element.scrollTop;
  });
}

async function pausesAndGoesOn() {
  await open("tick");
  await box().focus();
  await page.waitForFunction(() => document.querySelector(".log-box").scrollHeight > document.querySelector(".log-box").clientHeight + 200);
  await page.keyboard.press("PageUp");
  await page.getByText("Paused. Scroll to the end to follow.").waitFor();
  const pill = page.getByRole("button", { name: /^[\d,]+ new$/ });
  await pill.waitFor();
  const top = await settledTop();
  await page.waitForFunction((count) => Number(document.querySelector(".more")?.textContent.replace(/\D/g, "")) > count, 20);
  assert.equal(await box().evaluate((one) => one.scrollTop), top, "what is read stays where it is");
  await shot("logs-paused");
  await isAccessible();
  // With the keyboard: it becomes wider with its number, many times a second, and a mouse waits until it stands still.
  await pill.press("Enter");
  await page.getByText("Following. Scroll up to pause.").waitFor();
  await pill.waitFor({ state: "detached" });
}

/** All lines that the page has, from the first on: those in view, then the next ones. */
async function numbers() {
  return box().evaluate(async (element) => {
    const seen = new Map();
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    element.scrollTop = 0;
    for (;;) {
      await frame();
      for (const row of element.querySelectorAll(".log-row")) seen.set(Number(row.dataset.key), Number(/(\d+)$/.exec(row.innerText.trim())[1]));
      // At the end it follows, and does not rest any more.
      if (element.scrollTop + element.clientHeight >= element.scrollHeight - 1) break;
      element.scrollTop += element.clientHeight / 2;
      await frame();
    }
    return [...seen.values()].sort((a, b) => a - b);
  });
}

async function losesTheConnection() {
  const before = sockets.length;
  await open("tick");
  expectComplaints(/WebSocket/);
  await page.getByText("Following. Scroll up to pause.").waitFor();
  await becomes(() => sockets.length > before, true, "it has connected");
  for (let time = 0; time < 2; time++) {
    const count = sockets.length;
    refused = true;
    await sockets.at(-1).close({ code: 1011 });
    await page.getByText(/^Connection lost, trying again\./).waitFor();
    if (time === 0) await shot("logs-lost");
    refused = false;
    await page.waitForFunction(() => !document.body.textContent.includes("Connection lost, trying again."));
    assert.ok(sockets.length > count, "it has connected again");
  }
  const last = Number(/\d+$/.exec((await box().locator(".log-line").last().innerText()).trim())[0]);
  await page.waitForFunction((old) => Number(/\d+$/.exec([...document.querySelectorAll(".log-line")].at(-1).innerText.trim())[0]) > old + 5, last);
  const seen = await numbers();
  assert.ok(seen.length > 100, `only ${seen.length} lines were seen`);
  assert.deepEqual(seen, seen.map((_, index) => seen[0] + index), "no line is missing, and none is there twice");
}

async function mergesSeveral() {
  await open("tick");
  await page.getByRole("link", { name: "Put together with the logs of other containers" }).click();
  await page.getByRole("heading", { name: "Logs", exact: true }).waitFor();
  await page.getByLabel("Add a container").selectOption(`${prefix}-tock`);
  await page.waitForURL(/containers=.*tick.*tock/);
  await line(/tock \d+/).first().waitFor();
  await line(/tick \d+/).first().waitFor();
  await box().focus();
  await page.keyboard.press("PageUp");
  await page.getByText("Paused. Scroll to the end to follow.").waitFor();
  const shown = await box().evaluate((element) => [...element.querySelectorAll(".log-line time")].map((one) => Date.parse(one.dateTime)));
  assert.ok(shown.length > 10);
  assert.deepEqual(shown, [...shown].sort((a, b) => a - b), "they are in the order of their times");
  await isAccessible();
  await shot("logs-merged");
  await page.getByRole("button", { name: `Leave out ${prefix}-tick` }).click();
  await page.waitForFunction(() => !document.querySelector(".log-box")?.textContent.includes("tick"));
  await line(/tock \d+/).first().waitFor();
}

/** One of those that were selected in the list is removed meanwhile: its lines stay, and the other one goes on. */
async function losesOneOfSeveral() {
  await page.getByRole("link", { name: "Containers", exact: true }).click();
  for (const name of ["fleeting", "tock"]) await page.getByRole("row", { name: new RegExp(`${prefix}-${name}`) }).getByRole("checkbox").click();
  await page.getByRole("group", { name: "Selected containers" }).getByRole("link", { name: "Logs", exact: true }).click();
  await page.waitForURL(/logs\?containers=.*fleeting.*tock/);
  await line(/tock \d+/).first().waitFor();
  await removes("fleeting");
  await page.getByRole("list", { name: "Containers shown" }).getByText(/fleeting \(not there any more\)/).waitFor();
  const before = Number(/\d+$/.exec((await line(/tock \d+/).last().innerText()).trim())[0]);
  await page.waitForFunction((old) => Number(/(\d+)\s*$/.exec([...document.querySelectorAll(".log-line")].at(-1).textContent)?.[1]) > old, before);
  await box().focus();
  await page.keyboard.press("Home");
  await line("here for a moment").first().waitFor();
  await page.reload();
  await page.getByText(new RegExp(`^No such container: ${prefix}-fleeting`)).waitFor();
  await line(/tock \d+/).first().waitFor();
  await shot("logs-one-gone");
}

async function removes(name) {
  const status = await page.evaluate(async (one) => {
    const meta = (key) => document.querySelector(`meta[name="${key}"]`)?.content ?? "";
    return (await fetch(`/api/v1/containers/${one}?force=true`, { method: "DELETE", headers: { [meta("csrf-header") || "X-CSRF-TOKEN"]: meta("csrf") } })).status;
  }, `${prefix}-${name}`);
  assert.equal(status, 204);
}

async function togglesAreKept() {
  await page.getByLabel("Times").uncheck();
  await page.getByLabel("Wrap").uncheck();
  await page.reload();
  await line(/tock \d+/).first().waitFor();
  assert.equal(await page.getByLabel("Times").isChecked(), false);
  assert.equal(await box().locator("time").count(), 0);
  await page.getByLabel("Times").check();
  await page.getByLabel("Wrap").check();
}

async function readsWhatARemovedOneHasPrinted() {
  await open("brief");
  await removes("brief");
  await page.getByRole("link", { name: "what it has printed" }).click();
  await line("my last words").waitFor();
  await page.getByText("This is all: the container was removed.").waitFor();
  await page.getByRole("list", { name: "Containers shown" }).getByText(`${prefix}-brief (not there any more)`).waitFor();
  await page.getByRole("link", { name: "Logs of removed containers" }).click();
  await page.getByRole("row", { name: new RegExp(`${prefix}-brief`) }).getByRole("link", { name: `${prefix}-brief`, exact: true }).waitFor();
  await isReadable("logs-removed", "the list of removed containers");
  await page.getByRole("button", { name: `Delete the log of ${prefix}-brief` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("link", { name: `${prefix}-brief`, exact: true }).waitFor({ state: "detached" });
}

async function isReadableEverywhere() {
  await open("web");
  await type("the");
  const options = page.getByRole("button", { name: "Options" });
  const phone = async () => {
    await page.getByLabel("Regex").waitFor({ state: "hidden" });
    await options.click();
    await page.getByLabel("Regex").waitFor();
    await shot("logs-phone-options");
    await options.click();
    await page.getByLabel("Regex").waitFor({ state: "hidden" });
  };
  await isReadable("logs", "the logs", { phone });
}

page.setDefaultTimeout(PATIENCE_MS);
await run([
  logIn, readsLinesOfAllKinds, opensJsonAndALongLine, searches, typesABadExpression, choosesATime, isStartedAgain, goesBackPageByPage, followsALinkToALine,
  pausesAndGoesOn, losesTheConnection, mergesSeveral, togglesAreKept, losesOneOfSeveral, readsWhatARemovedOneHasPrinted, isReadableEverywhere,
]);
