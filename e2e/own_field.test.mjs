// Fields a school adds itself, without JavaScript: made, moved, filled in, filtered by, retired; every page judged by
// axe, wide and on a phone.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, signIn } from "./house.mjs";

const SHOTS = process.env.SHOTS;
let chrome, made, state, records;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + "/");
  if (page.url() === made.address + "/") await page.locator("main a").first().click();
  records = new URL(page.url()).pathname.split("/").slice(0, 3).join("/") + "/records";
  await context.close();
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** What axe has against an address, and whether it fits. */
async function faults(href, name) {
  const out = [];
  for (const width of [1280, 390]) {
    const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: state });
    const page = await context.newPage();
    const answer = await page.goto(made.address + href);
    if (answer.status() !== 200) out.push(`${href}: ${answer.status()}`);
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const found = await new AxeBuilder({ page }).withTags(tags).analyze();
    out.push(...found.violations.map((one) => `${name} at ${width}: ${one.id}: ${one.nodes[0].html}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) out.push(`${name} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/own-field-${name}-${width}.png`, fullPage: true });
    await context.close();
  }
  return out;
}

test("a school asks for something of its own on a list and finds it again", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  const out = [];
  const fields = records + "/room/fields";
  await page.goto(made.address + records + "/room");
  await page.getByRole("link", { name: "Our own fields of rooms" }).click();
  out.push(...(await faults(fields, "none")));
  await page.getByRole("button", { name: "Add a field" }).click();
  out.push(...(await faults(fields + "/new", "new")));
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator(".govuk-error-summary").innerText(), /Choose what kind of answer it is/);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/own-field-refused-1280.png`, fullPage: true });
  await page.getByLabel("What is it called?").fill("Heating");
  await page.getByLabel("One of some options").check();
  await page.getByLabel("The options").fill("Oil\nGas\nHeat pump");
  await page.getByLabel("The list shows it").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Add a field" }).click();
  await page.getByLabel("What is it called?").fill("Walked on");
  await page.getByLabel("Date", { exact: true }).check();
  await page.getByRole("button", { name: "Save" }).click();
  out.push(...(await faults(fields, "two")));
  await page.getByRole("button", { name: /^Move up\s*: Walked on/ }).click();
  assert.match(await page.locator("main li").first().innerText(), /Walked on/);
  await page.getByRole("link", { name: "Change Heating" }).click();
  out.push(...(await faults(new URL(page.url()).pathname, "change")));
  await page.goto(made.address + records + "/room/new");
  await page.getByLabel("Name (needed)").fill("Made-up boiler room");
  await page.getByLabel("Heat pump").check();
  out.push(...(await faults(records + "/room/new", "form")));
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  assert.match(await page.locator("main").innerText(), /Our own fields\s+.*Heating\s+Heat pump/s);
  out.push(...(await faults(records + "/room?is.x_heating=Heat-pump", "list")));
  await page.goto(made.address + records + "/room?is.x_heating=Heat-pump");
  assert.match(await page.locator("main").innerText(), /1 of \d+ rooms/);
  await page.goto(made.address + fields);
  await page.getByRole("button", { name: /^Retire\s*: Heating/ }).click();
  out.push(...(await faults(fields, "retired")));
  await context.close();
  assert.deepEqual(out, []);
});

test("a school calls a list and its columns what its people call them, and goes back", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  const out = [];
  const names = records.replace(/records$/, "names");
  await page.goto(made.address + records + "/room");
  await page.getByRole("link", { name: "What rooms are called" }).click();
  assert.equal(new URL(page.url()).pathname, names + "/room");
  out.push(...(await faults(names + "/room", "naming-form")));
  await page.getByLabel("What is one of them called?").fill("Asset");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator(".govuk-error-summary").innerText(), /Another list is called/);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/own-field-naming-refused-1280.png`, fullPage: true });
  await page.getByLabel("What is one of them called?").fill("Space");
  await page.getByLabel("Building").fill("Block");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.locator("main").innerText(), /Spaces\s+rooms without your own name, 1 column/);
  out.push(...(await faults(names, "naming-list")));
  out.push(...(await faults(records + "/room", "naming-used")));
  await page.goto(made.address + records + "/room/new");
  assert.match(await page.locator("main").innerText(), /Block/);
  await page.goto(made.address + names + "/room");
  await page.getByLabel("What is one of them called?").fill("");
  await page.getByLabel("Building").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto(made.address + records + "/room");
  assert.match(await page.locator("h1").innerText(), /Rooms/);
  await context.close();
  assert.deepEqual(out, []);
});
