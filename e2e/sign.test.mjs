// Agreements as people meet them: worded, published, signed by whoever is signed in, and at reception on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, signIn } from "./house.mjs";
import { SHOTS, TAGS } from "./look.mjs";

let chrome, made, state;
const faults = [];

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

async function at(width, storageState = state) {
  const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState });
  return { context, page: await context.newPage() };
}

/** Axe, nothing too wide, and a picture. */
async function judge(page, name, width) {
  const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  faults.push(...found.violations.map((one) => `${name} at ${width}: ${one.id}: ${one.nodes[0].html}`));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) faults.push(`${name} at ${width} is ${wide} px too wide`);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/sign-${name}-${width}.png`, fullPage: true });
}

test("an agreement is worded, published, and signed by the one who is signed in", async () => {
  for (const width of [1280, 390]) {
    const { context, page } = await at(width);
    await page.goto(made.address + "/manage");
    await page.getByRole("link", { name: "Agreements" }).first().click();
    await judge(page, "agreements", width);
    await page.locator("main li a").first().click();
    await judge(page, "roll", width);
    await page.getByRole("link", { name: "Word it, and publish a version" }).click();
    await judge(page, "words", width);
    await page.getByLabel("What is it about?").fill(`How we use our devices (made up, ${width}).`);
    await page.getByRole("button", { name: "Keep, and see what changes" }).click();
    await judge(page, "publish", width);
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    assert.match(await page.locator(".govuk-notification-banner").innerText(), /is published/);
    const [school, which] = page.url().match(/school\/([^/]+)\/agreement\/(.+)$/).slice(1);
    const signs = await page.goto(`${made.address}/school/${school}/sign/${which}`);
    if (signs.status() === 200) {
      await judge(page, "sign", width);
      await page.getByRole("button", { name: "Agree and sign" }).click();
      await judge(page, "mistakes", width);
      assert.match(await page.title(), /^Error: /);
    }
    await page.goto(`${made.address}/school/${school}/signed`);
    await judge(page, "signed", width);
    await context.close();
  }
  assert.deepEqual(faults, []);
});

test("somebody who comes for a day signs at the device in reception", async () => {
  const { context, page } = await at(390, await signIn(chrome, made.address));
  await page.goto(made.address + "/manage");
  await page.getByRole("link", { name: "Sign at reception" }).first().click();
  await judge(page, "kiosk-start", 390);
  await page.getByRole("button", { name: "Sign me out and start" }).click();
  assert.match(page.url(), /\/kiosk$/);
  await judge(page, "kiosk", 390);
  await page.goto(made.address + "/manage");
  assert.match(page.url(), /sign-in/, "nobody is signed in at the device");
  assert.deepEqual(faults, []);
});
