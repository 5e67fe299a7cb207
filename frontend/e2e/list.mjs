/* Works with the list of containers of a running Berth, with the keyboard where that can be.
   Usage: node list.mjs BASE_URL PASSWORD PREFIX SCREENSHOT_FOLDER
   There are these containers, with the prefix and a dash before their names; those that run end at once when they are stopped:
   web, db, cache   run, in the compose project "shop"; db has written a file of 3,000,000 bytes
   odd              runs, in a compose project whose name has markup and a mark that reorders text
   still            is paused
   ended            has ended with 3
   broken           was made of a program that is not there
   gone             runs; this script removes it
   The image "busybox" is there. Ends with 0 when all holds; else it says what did not. */
import assert from "node:assert/strict";
import { openDashboard } from "./browser.mjs";

const [base, password, prefix, folder] = process.argv.slice(2);
const { page, shot, login, isAccessible, fits, isReadable, becomes, hasFocus, expectComplaints, ask, breakable, run } = await openDashboard(base, folder);

const broken = await breakable();

const logIn = () => login(password);
const row = (name) => page.getByRole("row").filter({ has: page.getByText(`${prefix}-${name}`, { exact: true }) });
const filter = () => page.getByLabel("Filter containers");
const rows = () => page.locator(".list-body [role=row]");
const selectedNames = () => page.locator('.list-body [role=row][aria-selected="true"] .list-name a').allInnerTexts();
const bar = () => page.getByRole("group", { name: "Selected containers" });
const results = () => page.getByRole("complementary", { name: "Results" });
const away = () => page.mouse.move(5, 5);
/** The address has this of the view; null when it has it as usual. */
const says = (name, value) => page.waitForURL((url) => url.searchParams.get(name) === value);

async function seesAll() {
  await row("web").getByText("Running", { exact: true }).waitFor();
  await row("ended").getByText(/^\(3\) /).waitFor();
  await row("still").getByText("Paused", { exact: true }).waitFor();
  await page.getByText(/^8 in all, 5 running$/).waitFor();
  await isAccessible();
  await shot("containers");
}

/** `/` leads to the filter, what it says stands in the address, Escape empties it. */
async function filters() {
  await page.keyboard.press("/");
  await hasFocus(filter());
  await page.keyboard.type("state:paused");
  await page.getByText("1 of 8 fit").waitFor();
  await row("still").waitFor();
  await becomes(() => rows().count(), 1);
  await says("filter", "state:paused");
  await page.reload();
  await page.getByText("1 of 8 fit").waitFor();
  await becomes(() => filter().inputValue(), "state:paused");
  await filter().focus();
  await page.keyboard.press("Escape");
  await page.getByText(/^8 in all/).waitFor();
  await page.waitForURL((url) => url.search === "");
  await filter().fill("no such thing");
  await page.getByText("No container fits “no such thing”.").waitFor();
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await row("web").waitFor();
}

async function groups() {
  await page.getByLabel("Groups").selectOption("project");
  const shop = page.getByRole("row", { name: /shop 3 containers, 3 running/ });
  await shop.waitFor();
  await page.getByRole("row", { name: /Without a project 4 containers/ }).waitFor();
  await isAccessible();
  await shot("containers-groups");
  await shop.focus();
  await page.keyboard.press("ArrowLeft");
  await row("web").waitFor({ state: "detached" });
  await becomes(() => shop.getAttribute("aria-expanded"), "false");
  await page.reload();
  await shop.waitFor();
  assert.equal(await row("web").count(), 0, "what was folded up stays so");
  await shop.focus();
  await page.keyboard.press("ArrowRight");
  await row("web").waitFor();
  await page.getByLabel("Groups").selectOption("state");
  await page.getByRole("row", { name: /Exited 1 container/ }).waitFor();
  await page.getByLabel("Groups").selectOption("none");
}

