/* Pulls an image in the dashboard, cancels and goes on, and keeps a login.
   Usage: node pull.mjs BASE_URL PASSWORD REFERENCE SCREENSHOT_FOLDER
   The image has two layers; the registry stops in the middle of the second one unless it is asked for the rest of it.
   Ends with 0 when all holds; else it says what did not. */
import { openDashboard } from "./browser.mjs";

const [base, password, reference, folder] = process.argv.slice(2);
const { page, shot, login, isAccessible, isReadable, run } = await openDashboard(base, folder);

const logIn = () => login(password);
const transfer = () => page.getByRole("listitem", { name: `Pull of ${reference}` }).first();

async function open() {
  await page.getByRole("button", { name: "Pull image" }).click();
  return page.getByRole("dialog", { name: "Pull image" });
}

async function plan() {
  await page.getByRole("navigation", { name: "Sections" }).getByRole("link", { name: "Images" }).click();
  await page.getByRole("heading", { name: "Images", exact: true }).waitFor();
  const form = await open();
  await form.getByLabel("Image", { exact: true }).fill(`${reference}-none`);
  await page.keyboard.press("Enter");
  await form.getByRole("alert").getByText(/has no .*-none/).waitFor();
  await shot("pull-refused");
  await form.getByLabel("Image", { exact: true }).fill(reference);
  await form.getByRole("button", { name: "Show what it takes" }).click();
  await form.getByText(/0 of 2 layers are here, .* to fetch, about .* free after/).waitFor();
  await isAccessible();
  await shot("pull-plan");
  await form.getByRole("button", { name: "Pull", exact: true }).click();
  await form.waitFor({ state: "detached" });
}

async function cancel() {
  // Where the registry stops: nothing of the second layer may be left to be asked for from its begin.
  await page.waitForFunction(() => {
    const layer = [...document.querySelectorAll(".layers li")].at(-1);
    const share = layer?.querySelector("progress").value ?? 0;
    return layer?.textContent.includes("downloading") && share > 0.4 && share < 1;
  });
  await isAccessible();
  await shot("pull-running");
  await transfer().getByRole("button", { name: /^Cancel/ }).click();
  await transfer().getByText("Cancelled", { exact: true }).waitFor();
  await shot("pull-cancelled");
}

async function goOn() {
  const form = await open();
  await form.getByLabel("Image", { exact: true }).fill(reference);
  await page.keyboard.press("Enter");
  await form.getByText(/of 2 layers .* to fetch/).waitFor();
  await page.keyboard.press("Enter");
  await form.waitFor({ state: "detached" });
  await transfer().getByText("Done", { exact: true }).waitFor();
  await page.getByRole("row", { name: new RegExp(reference) }).waitFor();
  await shot("pull-done");
}

async function keepALogin() {
  await page.getByRole("link", { name: "Registries" }).click();
  await page.getByText("No logins yet").waitFor();
  await page.getByRole("button", { name: "Add a login" }).click();
  const form = page.getByRole("dialog", { name: "Add a login" });
  await form.getByLabel(/^Registry \(/).fill(reference.split("/")[0]);
  await form.getByLabel("Username").fill("me");
  await form.getByLabel("Password").fill("hush");
  await isAccessible();
  await shot("registry-login");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  await page.getByRole("row", { name: / me / }).waitFor();
}

async function isReadableEverywhere() {
  await isReadable("registries", "the page of registries");
  await page.getByRole("link", { name: "Images" }).click();
  await transfer().waitFor();
  await isReadable("images", "the page of images");
  await open();
  await isReadable("pull", "the dialog for a pull");
  await page.keyboard.press("Escape");
}

async function forgetsTheLogin() {
  await page.getByRole("link", { name: "Registries" }).click();
  await page.getByRole("button", { name: /^Remove login/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByText("No logins yet").waitFor();
}

await run([logIn, plan, cancel, goOn, keepALogin, isReadableEverywhere, forgetsTheLogin]);
