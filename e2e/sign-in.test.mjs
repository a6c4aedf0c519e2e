// Signing in as a person does, without JavaScript: the first run, a wrong password, a new password, the way back.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, empty, HEAD, house, PASSWORD, run, signIn } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
let chrome, made, bare;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  bare = await house(empty);
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
  await bare?.end();
});

async function person(storageState) {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState });
  return { context, page: await context.newPage() };
}

/** axe on the page that stands there, wide and on a phone; a form is sent again by the script's own browser. */
async function look(url, name, fill) {
  for (const width of [1280, 390]) {
    const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(url);
    if (fill) await fill(page);
    const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`), [], `${name} at ${width}`);
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0, `${name} at ${width}`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/sign-in-${name}-${width}.png`, fullPage: true });
    await context.close();
  }
}

test("the pages of nobody in particular have no accessibility fault", async () => {
  await look(made.address + "/sign-in", "page");
  await look(made.address + "/sign-in", "wrong", async (page) => {
    await page.getByLabel("Email").fill("nobody@marlpit.example");
    await page.getByLabel("Password", { exact: true }).fill("wrong wrong wrong");
    await page.getByRole("button", { name: "Continue" }).click();
    assert.match(await page.title(), /^Error: /);
    assert.match(await page.locator(":focus").innerText(), /There is a problem/);
  });
  await look(made.address + "/sign-in/link", "link");
  await look(made.address + "/emergency", "emergency");
  await look(made.address + "/link/" + "0".repeat(64), "ended");
  await look(bare.address + "/set-up", "set-up");
});

test("the first run: the code of the terminal, a person, the next steps", async () => {
  const { page, context } = await person();
  await page.goto(bare.address + "/school/nowhere");
  assert.match(page.url(), /\/set-up$/);
  await page.getByLabel("Set-up code").fill("AAAAA-AAAAA");
  await page.getByRole("button", { name: "Continue" }).click();
  assert.match(await page.locator("main").innerText(), /3 tries left/);
  await page.getByLabel("Set-up code").fill(await bare.code);
  await page.getByRole("button", { name: "Continue" }).click();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/sign-in-person-1280.png`, fullPage: true });
  await page.getByRole("button", { name: "Start" }).click();
  assert.ok((await page.locator(".govuk-error-summary__list a").count()) >= 4);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/sign-in-faults-1280.png`, fullPage: true });
  await page.getByLabel("Your name").fill("Madeup Head");
  await page.getByLabel("Your work email").fill("head@empty.example");
  await page.getByLabel("Headteacher").check();
  await page.getByLabel("Choose a password").fill(PASSWORD);
  await page.getByLabel("The same password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByLabel("I have read this and agree").check();
  await page.getByRole("button", { name: "Go on" }).click();
  assert.match(await page.locator("h1").innerText(), /Three things before the first list/);
  await context.close();
});

test("a password is changed and the one before is worth nothing", async () => {
  const email = "clover.sample@marlpit.example";
  const { page, context } = await person(await signIn(chrome, made.address, email));
  await page.goto(made.address + "/account/password");
  const next = "Quiet-Otters-Juggle-9-Lamps";
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByLabel("New password").fill(next);
  await page.getByLabel("The same password again").fill(next);
  await page.getByRole("button", { name: "Change it" }).click();
  assert.match(await page.locator(".govuk-notification-banner--success").innerText(), /Your password is changed/);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/sign-in-account-1280.png`, fullPage: true });
  await page.reload();
  assert.equal(await page.locator(".govuk-notification-banner--success").count(), 0, "said once");
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.match(page.url(), /\/sign-in$/);
  await context.close();
  const state = await signIn(chrome, made.address, email, PASSWORD);
  const old = await person(state);
  await old.page.goto(made.address + "/account");
  assert.match(old.page.url(), /\/sign-in/);
  await old.context.close();
});

test("somebody invited on the command line chooses a password by the link", async () => {
  const link = run("invite", "new@marlpit.example", "--data", made.folder, "--role", "governor", "--now", "2026-11-23T08:00:00Z").trim();
  const { page, context } = await person();
  await page.goto(made.address + new URL(link).pathname);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/sign-in-invited-1280.png`, fullPage: true });
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("The same password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByLabel("I have read this and agree").check();
  await page.getByRole("button", { name: "Go on" }).click();
  assert.match(await page.locator("main").innerText(), /statements are met/);
  await context.close();
});
