/* Looks at the files of containers in the browser, running and stopped: reads, changes, uploads, downloads, renames and deletes them; and reads their history.
   Usage: node files.mjs BASE_URL PASSWORD PREFIX SCREENSHOT_FOLDER
   There are these containers, with the prefix and a dash before their names:
   web      runs, with a volume PREFIX-data at /data in which there is a file "inner"; it has written /srv/site/config.ini (owner 12:34, mode 0640, two
            lines), /srv/site/bytes (zeros), /srv/site/windows (line ends of Windows), a link /srv/site/conf to it, and a name with markup and a mark that
            reorders text; it was renamed from PREFIX-old and has run a command that failed with 3
   still    does not run; it has written /srv/note
   This script changes /srv/site/config.ini from outside in between, through the management API. Ends with 0 when all holds; else it says what did not. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { openDashboard } from "./browser.mjs";

const [base, password, prefix, folder] = process.argv.slice(2);
const { page, shot, login, isAccessible, isReadable, expectComplaints, run } = await openDashboard(base, folder);

const logIn = () => login(password);
const row = (name) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name, exact: true }) });
const upload = (name) => page.getByRole("list", { name: "Uploads" }).getByRole("listitem", { name, exact: true });

async function open(name, tab) {
  await page.getByRole("link", { name: "Berth" }).click();
  await page.getByRole("link", { name: `${prefix}-${name}`, exact: true }).click();
  await page.getByRole("heading", { name: `${prefix}-${name}`, exact: true }).waitFor();
  await page.getByRole("link", { name: tab, exact: true }).click();
}

/** What another program does meanwhile. */
function outside(method, path, body) {
  return page.evaluate(
    async ([how, where, what]) => {
      const meta = (key) => document.querySelector(`meta[name="${key}"]`)?.content ?? "";
      const answer = await fetch(where, { method: how, headers: { [meta("csrf-header") || "X-CSRF-TOKEN"]: meta("csrf"), "Content-Type": "application/octet-stream" }, body: what });
      return { status: answer.status, text: await answer.text() };
    },
    [method, path, body],
  );
}
const content = (path) => `/api/v1/containers/${prefix}-web/files/content?path=${encodeURIComponent(path)}`;

async function walksThroughFolders() {
  await open("web", "Files");
  await row("srv/").getByText("Only here").waitFor();
  await row("data/").getByText(`volume ${prefix}-data`).waitFor();
  await row("bin/").getByText("Image", { exact: true }).waitFor();
  await row("proc/").getByText("Engine").waitFor();
  await isAccessible();
  await shot("files-root");
  await page.getByRole("link", { name: "data/" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("This is in what is mounted here").waitFor();
  await row("inner").waitFor();
  await page.getByRole("navigation", { name: "Folder" }).getByRole("link", { name: "Root" }).click();
  await page.getByRole("link", { name: "srv/" }).click();
  await page.getByRole("link", { name: "site/" }).click();
  await row("config.ini").getByText("12:34 0640").waitFor();
  await page.getByText("<img src=x onerror=alert(1)>‹U+202E›", { exact: false }).first().waitFor();
  assert.equal(await page.locator(".file-rows img").count(), 0, "a name is text");
  await isAccessible();
  await shot("files-folder");
}

async function readsWhatCanBeRead() {
  await page.getByRole("link", { name: "bytes", exact: true }).click();
  await page.getByText("It is no text.", { exact: false }).waitFor();
  await page.getByRole("link", { name: "Back to the folder" }).click();
  // A link leads to the file itself.
  await page.getByRole("link", { name: "/srv/site/config.ini" }).click();
  await page.getByRole("region", { name: "Text of /srv/site/config.ini" }).getByText("port = 80").waitFor();
  await isAccessible();
  await shot("files-text");
}

async function changesAFile() {
  await page.getByRole("button", { name: "Edit" }).focus();
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: "Text of /srv/site/config.ini" });
  await field.fill("[site]\nport = 8080\n");
  await page.getByRole("link", { name: "Back to the folder" }).click();
  await page.getByRole("alert").getByText("What you have changed is not saved.").waitFor();
  await page.getByRole("button", { name: "Go on editing" }).click();
  await isAccessible();
  await shot("files-edit");
  await field.press("Control+s");
  await page.getByRole("button", { name: "Edit" }).waitFor();
  assert.equal((await outside("GET", content("/srv/site/config.ini"))).text, "[site]\nport = 8080\n");
}

/** Nobody's work is lost without a word. */
async function isToldOfAConflict() {
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox").fill("mine\n");
  assert.equal((await outside("PUT", content("/srv/site/config.ini"), "theirs\n")).status, 204);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText(/^Not saved: somebody else has changed/).waitFor();
  await isAccessible();
  await shot("files-conflict");
  assert.equal((await outside("GET", content("/srv/site/config.ini"))).text, "theirs\n");
  await page.getByRole("button", { name: "Overwrite it with mine" }).click();
  await page.getByRole("button", { name: "Edit" }).waitFor();
  assert.equal((await outside("GET", content("/srv/site/config.ini"))).text, "mine\n");
  await page.getByRole("link", { name: "Back to the folder" }).click();
  await row("config.ini").getByText("12:34 0640").waitFor();
}

