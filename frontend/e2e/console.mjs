/* Opens consoles in containers of a running Berth with the keyboard, and keeps them over pages, lost connections and a reload.
   Usage: node console.mjs BASE_URL PASSWORD PREFIX SCREENSHOT_FOLDER
   There are these containers, with the prefix and a dash before their names:
   web      runs, of an image with a shell (ash) and vi
   bare     runs, of an image with one static program that is no shell
   brief    runs, of an image with a shell; this script removes it
   Ends with 0 when all holds; else it says what did not. */
import assert from "node:assert/strict";
import { openDashboard } from "./browser.mjs";

const [base, password, prefix, folder] = process.argv.slice(2);
const { page, shot, login, isAccessible, isReadable, becomes, hasFocus, expectComplaints, ask, run } = await openDashboard(base, folder);

const dock = page.getByRole("region", { name: "Consoles", exact: true });
const tab = (name) => dock.getByRole("tab", { name });
const panel = (name) => dock.getByRole("tabpanel", { name });

const logIn = () => login(password);

async function visit(name) {
  await page.getByRole("link", { name: "Berth" }).click();
  await page.getByRole("link", { name: `${prefix}-${name}`, exact: true }).click();
  await page.getByRole("heading", { name: `${prefix}-${name}`, exact: true }).waitFor();
  await page.getByRole("link", { name: "Console", exact: true }).click();
  await page.getByRole("button", { name: "Open console" }).waitFor();
}

/** What the terminal in front shows. */
const shows = (pattern) =>
  page.waitForFunction(
    ([source]) => new RegExp(source, "s").test([...document.querySelectorAll(".dock-panel:not([hidden]) .xterm-rows > div")].map((row) => row.textContent).join("\n")),
    [pattern.source],
  );

const isTyping = () => page.waitForFunction(() => document.activeElement?.classList.contains("xterm-helper-textarea") ?? false);

/** Everything with the keyboard: the link, the form, the shell. */
async function opensByKeyboard() {
  await visit("web");
  const shell = page.getByLabel("Shell");
  assert.match(await shell.innerText(), /ash \(\/bin\/ash\)/);
  await shot("console-start");
  await shell.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
  await hasFocus(page.getByRole("button", { name: "Open console" }));
  await page.keyboard.press("Enter");
  await tab(`${prefix}-web: ash`).waitFor();
  await isTyping();
  await page.keyboard.type("echo $((6*7))-$(id -u)\n");
  await shows(/42-0/);
  await page.keyboard.type("stty size\n");
  await shows(/\n\d+ \d{2,3}\s/);
}

async function opensAnotherAsAnotherUser() {
  await visit("web");
  await page.getByLabel("User").fill("nobody");
  await page.getByLabel("Folder").fill("/nowhere");
  await page.getByRole("button", { name: "Open console" }).click();
  await page.getByRole("alert").getByText(/no such file or directory/).waitFor();
  await becomes(() => page.getByLabel("Folder").getAttribute("aria-invalid"), "true");
  await page.getByLabel("Folder").fill("/tmp");
  await page.keyboard.press("Enter");
  await tab(`${prefix}-web: ash 2`).waitFor();
  await isTyping();
  await page.keyboard.type("echo $((6*7))-$(id -u)-in-$(pwd)\n");
  await shows(/42-65534-in-\/tmp/);
  // With the arrow keys from tab to tab.
  await tab(`${prefix}-web: ash 2`).focus();
  await page.keyboard.press("ArrowLeft");
  await shows(/42-0/);
  await page.keyboard.press("ArrowRight");
  await shows(/42-65534-in-/);
  await hasFocus(tab(`${prefix}-web: ash 2`));
  await page.keyboard.press("ArrowLeft");
  await shows(/42-0/);
}

