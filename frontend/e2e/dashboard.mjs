/* Drives the dashboard of a running Berth as a user would.
   Usage: node dashboard.mjs BASE_URL PASSWORD IMAGE SCREENSHOT_FOLDER
   The image has a shell. Ends with 0 when all holds; else it says what did not. */
import assert from "node:assert/strict";
import { openDashboard } from "./browser.mjs";

const [base, password, image, folder] = process.argv.slice(2);
const { page, shot, login, fits, isReadable, ask, run } = await openDashboard(base, folder);

const logIn = () => login(password);

async function create() {
  await page.getByRole("link", { name: "New container" }).click();
  const form = page.getByRole("form", { name: "New container" });
  await form.getByLabel("Image", { exact: true }).fill("no-such-image:1");
  await form.getByRole("button", { name: "Create and start" }).click();
  await form.getByRole("alert").getByText(/No such image/).waitFor();
  await form.getByLabel("Image", { exact: true }).fill(image);
  await form.getByLabel("Name", { exact: true }).fill("made-here");
  await form.getByLabel("Command", { exact: true }).fill("sh -c 'echo first line; i=0; while :; do i=$((i+1)); [ $((i % 50000)) = 0 ] && echo tick $i; done'");
  await form.getByRole("button", { name: "Add to Published ports" }).click();
  await form.getByLabel("Container port", { exact: true }).fill("80");
  await form.getByLabel("Memory", { exact: true }).fill("64m");
  await form.getByLabel("CPUs", { exact: true }).fill("0.5");
  await shot("create");
  await form.getByRole("button", { name: "Create and start" }).click();
  await page.getByRole("heading", { name: "made-here", exact: true }).waitFor();
  await page.getByRole("link", { name: "Berth" }).click();
  const row = page.getByRole("row", { name: /made-here/ });
  await row.getByText("Running", { exact: true }).waitFor();
  await shot("list");
  await row.getByRole("link", { name: "made-here" }).click();
}

async function look() {
  await page.getByRole("heading", { name: "made-here", exact: true }).waitFor();
  await page.getByRole("region", { name: "Cgroup" }).waitFor();
  await page.getByRole("link", { name: "Config" }).click();
  await page.getByRole("region", { name: "Config", exact: true }).getByText("64.0 MiB", { exact: true }).waitFor();
  const asked = page.getByRole("region", { name: "As it was asked for" });
  await asked.getByText("no: it stays ended", { exact: true }).waitFor();
  await asked.getByText("All settings, in the names of the Docker Engine API", { exact: true }).click();
  await page.getByRole("region", { name: "All settings" }).getByText('"Memory": 67108864', { exact: false }).waitFor();
  await isReadable("config", "the config");
  await page.getByRole("navigation", { name: "Parts of this container" }).getByRole("link", { name: "Logs" }).click();
  // The command that prints them may be on the page, too.
  await page.getByRole("log").getByText("first line").waitFor();
  await page.getByRole("log").getByText("tick").first().waitFor();
  await shot("logs");
}

async function typeInConsole() {
  await page.getByRole("link", { name: "Console", exact: true }).click();
  await page.getByRole("button", { name: "Open console" }).click();
  const dock = page.getByRole("region", { name: "Consoles", exact: true });
  await dock.locator(".xterm-rows").waitFor();
  await page.waitForFunction(() => /\/ #/.test(document.querySelector(".xterm-rows")?.textContent ?? ""));
  await page.waitForFunction(() => document.activeElement?.classList.contains("xterm-helper-textarea") ?? false);
  await page.keyboard.type("echo $((6*7))-$(tput cols 2>/dev/null || stty size)\n");
  await page.waitForFunction(() => /\n?42-/.test(document.querySelector(".xterm-rows")?.textContent ?? ""));
  await shot("console");
  await page.keyboard.type("exit 3\n");
  await dock.getByText("ended with exit code 3").waitFor();
  await dock.getByRole("toolbar").getByRole("button", { name: "Close" }).click();
  await dock.waitFor({ state: "hidden" });
}

async function watchStats() {
  await page.getByRole("link", { name: "Stats" }).click();
  const memory = page.locator('[data-reading="Memory"]');
  await memory.getByText(/of 64\.0 MiB/).waitFor();
  const cpu = page.locator('[data-reading="CPU"]');
  const before = await cpu.innerText();
  await page.waitForFunction((old) => document.querySelector('[data-reading="CPU"]')?.textContent !== old, before);
  await page.waitForFunction(() => document.querySelectorAll(".uplot canvas").length === 4);
  await shot("stats");
}

/** Each part of a container has an address that can be loaded anew and passed on; so has what is not there. */
async function loadsEachPartAnew() {
  const parts = page.getByRole("navigation", { name: "Parts of this container" }).getByRole("link");
  const addresses = await parts.evaluateAll((links) => links.map((link) => link.href));
  assert.ok(addresses.length >= 7, addresses.join(" "));
  for (const address of [...addresses, `${addresses[0]}/edit`]) {
    await page.goto(address);
    await page.getByRole("heading", { name: /^(Edit )?made-here$/ }).waitFor();
  }
  await page.goto(`${base}/ui/no-such-page`);
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
}

async function actsOnThePage() {
  const action = (name) => page.getByRole("button", { name: `${name} made-here`, exact: true });
  const state = (name) => page.getByText(name, { exact: true }).first().waitFor();
  const choose = async (name) => {
    await page.getByRole("button", { name: "More actions for made-here" }).click();
    await page.getByRole("menuitem", { name, exact: true }).click();
  };
  await page.goto(`${base}/ui/containers/made-here/config`);
  await choose("Pause");
  await state("Paused");
  await action("Unpause").click();
  await state("Running");
  await choose("Kill");
  await state("Exited");
  await action("Start").click();
  await state("Running");
  await action("Restart").click();
  await page.getByText("Restarting…").waitFor();
  await page.getByText("Restarting…").waitFor({ state: "detached" });
  await state("Running");
  await isReadable("actions", "the page of a container");
  await choose("Rename…");
  await page.getByLabel("New name").fill("made-there");
  await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
  await page.getByRole("heading", { name: "made-there", exact: true }).waitFor();
  await page.waitForURL("**/ui/containers/made-there/config");
  await ask("POST", "/containers/made-there/rename", { name: "made-here" });
  await page.waitForURL("**/ui/containers/made-here/config");
}

async function end() {
  await page.getByRole("button", { name: "Stop made-here" }).click();
  await page.getByText("Exited", { exact: true }).waitFor();
  await shot("stopped");
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("link", { name: "Berth" }).click();
  await page.getByRole("row", { name: /made-here/ }).waitFor();
  await page.locator(".list-cards").waitFor();
  await fits("the list on a phone");
  await shot("phone");
  await page.setViewportSize({ width: 1280, height: 800 });
  // The menu stands where its row was when it opened.
  await page.getByRole("columnheader", { name: "Memory" }).waitFor();
  await page.getByRole("button", { name: "More actions for made-here" }).click();
  await page.getByRole("menuitem", { name: "Remove…" }).click();
  await page.getByRole("dialog").getByText(/exists? only in this container|written nothing that would be lost/).waitFor();
  await shot("remove");
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  // As long as the pointer is in the list, the row stays.
  await page.mouse.move(5, 5);
  await page.getByRole("row", { name: /made-here/ }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByText("You are logged out.").waitFor();
}

await run([logIn, create, look, typeInConsole, watchStats, loadsEachPartAnew, actsOnThePage, end]);
