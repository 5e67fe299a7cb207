/* Looks at containers in the Zoom-in tab of a running Berth, with the keyboard, and changes a limit.
   Usage: node zoomin.mjs BASE_URL PASSWORD PREFIX SCREENSHOT_FOLDER
   There are these containers, with the prefix and a dash before their names:
   web      64 MiB, half a CPU (all of it busy), 20 processes, a volume at /kept, host name "inner"; it has written a file "big" of
            3,000,000 bytes into /var/lib/postgresql, which looks like a database, and one whose name has markup and a mark that
            reorders text; it has deleted /bin/vi
   side     in the network of web, with the host's processes
   hungry   killed by the kernel for want of memory
   brief    runs; this script removes it
   It runs on the machine of Berth, as root: it reads the kernel's files that the page names.
   Ends with 0 when all holds; else it says what did not. */
import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { openDashboard, PATIENCE_MS } from "./browser.mjs";

const [base, password, prefix, folder] = process.argv.slice(2);
const { page, shot, login, isAccessible, isReadable, becomes, hasFocus, expectComplaints, ask, run } = await openDashboard(base, folder);

const logIn = () => login(password);
const band = (name) => page.getByRole("region", { name, exact: true });
const card = (name) => page.getByRole("listitem", { name, exact: true });
const value = (name) => page.getByRole("button", { name });

async function zoomInto(name) {
  await page.getByRole("link", { name: "Berth" }).click();
  await page.getByRole("link", { name: `${prefix}-${name}`, exact: true }).click();
  await page.getByRole("heading", { name: `${prefix}-${name}`, exact: true }).waitFor();
  await becomes(() => page.getByRole("link", { name: "Zoom-in" }).getAttribute("aria-current"), "page");
  await band("Namespaces").waitFor();
}

async function seesNamespaces() {
  await zoomInto("web");
  await card("Processes (pid)").getByText("Private", { exact: true }).waitFor();
  await value(/^first process: inside 1.*, outside \d+$/).waitFor();
  await value(/^host name: inside inner/).waitFor();
  await value(/^interface eth0: inside \d+\.\d+\.\d+\.\d+\/\d+/).waitFor();
  await card("Users (user)").getByText("Shared with the host").waitFor();
  await page.getByRole("region", { name: "Processes", exact: true }).getByRole("button", { name: /^number of \w+: inside 1.*, outside \d+/ }).first().waitFor();
}

/** Every value says what it is: with the keyboard alone, and Escape gives the focus back. */
async function asksWhatAValueIs() {
  const inode = value(/^Processes, inode: \d+$/);
  const number = (await inode.innerText()).match(/\d+$/)?.[0];
  await inode.focus();
  await page.keyboard.press("Enter");
  const box = page.getByRole("dialog", { name: "About Processes, inode" });
  await box.getByText(/^From \/proc\/\d+\/ns\/pid$/).waitFor();
  await box.getByText(/same number here are in the same namespace/).waitFor();
  assert.ok(Number(number) > 0);
  await isAccessible();
  await shot("zoomin-value");
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "hidden" });
  await hasFocus(inode);
}

async function seesTheCgroup() {
  const memory = card("Memory");
  await memory.getByRole("button", { name: /^memory, limit: 64\.0 MiB$/ }).waitFor();
  await memory.getByRole("button", { name: /^memory, used: [\d.]+ \w+$/ }).waitFor();
  await memory.getByRole("meter").waitFor();
  await card("Processes").getByRole("button", { name: /^processes, limit: 20$/ }).waitFor();
  await card("CPU").getByRole("button", { name: /^CPU, limit: 0\.5 CPUs$/ }).waitFor();
  // It is live: the counter of processor time goes on by itself.
  const time = card("CPU").getByRole("button", { name: /^CPU time in all: / });
  const before = await time.innerText();
  await page.waitForFunction(([label, old]) => [...document.querySelectorAll(".told")].some((one) => one.textContent.startsWith(label) && one.innerText !== old), ["CPU time in all", before]);
  await card("CPU").getByText(/% of the limit/).waitFor();
  await card("Throttling").getByText(/of the last second's periods$/).waitFor();
}

const UNITS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Whether a number of the page is this one; sizes have about three digits. */
function isShownAs(shown, number) {
  const [, figure, unit] = /^([\d.,]+)(?: (\w+))?$/.exec(shown) ?? assert.fail(`no number: ${shown}`);
  const value = Number(figure.replaceAll(",", "")) * (UNITS[unit] ?? 1);
  return Math.abs(value - number) <= (unit in UNITS && unit !== "B" ? number * 0.006 : 0);
}

/** What stands on the page and in the file that it names there. */
async function shownAndTold(name, read) {
  const button = value(new RegExp(`^${name}: `));
  await button.focus();
  await page.keyboard.press("Enter");
  const box = page.getByRole("dialog", { name: `About ${name}`, exact: true });
  const path = await box.getByText(/^\//).innerText();
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "hidden" });
  const text = (await button.innerText()).replace(/^[^:]*:\s*/, "");
  return { text, told: read(path), path };
}