async function choosesColumns() {
  await page.getByRole("button", { name: "Columns" }).focus();
  await page.keyboard.press("Enter");
  const chooser = page.getByRole("dialog", { name: "Columns" });
  await chooser.getByLabel("Project").check();
  await chooser.getByLabel("Created").uncheck();
  await isAccessible();
  await shot("containers-columns");
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "Project" }).waitFor();
  await page.reload();
  await page.getByRole("columnheader", { name: "Project" }).waitFor();
  assert.equal(await page.getByRole("columnheader", { name: "Created" }).count(), 0);
  await row("odd").getByText("<img src=x onerror=alert(1)>‹U+202E›", { exact: true }).waitFor();
  assert.equal(await page.locator(".list img").count(), 0, "what a label says is text");
}

async function sorts() {
  const head = page.getByRole("columnheader", { name: "Name" });
  await head.getByRole("button").click();
  await away();
  await becomes(() => head.getAttribute("aria-sort"), "ascending");
  const names = await page.locator(".list-body .list-name a").allInnerTexts();
  assert.deepEqual(names, [...names].sort(), "by name");
  await says("sort", "name");
}

async function seesLoads() {
  const cell = row("web").locator(".list-cpu");
  await cell.getByText(/^\d+\.\d %$/).waitFor();
  await row("web").locator(".list-memory").getByText(/^[\d.]+ [KM]?i?B$/).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll(".list-cpu path")].some((line) => (line.getAttribute("d") ?? "").split("L").length >= 3));
  assert.equal(await row("ended").locator(".spark").count(), 0, "what does not run uses nothing");
  await shot("containers-loads");
}

async function selectsByKeyboard() {
  await filter().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  await bar().getByText("1 selected").waitFor();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await bar().getByText("3 selected").waitFor();
  await becomes(selectedNames, ["broken", "cache", "db"].map((name) => `${prefix}-${name}`));
  await page.keyboard.press("Shift+ArrowUp");
  await bar().getByText("2 selected").waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+Space");
  await bar().getByText("8 selected").waitFor();
  await isAccessible();
  await shot("containers-selected");
  await page.keyboard.press("Escape");
  await bar().waitFor({ state: "detached" });
  await page.keyboard.press("Control+a");
  await bar().getByText("8 selected").waitFor();
  await page.keyboard.press("/");
  await hasFocus(filter());
}

/** One of three cannot be reached: the others are stopped, it stays selected with what went wrong, and is stopped with the next press. */
async function stopsMany() {
  await filter().fill("project:shop");
  await page.getByText("3 of 8 fit").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Control+a");
  expectComplaints(/net::ERR_FAILED/);
  const id = await row("db").getAttribute("data-key");
  await page.route(`**/api/v1/containers/${id}/stop`, (route) => route.abort());
  await bar().getByRole("button", { name: "Stop 3", exact: true }).focus();
  await page.keyboard.press("Enter");
  await results().getByText("2 stopped, 1 failed").waitFor();
  await results().getByText(`${prefix}-db: The server cannot be reached.`, { exact: false }).waitFor();
  await bar().getByText("1 selected").waitFor();
  await becomes(selectedNames, [`${prefix}-db`]);
  await row("web").getByText("Exited", { exact: true }).waitFor();
  await isAccessible();
  await shot("containers-one-failed");
  await page.unroute(`**/api/v1/containers/${id}/stop`);
  await results().getByRole("button", { name: "Close" }).click();
  await bar().getByRole("button", { name: "Stop 1", exact: true }).click();
  await row("db").getByText("Exited", { exact: true }).waitFor();
  await bar().waitFor({ state: "detached" });
  await filter().fill("");
}

/** The engine says why one cannot be started. */
async function startsMany() {
  await row("broken").getByRole("checkbox").click();
  await row("db").getByRole("checkbox").click({ modifiers: ["Shift"] });
  await bar().getByRole("button", { name: "Start 3", exact: true }).click();
  await results().getByText("2 started, 1 failed").waitFor();
  await results().getByText(new RegExp(`${prefix}-broken: .*no/such/program`)).waitFor();
  await becomes(selectedNames, [`${prefix}-broken`]);
  await bar().getByRole("button", { name: "Clear selection" }).click();
  await results().getByRole("button", { name: "Close" }).click();
  await row("db").getByText("Running", { exact: true }).waitFor();
}