/** Escape is vi's, and the pages change below the dock. */
async function staysOverPages() {
  await tab(`${prefix}-web: ash 1`).click();
  await isTyping();
  await page.keyboard.type("vi /tmp/written\n");
  await shows(/~/);
  await page.keyboard.type("iby vi");
  await page.keyboard.press("Escape");
  assert.ok(await dock.isVisible(), "Escape goes to the program");
  await page.getByRole("link", { name: "Images", exact: true }).click();
  await page.getByRole("heading", { name: "Images", exact: true }).waitFor();
  await dock.waitFor();
  await shot("console-on-images");
  await tab(`${prefix}-web: ash 1`).click();
  await isTyping();
  await page.keyboard.type(":wq\n");
  await page.keyboard.type("cat /tmp/written\n");
  // Not what vi shows of it.
  await shows(/cat \/tmp\/written\s+by vi/);
  await page.keyboard.press("Control+Backquote");
  await dock.waitFor({ state: "hidden" });
  await page.keyboard.press("Control+Backquote");
  await isTyping();
  await shows(/by vi/);
}

/** What is printed meanwhile is there afterwards, once. */
async function comesBackAfterALoss() {
  await page.keyboard.type("clear; sleep 2; for i in 1 2 3; do echo line-$i-$((i*7)); sleep 1; done\n");
  expectComplaints(/WebSocket connection to|ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await page.evaluate(() => window.cutConsoles());
  await panel(`${prefix}-web: ash 1`).getByText("The connection was lost and is being made again.").waitFor();
  await tab(/connection lost/).first().waitFor();
  await shot("console-lost");
  await page.evaluate(() => window.mendConsoles());
  await panel(`${prefix}-web: ash 1`).getByText("The connection was lost").waitFor({ state: "detached" });
  await shows(/line-1-7\s+line-2-14\s+line-3-21/);
  const rows = await page.evaluate(() => document.querySelector(".dock-panel:not([hidden]) .xterm-rows").textContent);
  assert.equal(rows.split("line-2-14").length, 2, "nothing is shown twice");
}

async function comesBackAfterALoad() {
  await page.reload();
  await tab(`${prefix}-web: ash 1`).waitFor();
  await shows(/line-1-7\s+line-2-14\s+line-3-21/);
  await isTyping();
  await page.keyboard.type("echo again-$((6*7))\n");
  // What was asked of the terminal before is not answered again: the prompt stays clean.
  await shows(/\/ # echo again-\$\(\(6\*7\)\)\s+again-42/);
}

async function asksBeforeLinesArePasted() {
  const paste = (text) =>
    page.evaluate((what) => {
      const data = new DataTransfer();
      data.setData("text/plain", what);
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  await paste("echo one-$((1+1))\necho two-$((2+2))\n");
  const asked = page.getByRole("dialog", { name: "Paste 2 lines?" });
  await asked.getByText("echo two-$((2+2))").waitFor();
  await isAccessible();
  await shot("console-paste");
  await page.keyboard.press("Escape");
  // It is hidden a moment before it is gone.
  await page.locator("dialog").waitFor({ state: "detached" });
  await isTyping();
  await paste("echo one-$((1+1))\necho two-$((2+2))\n");
  await asked.getByRole("button", { name: "Paste" }).click();
  await shows(/one-2.*two-4/);
  await isTyping();
  await paste("echo alone");
  await shows(/echo alone/);
  await page.keyboard.press("Control+C");
}

async function changesHowItLooks() {
  const size = () => page.evaluate(() => getComputedStyle(document.querySelector(".dock-panel:not([hidden]) .xterm-rows")).fontSize);
  const before = await size();
  await isTyping();
  await page.keyboard.press("Control+Alt+Equal");
  await page.waitForFunction((old) => getComputedStyle(document.querySelector(".dock-panel:not([hidden]) .xterm-rows")).fontSize !== old, before);
  await page.keyboard.press("Control+Alt+Digit0");
  const reader = dock.getByRole("button", { name: "Screen reader" });
  await reader.click();
  await becomes(() => reader.getAttribute("aria-pressed"), "true");
  await page.locator(".dock-panel:not([hidden]) .xterm-accessibility").waitFor({ state: "attached" });
  await isAccessible();
  await reader.click();
  const edge = dock.getByRole("separator", { name: "Height of the consoles" });
  const high = Number(await edge.getAttribute("aria-valuenow"));
  await edge.focus();
  await page.keyboard.press("ArrowUp");
  await becomes(async () => Number(await edge.getAttribute("aria-valuenow")), high + 5);
  await page.keyboard.press("ArrowDown");
}

async function bringsTools() {
  await visit("bare");
  await page.getByText("This image has no shell. The toolbox brings one").waitFor();
  await isAccessible();
  await shot("console-toolbox-start");
  await page.getByRole("button", { name: "Open console" }).click();
  await tab(`${prefix}-bare: toolbox`).waitFor();
  await isTyping();
  await page.keyboard.type("ls -d /busybox /dev/.berth; ps | grep -c '[s]leep'\n");
  await shows(/\/busybox.*\n1/);
  await shot("console-toolbox");
}

async function isReadableEverywhere() {
  const typed = () => shows(/\/busybox/);
  await isReadable("console", "the console", { zoomed: typed, phone: typed });
  await page.setViewportSize({ width: 360, height: 740 });
  await dock.getByRole("toolbar").getByRole("button", { name: "Minimise" }).click();
  await shot("console-phone-folded");
  await page.getByRole("button", { name: /^Consoles/ }).click();
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function closesWhatRunsAfterAQuestion() {
  await tab(`${prefix}-bare: toolbox`).click();
  await isTyping();
  await page.keyboard.type("sleep 1000\n");
  const asked = page.getByRole("dialog", { name: `Close ${prefix}-bare: toolbox?` });
  // The program is there as soon as the shell has started it.
  await page.waitForFunction(async () => {
    const all = await (await fetch("/api/v1/consoles")).json();
    const box = all.items.find((one) => one.toolbox);
    return (await (await fetch(`/api/v1/consoles/${box.id}/programs`)).json()).items.includes("sleep");
  });
  await dock.getByRole("toolbar").getByRole("button", { name: "Close" }).click();
  await asked.getByText("sleep runs in this console. Closing it ends that, too.").waitFor();
  await isAccessible();
  await shot("console-close");
  await asked.getByRole("button", { name: "Cancel" }).click();
  await asked.waitFor({ state: "detached" });
  await dock.getByRole("toolbar").getByRole("button", { name: "Close" }).click();
  await asked.getByRole("button", { name: "Close and end" }).click();
  await tab(`${prefix}-bare: toolbox`).waitFor({ state: "detached" });
}

async function seesHowAnEndCame() {
  await tab(`${prefix}-web: ash 2`).click();
  await isTyping();
  await page.keyboard.type("exit 3\n");
  await panel(`${prefix}-web: ash 2`).getByText("The program has ended with exit code 3.").waitFor();
  await isAccessible();
  await shot("console-ended");
  await panel(`${prefix}-web: ash 2`).getByRole("button", { name: "Open it again" }).click();
  await isTyping();
  await page.keyboard.type("echo as-$(id -u)-in-$(pwd)\n");
  await shows(/as-65534-in-\/tmp/);
  await visit("brief");
  await page.getByRole("button", { name: "Open console" }).click();
  await isTyping();
  await shows(/# /);
  // Somebody else removes the container.
  await ask("DELETE", `/containers/${prefix}-brief?force=true&volumes=false`);
  await panel(`${prefix}-brief: ash`).getByText("The container has stopped, and this console with it.").waitFor();
  await dock.getByRole("tab", { name: `${prefix}-brief: ash` }).focus();
  await page.keyboard.press("Delete");
  await tab(`${prefix}-brief: ash`).waitFor({ state: "detached" });
}

// What a cable does that is pulled: the browser's own connections cannot be cut from outside.
await page.addInitScript(() => {
  const open = new Set();
  let isCut = false;
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(address, ...rest) {
      const isConsole = address.includes("/consoles/");
      super(isConsole && isCut ? address.replace("/consoles/", "/nowhere/") : address, ...rest);
      if (isConsole) open.add(this);
    }
  };
  window.cutConsoles = () => {
    isCut = true;
    open.forEach((socket) => socket.close());
  };
  window.mendConsoles = () => {
    isCut = false;
  };
});

await run([
  logIn, opensByKeyboard, opensAnotherAsAnotherUser, staysOverPages, comesBackAfterALoss, comesBackAfterALoad, asksBeforeLinesArePasted, changesHowItLooks,
  bringsTools, isReadableEverywhere, closesWhatRunsAfterAQuestion, seesHowAnEndCame,
]);