/** They are equal within one sample: what changes in between is looked at again. */
async function numbersAreTheKernels() {
  const number = (path) => Number(readFileSync(path, "utf8").trim());
  const inode = (path) => Number(/\[(\d+)\]/.exec(readlinkSync(path))[1]);
  const names = { "Processes, inode": inode, "Host name, inode": inode };
  for (const gauge of ["memory", "processes"]) for (const what of ["used", "limit", "peak"]) names[`${gauge}, ${what}`] = number;
  for (const [name, read] of Object.entries(names)) {
    // Not every kernel keeps a peak.
    if (name.endsWith("peak") && (await value(new RegExp(`^${name}: `)).count()) === 0) continue;
    const until = Date.now() + PATIENCE_MS;
    let seen;
    do seen = await shownAndTold(name, read);
    while (!isShownAs(seen.text, seen.told) && Date.now() < until);
    assert.ok(isShownAs(seen.text, seen.told), `${name}: the page shows ${seen.text}, ${seen.path} says ${seen.told}`);
  }
}

async function changesALimit() {
  await page.getByRole("button", { name: "Change limit: Processes" }).focus();
  await page.keyboard.press("Enter");
  const field = page.getByLabel(/^Processes \(empty/);
  await field.fill("many");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText(/whole number above 0/).waitFor();
  await becomes(() => field.getAttribute("aria-invalid"), "true");
  await field.fill("30");
  await page.keyboard.press("Enter");
  await card("Processes").getByRole("button", { name: /^processes, limit: 30$/ }).waitFor();
  await page.getByRole("button", { name: "Change limit: Memory, MiB" }).click();
  await page.getByLabel("Memory, MiB (empty for no limit)", { exact: true }).fill("1");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText(/6MB/).waitFor();
  await isAccessible();
  await shot("zoomin-refused");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Change limit: Memory, MiB" }).waitFor();
  await card("Memory").getByRole("button", { name: /^memory, limit: 64\.0 MiB$/ }).waitFor();
}

async function seesTheFileSystem() {
  const layers = page.getByRole("list", { name: /^Layers, from the writable one/ });
  await layers.getByRole("listitem").first().getByText("Writable layer", { exact: true }).waitFor();
  await layers.getByRole("button", { name: /^layer 1, shared by: in \d+ images?, under \d+ containers?$/ }).waitFor();
  await value("mount at /kept: /kept").waitFor();
  const only = page.getByRole("region", { name: "Only in the writable layer" });
  const folder = page.getByRole("list", { name: "Folders, the biggest first" }).getByRole("listitem").filter({ hasText: "/var/lib/postgresql" });
  await folder.first().getByText(/PostgreSQL data/).waitFor();
  const files = page.getByRole("list", { name: "Files, the biggest first" }).getByRole("listitem");
  await files.first().filter({ hasText: /added\s*\/var\/lib\/postgresql\/big\s*2\.86 MiB/ }).waitFor();
  await files.filter({ hasText: "/bin/vi" }).getByText("deleted").waitFor();
  await only.getByText("<img src=x onerror=alert(1)>‹U+202E›", { exact: false }).first().waitFor();
  assert.equal(await page.locator(".files img").count(), 0, "a name is text");
  await page.getByRole("button", { name: "Look again" }).click();
}

async function isReadableEverywhere() {
  await isReadable("zoomin", "the Zoom-in tab");
}

async function goesToTheOneThatShares() {
  await zoomInto("side");
  await card("Processes (pid)").getByText("Shared with the host").waitFor();
  await card("Network (net)").getByRole("link", { name: `${prefix}-web` }).click();
  await page.getByRole("heading", { name: `${prefix}-web`, exact: true }).waitFor();
  await value(/^host name: inside inner/).waitFor();
}

async function seesWhyOneEnded() {
  await zoomInto("hungry");
  await page.getByText(/The kernel killed it: its cgroup had reached the memory limit\..*exit code 137/).waitFor();
  await card("Network (net)").getByText("None: it does not run").waitFor();
  await isAccessible();
  await shot("zoomin-ended");
}

/** The values stay, and go on when the server is there again. */
async function losesTheConnection() {
  await zoomInto("web");
  await card("CPU").getByText(/% of the limit/).waitFor();
  expectComplaints(/net::ERR_FAILED/);
  await page.route("**/api/v1/**", (route) => route.abort());
  await page.getByText(/^Connection lost, trying again\./).waitFor();
  await value(/^host name: inside inner/).waitFor();
  await page.unroute("**/api/v1/**");
  await page.getByText(/^Connection lost, trying again\./).waitFor({ state: "detached" });
}

async function losesTheContainer() {
  await zoomInto("brief");
  await card("Memory").waitFor();
  // Somebody else removes it.
  await ask("DELETE", `/containers/${prefix}-brief?force=true&volumes=false`);
  await page.getByRole("heading", { name: `The container ${prefix}-brief is gone` }).waitFor();
  await page.getByRole("link", { name: "list of containers" }).waitFor();
  await shot("zoomin-gone");
}

await run([
  logIn, seesNamespaces, asksWhatAValueIs, seesTheCgroup, numbersAreTheKernels, changesALimit, seesTheFileSystem, isReadableEverywhere,
  goesToTheOneThatShares, seesWhyOneEnded, losesTheConnection, losesTheContainer,
]);
