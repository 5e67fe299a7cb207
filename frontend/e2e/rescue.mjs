/* Writes into containers, removes them in the browser, and sees that nothing goes that was not named before; rescues, downloads, discards, prunes.
   Usage: node rescue.mjs BASE_URL PASSWORD PREFIX SCREENSHOT_FOLDER
   There are these containers, with the prefix and a dash before their names:
   web      runs; it has written 50 MB and more into /var/lib/postgresql, which looks like a database, and a small file into /srv/notes
   done     does not run; it has written a file of 300,000 bytes into /work
   empty    was never started
   Ends with 0 when all holds; else it says what did not. web is left, with a volume; done and empty are removed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { openDashboard } from "./browser.mjs";

const [base, password, prefix, folder] = process.argv.slice(2);
const { page, shot, login, isAccessible, isReadable, becomes, run } = await openDashboard(base, folder);

const DATA = "/var/lib/postgresql";
const logIn = () => login(password);
const dialog = () => page.getByRole("dialog");
const lost = (path) => dialog().getByRole("listitem", { name: path, exact: true });

async function open(name) {
  await page.getByRole("link", { name: "Berth" }).click();
  await page.getByRole("link", { name: `${prefix}-${name}`, exact: true }).click();
  await page.getByRole("heading", { name: `${prefix}-${name}`, exact: true }).waitFor();
}

async function seesThatItIsUnprotected() {
  await open("web");
  await page.getByText(/^Unprotected: [\d.]+ MiB/).waitFor();
  await isAccessible();
  await shot("rescue-badge");
}

/** With the keyboard alone. */
async function removesAndIsWarned() {
  await page.getByRole("button", { name: `Remove ${prefix}-web` }).focus();
  await page.keyboard.press("Enter");
  await dialog().getByText(/^\d+ files, [\d.]+ MiB$/).waitFor();
  await lost(DATA).getByText("▲ data of PostgreSQL").waitFor();
  await lost("/srv/notes").waitFor();
  await isReadable("rescue-guard", "the guard");
}

async function downloadsTheRest() {
  const [download] = await Promise.all([page.waitForEvent("download"), lost("/srv/notes").getByRole("link", { name: "Download /srv/notes" }).click()]);
  assert.equal(download.suggestedFilename(), `${prefix}-web-srv-notes.tar`);
  const tar = readFileSync(await download.path()).toString("latin1");
  assert.match(tar, /srv\/notes\/note/);
  assert.match(tar, /remember this/);
}

async function discardsAndThinksAgain() {
  await lost("/srv/notes").getByRole("button", { name: "Discard /srv/notes" }).click();
  await lost("/srv/notes").getByText("It will be discarded.").waitFor();
  await lost("/srv/notes").getByRole("button", { name: "Undo: keep /srv/notes" }).click();
  await lost("/srv/notes").getByRole("button", { name: "Discard /srv/notes" }).waitFor();
}

async function rescues() {
  await lost(DATA).getByRole("button", { name: `Rescue into a volume: ${DATA}` }).focus();
  await page.keyboard.press("Enter");
  const name = dialog().getByLabel("Name of the new volume");
  assert.equal(await name.inputValue(), `${prefix}-web-postgresql`);
  await dialog().getByText("The container is stopped meanwhile and started again after.").waitFor();
  await name.fill("no good");
  await page.keyboard.press("Enter");
  await dialog().getByRole("alert").getByText(/Letters, digits/).waitFor();
  await becomes(() => name.getAttribute("aria-invalid"), "true");
  await isAccessible();
  await shot("rescue-name");
  await name.fill(`${prefix}-kept`);
  await page.keyboard.press("Enter");
  await dialog().getByText(`${DATA} is in the volume ${prefix}-kept now`, { exact: false }).waitFor();
  await lost(DATA).waitFor({ state: "detached" });
  await lost("/srv/notes").waitFor();
  await isAccessible();
  await shot("rescue-done");
}

async function seesItMounted() {
  await dialog().getByRole("button", { name: "Cancel" }).click();
  await page.getByText(/^Up /).waitFor();
  await page.getByRole("link", { name: "Config" }).click();
  await page.getByText(`${prefix}-kept`, { exact: false }).first().waitFor();
  await page.getByText(/^Unprotected/).waitFor({ state: "detached" });
}

async function prunes() {
  await page.getByRole("link", { name: "Berth" }).click();
  await page.getByRole("button", { name: "Prune…" }).click();
  const one = dialog().getByRole("region", { name: `${prefix}-done` });
  await one.getByText("293 KiB", { exact: false }).first().waitFor();
  await dialog().getByText(`written nothing that would be lost: ${prefix}-empty`, { exact: false }).waitFor();
  assert.equal(await dialog().getByRole("region", { name: `${prefix}-web`, exact: true }).count(), 0, "one that runs stays");
  await isAccessible();
  await shot("prune");
  await dialog().getByRole("button", { name: "Remove 2 containers" }).click();
  await dialog().getByText(/^2 containers are gone/).waitFor();
  await dialog().getByRole("button", { name: "Close" }).click();
  await page.getByRole("link", { name: `${prefix}-done`, exact: true }).waitFor({ state: "detached" });
  await page.getByRole("link", { name: `${prefix}-web`, exact: true }).waitFor();
}

await run([
  logIn, seesThatItIsUnprotected, removesAndIsWarned, downloadsTheRest, discardsAndThinksAgain, rescues, seesItMounted, prunes,
]);