/** Nothing moves below the pointer: who is new waits, who is gone leaves a grey row. */
async function holdsStill() {
  await away();
  await page.getByRole("heading", { name: "Containers", exact: true }).click();
  await row("web").hover();
  await ask("POST", "/containers", { image: "busybox", name: `${prefix}-a-new-one`, command: ["true"] });
  await ask("DELETE", `/containers/${prefix}-gone?force=true&volumes=false`);
  await page.getByRole("status").filter({ hasText: "1 new" }).waitFor();
  await row("gone").getByText("Removed", { exact: true }).waitFor();
  assert.equal(await row("a-new-one").count(), 0, "it waits");
  await isAccessible();
  await shot("containers-held");
  await away();
  await row("a-new-one").waitFor();
  await row("gone").waitFor({ state: "detached" });
}

async function usesTheMenu() {
  const menu = (name) => page.getByRole("button", { name: `More actions for ${prefix}-${name}` });
  await row("web").focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await menu("still").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Restart" }).waitFor();
  await isAccessible();
  await shot("containers-menu");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `Unpause ${prefix}-still` }).click();
  await row("still").getByText("Running", { exact: true }).waitFor();
  await menu("still").click();
  await page.getByRole("menuitem", { name: "Rename…" }).click();
  const form = page.getByRole("dialog", { name: `Rename ${prefix}-still` });
  await form.getByLabel("New name").fill("not a name");
  await page.keyboard.press("Enter");
  await form.getByRole("alert").waitFor();
  await form.getByLabel("New name").fill(`${prefix}-moving`);
  await page.keyboard.press("Enter");
  await form.waitFor({ state: "detached" });
  await row("moving").waitFor();
}

/** What would be lost is said first. */
async function removesMany() {
  await filter().fill("shop");
  await page.getByText("3 of 8 fit").waitFor();
  await page.getByLabel("Select all 3").click();
  await bar().getByRole("button", { name: /^Remove 3/ }).click();
  const question = page.getByRole("dialog", { name: "Remove 3 containers?" });
  await question.getByText(/exists? only in them and will be gone/).waitFor();
  await question.getByText(/of them runs? and will be killed/).waitFor();
  await isAccessible();
  await shot("containers-remove");
  await question.getByRole("button", { name: "Remove 3" }).click();
  await results().getByText("3 removed").waitFor();
  await away();
  await page.getByText("No container fits “shop”.").waitFor();
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await results().getByRole("button", { name: "Close" }).click();
}

async function losesTheConnection() {
  await broken(async () => {
    await page.getByText(/^Connection lost, trying again\. What you see is from /).waitFor();
    await row("moving").waitFor();
    await shot("containers-lost");
  });
  await page.getByText(/^5 in all/).waitFor();
}

async function isReadableEverywhere() {
  for (const theme of ["dark", "system"]) {
    await page.getByLabel("Colours").selectOption(theme);
    await becomes(() => page.evaluate(() => document.documentElement.dataset.theme), theme);
  }
  const runs = row("moving").getByText("Running", { exact: true });
  await isReadable("containers", "the list", {
    // Columns that have no room are left out.
    zoomed: async () => {
      await page.getByRole("columnheader", { name: "Memory" }).waitFor({ state: "detached" });
      await runs.waitFor();
    },
    phone: async () => {
      await page.locator(".list-cards").waitFor();
      await runs.waitFor();
      await row("moving").locator(".list-memory .spark").waitFor();
    },
  });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator(".list-cards").waitFor();
  await row("moving").getByRole("checkbox").check();
  await bar().getByText("1 selected").waitFor();
  await fits("a selection on a phone");
  await shot("containers-phone-selected");
  await bar().getByRole("button", { name: "Clear selection" }).click();
  await page.getByLabel("Order").selectOption("-name");
}

await run([
  logIn, seesAll, filters, groups, choosesColumns, sorts, seesLoads, selectsByKeyboard, stopsMany, startsMany, holdsStill, usesTheMenu, removesMany,
  losesTheConnection, isReadableEverywhere,
]);