async function keepsLineEnds() {
  await page.getByRole("link", { name: "windows", exact: true }).click();
  await page.getByText("with the line ends of Windows").waitFor();
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox").fill("one\ntwo\nthree\n");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Edit" }).waitFor();
  assert.equal((await outside("GET", content("/srv/site/windows"))).text, "one\r\ntwo\r\nthree\r\n");
  await page.getByRole("link", { name: "Back to the folder" }).click();
}

async function uploads() {
  const chooser = page.getByLabel("Files to upload");
  await chooser.setInputFiles([{ name: "new.txt", mimeType: "text/plain", buffer: Buffer.from("first") }, { name: "windows", mimeType: "text/plain", buffer: Buffer.from("other") }]);
  await upload("new.txt").getByText("uploaded").waitFor();
  await upload("windows").getByRole("alert").getByText("there is a file by this name already").waitFor();
  await isAccessible();
  await shot("files-upload");
  await upload("windows").getByRole("button", { name: "Replace windows" }).click();
  await upload("windows").getByText("uploaded").waitFor();
  await row("new.txt").getByText("5 B").waitFor();
  await row("windows").getByText("5 B").waitFor();
}

async function drops() {
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["dropped"], "dropped.txt"));
    return data;
  });
  await page.dispatchEvent(".drop", "dragover", { dataTransfer: transfer });
  await page.getByText("Drop to upload into /srv/site").waitFor();
  await shot("files-drop");
  await page.dispatchEvent(".drop", "drop", { dataTransfer: transfer });
  await row("dropped.txt").getByText("7 B").waitFor();
}

async function makesRenamesAndDeletes() {
  await page.getByRole("button", { name: "New folder" }).click();
  await page.getByLabel("Name", { exact: true }).fill("a/b");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("A name has no “/”.").waitFor();
  await isAccessible();
  await page.getByLabel("Name", { exact: true }).fill("made");
  await page.keyboard.press("Enter");
  await page.getByText("The folder made is made.").waitFor();
  await row("made/").getByRole("button", { name: "Rename made" }).click();
  await page.getByLabel("Name", { exact: true }).fill("new.txt");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText(/is there already/).waitFor();
  await page.getByLabel("Name", { exact: true }).fill("called");
  await page.keyboard.press("Enter");
  await page.getByText("made is called now.").waitFor();
  await row("called/").getByRole("button", { name: "Delete called" }).click();
  await page.getByRole("dialog").getByText("The folder goes with all that is in it.", { exact: false }).waitFor();
  await isAccessible();
  await shot("files-delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("called is gone.").waitFor();
  await row("called/").waitFor({ state: "detached" });
}

async function downloads() {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download new.txt" }).click()]);
  assert.equal(file.suggestedFilename(), "new.txt");
  assert.equal(readFileSync(await file.path(), "utf8"), "first");
  const [tar] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download folder" }).click()]);
  assert.equal(tar.suggestedFilename(), "site.tar");
  assert.match(readFileSync(await tar.path()).toString("latin1"), /site\/dropped\.txt/);
}

async function isReadableEverywhere() {
  await isReadable("files", "the Files tab");
}

async function worksInOneThatDoesNotRun() {
  await open("still", "Files");
  await page.getByRole("link", { name: "srv/" }).click();
  await page.getByLabel("Files to upload").setInputFiles([{ name: "into-stopped", mimeType: "text/plain", buffer: Buffer.from("x") }]);
  await row("into-stopped").waitFor();
  await page.getByRole("link", { name: "note", exact: true }).click();
  await page.getByRole("region", { name: "Text of /srv/note" }).getByText("written before").waitFor();
}

async function losesTheConnection() {
  await page.getByRole("link", { name: "Back to the folder" }).click();
  await row("note").waitFor();
  expectComplaints(/net::ERR_FAILED/);
  await page.route("**/api/v1/**", (route) => route.abort());
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("alert").getByText(/cannot be reached/).waitFor();
  await row("note").waitFor();
  await page.unroute("**/api/v1/**");
  await page.getByRole("alert").waitFor({ state: "detached" });
}

async function readsTheHistory() {
  await open("web", "History");
  const events = page.getByRole("list", { name: "Newest first" }).getByRole("listitem");
  await events.filter({ hasText: `Renamed from ${prefix}-old to ${prefix}-web` }).waitFor();
  await events.filter({ hasText: "exit code 3" }).waitFor();
  await events.filter({ hasText: "Started" }).first().waitFor();
  await events.last().getByText("Created").waitFor();
  await isAccessible();
  await shot("history");
  await page.getByRole("button", { name: `Stop ${prefix}-web` }).click();
  await events.filter({ hasText: "Stopped by hand" }).waitFor();
  await events.filter({ hasText: "ended by SIGKILL" }).waitFor();
  await isReadable("history", "the History tab");
}

await run([
  logIn, walksThroughFolders, readsWhatCanBeRead, changesAFile, isToldOfAConflict, keepsLineEnds, uploads, drops, makesRenamesAndDeletes, downloads,
  isReadableEverywhere, worksInOneThatDoesNotRun, losesTheConnection, readsTheHistory,
]);
