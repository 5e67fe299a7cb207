/* Creates containers in the form with the keyboard alone and from a command line, and edits them.
   Usage: node form.mjs BASE_URL PASSWORD PREFIX SCREENSHOT_FOLDER create|edit
   The image busybox is there. What is made has the prefix and a dash before its name, and is left. For "edit" there are these containers:
   old   runs, with 64 MiB, a nameless volume at /nameless, the volume PREFIX-kept at /kept, and a file of 3,000,000 bytes in /srv/data that exists
         only there; afterwards it is in the volume PREFIX-old-srv-data
   odd   was never started; the value of its variable ODD holds markup, a mark that reorders text and a control sequence, LINES has two lines
   Ends with 0 when all holds; else it says what did not. */
import assert from "node:assert/strict";
import { openDashboard } from "./browser.mjs";

const [base, password, prefix, folder, part] = process.argv.slice(2);
const { page, shot, login, isAccessible, isReadable, becomes, ask, breakable, run } = await openDashboard(base, folder);
const broken = await breakable();

const logIn = () => login(password);
const form = () => page.getByRole("form");
const section = (name) => page.getByRole("region", { name, exact: true });
const twins = () => section("The same as text");
const field = (name) => form().locator(".option > input").and(form().getByLabel(name, { exact: true }));
const focused = () =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at?.getAttribute("aria-label") ?? at?.labels?.[0]?.textContent?.trim() ?? at?.textContent?.trim();
  });

/** The form for a new container, loaded anew. */
async function openForm() {
  await page.goto(`${base}/ui/create`);
  await form().getByRole("button", { name: "Create and start" }).waitFor();
}

