// Sending something without JavaScript: a teacher asks whether a file may go by mail, is told the way it may, and writes
// down that it went; every page judged by axe, wide and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, demo, house, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

const TEACHER = "kale.sample@marlpit.example";
let chrome, made, teacher;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  teacher = await signIn(chrome, made.address, TEACHER);
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (href, name) => faultsOf({ chrome, address: made.address, state: teacher }, href, `send-${name}`);
const text = (page) => page.locator("main").innerText();
const pathOf = (page) => new URL(page.url()).pathname;

test("a teacher asks whether a file may go by mail, and sends it the way the policy names", async () => {
  const out = [];
  const page = await (await chrome.newContext({ javaScriptEnabled: false, storageState: teacher })).newPage();
  await page.goto(made.address + "/mine");
  await page.locator("a", { hasText: "Send something" }).first().click();
  const form = pathOf(page);
  out.push(...(await faults(form, "form")));
  await page.getByLabel("What do you send? (needed)").fill("A made-up report");
  await page.getByLabel("What is the recipient called? (needed)").fill("Made-Up Council");
  const choose = async (name, value) => {
    const field = page.locator(`[name="${name}"]`);
    if (await field.first().evaluate((one) => one.tagName === "SELECT")) await field.selectOption(value);
    else await page.locator(`[name="${name}"][value="${value}"]`).check();
  };
  await choose("f-class", "confidential");
  await choose("f-to", "local-authority");
  await choose("f-way", "email");
  const ask = () => page.getByRole("button", { name: "May I send it like this?" }).click();
  await ask();
  if (!/There is a problem/.test(await text(page))) await ask();
  assert.match(await text(page), /There is a problem[\s\S]*egress-switch/);
  await choose("f-way", "egress-switch");
  await ask();
  if (!/Yes, it may/.test(await text(page))) await ask();
  assert.match(await text(page), /Yes, it may go like this/);
  await page.getByRole("button", { name: /I am sending it now/ }).click();
  assert.match(await text(page), /A made-up report[\s\S]*Made-Up Council/);
  const sent = pathOf(page);
  out.push(...(await faults(sent, "one")));
  await page.getByRole("link", { name: "What was sent" }).first().click();
  assert.match(await text(page), /A made-up report/);
  out.push(...(await faults(pathOf(page), "list")));
  assert.deepEqual(out, []);
});
