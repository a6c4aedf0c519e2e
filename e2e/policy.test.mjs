// The policy as people read it, what it asks of each role, its numbers, and what would change: wide, on a phone and on
// paper, without JavaScript.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, signIn } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
let chrome, made, state, policy;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  const { page, close } = await open("/");
  if (!page.url().includes("/policy/")) await page.locator("main a[href*='/school/']").first().click();
  policy = new URL(page.url()).pathname;
  await close();
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** Opens a page as a person with JavaScript switched off. */
async function open(path, width = 1280) {
  const context = await chrome.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  const response = await page.goto(made.address + path);
  return { page, response, close: () => context.close() };
}

async function faults(path, name) {
  const found = [];
  for (const width of [1280, 390]) {
    const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: state });
    const page = await context.newPage();
    const answer = await page.goto(made.address + path);
    if (answer.status() >= 400 && answer.status() !== 422) found.push(`${path}: ${answer.status()}`);
    const axe = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    found.push(...axe.violations.map((one) => `${path} at ${width}: ${one.id}: ${one.nodes[0].html}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found.push(`${path} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/policy-${name}-${width}.png` });
    if (SHOTS && width === 1280) {
      await page.emulateMedia({ media: "print" });
      await page.screenshot({ path: `${SHOTS}/policy-${name}-print.png` });
    }
    await context.close();
  }
  return found;
}

test("every page of reading the policy can be read by everybody, wide, on a phone and on paper", async () => {
  const { page, close } = await open(policy + "/read");
  const chapter = await page.locator("main ol a").first().getAttribute("href");
  await page.goto(made.address + policy + "/asks");
  const role = await page.locator("main ul a").first().getAttribute("href");
  await close();
  const school = policy.split("/policy/")[0];
  const all = {
    contents: policy + "/read", found: policy + "/read?find=password", none: policy + "/read?find=submarine",
    whole: policy + "/read/whole", chapter, glossary: policy + "/glossary", asks: policy + "/asks", role,
    numbers: policy + "/numbers", change: policy + "/change", other: policy + "/change?with=online-security",
    compare: policy + "/compare?with=online-security", conflicts: school + "/conflicts",
    labels: school + "/records/asset/labels?sheet=large",
  };
  const found = [];
  for (const [name, path] of Object.entries(all)) found.push(...(await faults(path, name)));
  assert.deepEqual(found, []);
});

test("somebody finds what is asked of their role from the policy's first page", async () => {
  const { page, close } = await open(policy);
  await page.getByRole("link", { name: "What it asks of me" }).click();
  await page.locator("main ul").first().getByRole("link", { name: "Headteacher" }).click();
  assert.match(await page.locator("h1").textContent(), /What is asked of: Headteacher/);
  assert.ok(await page.getByText("You hold this role.").count());
  await close();
});

test("a number is looked at, set with a reason, and shows who set it", async () => {
  const { page, close } = await open(policy + "/numbers");
  const row = page.locator("tbody tr").filter({ hasText: "backup gap" }).or(page.locator("tbody tr").filter({ hasText: "Backup gap" })).first();
  await row.getByRole("link", { name: /^(Change|Set)/ }).click();
  const field = page.locator("form[method=get] input[type=text]").first();
  await field.fill("20 hours");
  await page.getByRole("button", { name: "Look at what would change" }).click();
  assert.ok(await page.getByRole("heading", { name: "With what we know today" }).count());
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/policy-looked-1280.png`, fullPage: true });
  await page.getByRole("button", { name: "Adopt this, in my name" }).click();
  assert.ok(await page.getByText("There is a problem").count(), "a reason is asked for");
  await page.getByLabel("Why?").fill("Governors agreed it");
  await page.getByRole("button", { name: "Adopt this, in my name" }).click();
  await page.waitForURL(/numbers/);
  assert.ok(await page.getByText("Governors agreed it").count());
  await close();
});