/** Presses Tab until what has this name has the focus. */
async function tabTo(name) {
  for (let pressed = 0; pressed < 250; pressed++) {
    if ((await focused()) === name) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${name} cannot be reached with Tab; the focus is at ${await focused()}`);
}

async function createsWithTheKeyboard() {
  await page.getByRole("link", { name: "New container" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "New container", exact: true }).waitFor();
  await tabTo("Image");
  await page.keyboard.press("Tab");
  await form().getByText("✖ Image is missing", { exact: false }).waitFor();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type("busybox");
  await tabTo("Name");
  await page.keyboard.type(`${prefix}-typed`);
  await tabTo("Command");
  await page.keyboard.type("sleep 1000");
  await tabTo("Add to Published ports");
  await page.keyboard.press("Enter");
  await tabTo("Container port");
  await page.keyboard.type("80");
  await tabTo("Memory");
  await page.keyboard.type("lots");
  await page.keyboard.press("Tab");
  await form().getByText("✖ Memory is no size", { exact: false }).waitFor();
  await page.keyboard.press("Enter");
  await form().getByRole("alert").getByText("Memory is no size", { exact: false }).waitFor();
  await shot("form-wrong");
  await isAccessible();
  await form().getByRole("link", { name: /Memory is no size/ }).focus();
  await page.keyboard.press("Enter");
  await becomes(focused, "Memory");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("32m");
  const said = twins().getByRole("region", { name: "As docker run" });
  await said.getByText(/-m 32m/).waitFor();
  const line = await said.innerText();
  assert.match(line, /docker run -d/);
  assert.match(line, /-p 127\.0\.0\.1::80/);
  assert.match(line, /-m 32m/);
  assert.match(line, /busybox sleep 1000$/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: `${prefix}-typed`, exact: true }).waitFor();
  await page.getByText("Running", { exact: true }).first().waitFor();
}

/** All options can be found and reached; what is risky says why. */
async function findsOptions() {
  await openForm();
  await page.getByRole("searchbox", { name: "Find an option" }).fill("--cap-add");
  await section("Security").waitFor();
  await becomes(() => form().locator(".option").count(), 1);
  await form().getByRole("button", { name: "Add to Further capabilities" }).click();
  await form().getByLabel("Further capabilities, line 1").fill("SYS_ADMIN");
  await form().getByText("programs get out of their container", { exact: false }).last().waitFor();
  await page.getByRole("searchbox", { name: "Find an option" }).fill("");
  await section("General").waitFor();
  const closed = form().getByRole("button", { name: /: \d+ (more )?options?$/ });
  while ((await closed.count()) > 0) await closed.first().click();
  await isAccessible();
  await page.screenshot({ path: `${folder}/form-all.png`, fullPage: true });
  await isReadable("form", "the form with all options");
}

const LINE = `docker run -dit --name=${prefix}-pasted --restart on-failure:3 -p 8080:80/udp -v ${prefix}-kept:/kept:ro \\
  -e 'GREETING=hello world' -e "FROM_SHELL" --cpus 0.5 --pull always --frobnicate busybox sh -c 'echo $GREETING; sleep 1000'`;

async function pastes() {
  await openForm();
  await twins().getByRole("button", { name: "Paste…" }).click();
  await page.getByLabel(/^Paste a docker run line/).fill(LINE);
  await page.getByRole("button", { name: "Fill the form" }).click();
  const outcome = twins().getByRole("status").filter({ hasText: "Not understood" });
  await outcome.waitFor();
  const told = await outcome.innerText();
  for (const name of ["--pull always", "--frobnicate", "FROM_SHELL"]) assert.ok(told.includes(name), `${name} is not told: ${told}`);
  await becomes(() => field("Name").inputValue(), `${prefix}-pasted`);
  assert.equal(await field("CPUs").inputValue(), "0.5");
  assert.equal(await field("Restart").inputValue(), "on-failure:3");
  assert.equal(await form().getByLabel("Volumes and folders, line 1").inputValue(), `${prefix}-kept:/kept:ro`);
  await form().getByText("Open to all who reach the host", { exact: false }).last().waitFor();
  await shot("form-pasted");
  await twins().getByRole("tab", { name: "docker run" }).focus();
  await page.keyboard.press("ArrowRight");
  await twins().getByRole("region", { name: "As compose" }).getByText("GREETING: hello world").waitFor();
  await isAccessible();
  const compose = await twins().getByRole("region", { name: "As compose" }).innerText();
  await page.keyboard.press("ArrowRight");
  const rest = await twins().getByRole("region", { name: "As REST" }).innerText();
  assert.match(rest, /"MaximumRetryCount": 3/);
  await shot("form-rest");
  // Each text fills the form with the same again.
  for (const text of [compose, rest]) {
    await page.getByLabel(/^Paste a docker run line/).fill(text);
    await page.getByRole("button", { name: "Fill the form" }).click();
    await twins().getByText(/options were filled/).waitFor();
    assert.equal(await twins().getByText("Not understood").count(), 0);
    await twins().getByRole("tab", { name: "REST" }).click();
    await becomes(() => twins().getByRole("region", { name: "As REST" }).innerText(), rest);
  }
  await form().getByRole("button", { name: "Create and start" }).click();
  await page.getByRole("heading", { name: `${prefix}-pasted`, exact: true }).waitFor();
}

async function isToldWhatIsTaken() {
  await openForm();
  await field("Image").fill("no-such-image:7");
  await field("Name").fill(`${prefix}-typed`);
  await form().getByRole("button", { name: "Create and start" }).click();
  await form().getByRole("button", { name: "Pull no-such-image:7" }).click();
  const dialog = page.getByRole("dialog", { name: "Pull image" });
  await becomes(() => dialog.getByLabel("Image", { exact: true }).inputValue(), "no-such-image:7");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await field("Image").fill("busybox");
  await form().getByRole("button", { name: "Create and start" }).click();
  await form().getByRole("link", { name: /already in use/ }).click();
  await becomes(focused, "Name");
  await shot("form-taken");
}

const NONSENSE = "\u202e no such : %";

/** Every field that can be wrong says so beside itself, and nothing is sent. */
async function saysWhatIsWrong() {
  await openForm();
  const closed = form().getByRole("button", { name: /: \d+ (more )?options?$/ });
  while ((await closed.count()) > 0) await closed.first().click();
  // Where one line is all there may be, the button goes.
  for (const name of await form().getByRole("button", { name: /^Add to / }).allInnerTexts()) await form().getByRole("button", { name, exact: true }).press("Enter");
  for (const one of await form().locator('.option input:not([type="checkbox"]), .option textarea').all()) await one.fill(NONSENSE);
  await form().getByRole("button", { name: "Create and start" }).click();
  const told = form().getByRole("alert").getByRole("link");
  await told.first().waitFor();
  const wrong = form().locator(".option", { has: page.getByText(/^✖ /) });
  const taken = [
    "Command", "Entrypoint", "Storage options", "Environment", "Labels", "Annotations", "Security options", "Health check", "Log options", "Shell", "Steps for later images", "Cgroup (old)",
    "File for its id",
  ];
  const fields = await form().locator(".option:has(input:not([type=checkbox]), textarea) > .option-name").allInnerTexts();
  assert.equal(fields.length, (await form().locator(".option").count()) - (await form().locator(".option:not(:has(.lines)):has(> :is(select, input[type=checkbox]))").count()));
  const named = await wrong.locator("> .option-name").allInnerTexts();
  assert.deepEqual(fields.filter((name) => !named.includes(name)), taken);
  assert.equal(await told.count(), await wrong.count());
  await form().getByText("‹U+202E›", { exact: false }).first().waitFor();
  await told.last().click();
  const at = await page.evaluate(() => document.activeElement?.closest(".option")?.querySelector(".option-name")?.textContent);
  assert.equal(at, await wrong.last().locator("> .option-name").innerText());
  await isAccessible();
  await shot("form-nonsense");
}

/** What only the server knows to be wrong stands at its field, too. */
async function saysWhatTheServerRefuses() {
  for (const name of ["Storage options", "Security options", "Log options"]) {
    await openForm();
    await field("Image").fill("busybox");
    await page.getByRole("searchbox", { name: "Find an option" }).fill(name);
    await form().getByRole("button", { name: `Add to ${name}` }).click();
    const place = form().locator(".option").filter({ has: page.getByText(name, { exact: true }) });
    await place.locator("input, textarea").first().fill(NONSENSE);
    await form().getByRole("button", { name: "Create and start" }).click();
    await place.getByText(/^✖ /).waitFor();
    await form().getByRole("alert").getByRole("link").click();
    await becomes(() => place.evaluate((one) => one.contains(document.activeElement)), true, `${name} does not have the focus`);
  }
}

/** The page says so, keeps what was filled in, and goes on. */
async function losesTheConnection() {
  await openForm();
  await page.getByText("Live", { exact: true }).waitFor();
  await field("Image").fill("busybox");
  await broken(async () => {
    await page.getByText("Connection lost, trying again.", { exact: false }).waitFor();
    await field("Name").fill(`${prefix}-late`);
    await form().getByRole("button", { name: "Create and start" }).click();
    await form().getByRole("alert").getByText("The server cannot be reached.", { exact: false }).waitFor();
    await isAccessible();
    await shot("form-lost");
  });
  await page.getByText("Connection lost, trying again.", { exact: false }).waitFor({ state: "detached" });
  await form().getByRole("button", { name: "Create and start" }).click();
  await page.getByRole("heading", { name: `${prefix}-late`, exact: true }).waitFor();
}

/** Somebody removes it while it is edited: what was filled in makes a new one. */
async function losesTheContainer() {
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.getByRole("heading", { name: `Edit ${prefix}-late` }).waitFor();
  await field("Memory").fill("32m");
  await ask("DELETE", `/containers/${prefix}-late?force=true&volumes=false`);
  await page.getByText(`${prefix}-late is gone`, { exact: false }).waitFor();
  await isAccessible();
  await shot("form-gone");
  await form().getByRole("button", { name: "Create and start" }).click();
  await page.getByRole("heading", { name: `${prefix}-late`, exact: true }).waitFor();
  assert.equal((await ask("GET", `/containers/${prefix}-late/settings`)).hostConfig.Memory, 32 << 20);
  await page.goto(`${base}/ui/containers/${prefix}-none/edit`);
  await page.getByRole("heading", { name: "There is nothing here" }).waitFor();
}

/** Text stays text, and nothing of it is lost when something else is changed. */
async function duplicates() {
  await page.goto(`${base}/ui/containers`);
  await page.getByRole("button", { name: `More actions for ${prefix}-odd`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await page.getByRole("heading", { name: `New container like ${prefix}-odd` }).waitFor();
  assert.equal(await field("Name").inputValue(), "");
  await twins().getByText("<img src=x onerror=document.title=1>‹U+202E›", { exact: false }).waitFor();
  await form().getByText("Holds characters that cannot be seen", { exact: false }).waitFor();
  assert.equal(await page.locator("img[src=x]").count(), 0);
  await isAccessible();
  await shot("form-odd");
  await field("Name").fill(`${prefix}-twin`);
  await form().getByRole("group", { name: "Environment, line 2" }).getByLabel("Name").fill("ROWS");
  await form().getByLabel("Start it at once").uncheck();
  await form().getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { name: `${prefix}-twin`, exact: true }).waitFor();
  const [odd, twin] = await Promise.all(["odd", "twin"].map(async (name) => (await ask("GET", `/containers/${prefix}-${name}/settings`)).config.Env));
  assert.deepEqual(twin, odd.map((line) => line.replace(/^LINES=/, "ROWS=")));
}

async function edits() {
  await page.goto(`${base}/ui/containers`);
  await page.getByRole("button", { name: `More actions for ${prefix}-old`, exact: true }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await page.getByRole("heading", { name: `Edit ${prefix}-old` }).waitFor();
  await becomes(() => field("Memory").inputValue(), "64m");
  await form().getByText("Nothing is changed yet.").waitFor();
  await field("Memory").fill("96m");
  await form().getByRole("button", { name: "Review the changes" }).click();
  const dialog = page.getByRole("dialog", { name: `Change ${prefix}-old` });
  await dialog.getByText("nothing is lost", { exact: false }).waitFor();
  await isAccessible();
  await shot("form-in-place");
  await dialog.getByRole("button", { name: "Change it in place" }).click();
  await page.getByRole("heading", { name: `${prefix}-old`, exact: true }).waitFor();
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await form().getByRole("button", { name: "Add to Environment" }).click();
  await form().getByRole("group", { name: "Environment, line 1" }).getByLabel("Name").fill("MODE");
  await form().getByRole("group", { name: "Environment, line 1" }).getByLabel("Value").fill("new");
  await form().getByRole("button", { name: "Review the changes" }).click();
  await dialog.getByText("1 file, 2.86 MiB").waitFor();
  await dialog.getByText("MODE=new").waitFor();
  await dialog.getByText("The volume at /kept.").waitFor();
  await isReadable("form-anew", "the review");
  await rescues(dialog);
  await dialog.getByRole("button", { name: "Make it anew" }).click();
  await page.getByRole("heading", { name: `${prefix}-old`, exact: true }).waitFor();
  await page.getByText("Running", { exact: true }).first().waitFor();
}

/** What a rescue mounts belongs to what is made anew; what the user has changed before stays. */
async function rescues(dialog) {
  await dialog.getByRole("button", { name: "Rescue into a volume: /srv/data" }).click();
  assert.equal(await dialog.getByLabel("Name of the new volume").inputValue(), `${prefix}-old-srv-data`);
  await dialog.getByRole("button", { name: "Rescue", exact: true }).click();
  await dialog.getByText(`/srv/data is in the volume ${prefix}-old-srv-data now`, { exact: false }).waitFor();
  await dialog.getByText("There is nothing else that would be lost.").waitFor();
  await dialog.getByText("The volume at /srv/data.").waitFor();
  await dialog.getByText("MODE=new").waitFor();
  await isAccessible();
  await shot("form-rescued");
}

const STEPS = {
  create: [createsWithTheKeyboard, findsOptions, pastes, isToldWhatIsTaken, saysWhatIsWrong, saysWhatTheServerRefuses],
  edit: [losesTheConnection, losesTheContainer, duplicates, edits],
};

await run([logIn, ...STEPS[part]]);
