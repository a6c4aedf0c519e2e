// The pages for programs: making an access token and a webhook, as a headteacher does, wide and on a phone; then a
// program uses the token.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, signIn } from "./house.mjs";
import { SHOTS, TAGS } from "./look.mjs";

let chrome, made, state;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** Axe at both widths, nothing too wide, a picture of each. */
async function look(page, name) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    assert.deepEqual(found.violations.map((one) => `${name} at ${width}: ${one.id}: ${one.nodes[0].html}`), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${name} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/api-${name}-${width}.png`, fullPage: true });
  }
}

test("a token is made, shown once, used by a program, and ended", async () => {
  const context = await chrome.newContext({ bypassCSP: true, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + "/manage");
  await page.getByRole("link", { name: "Access tokens", exact: false }).first().click();
  await look(page, "token-empty");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByRole("button", { name: "Make the token" }).click();
  await look(page, "token-mistakes");
  assert.ok((await page.title()).startsWith("Error: "));
  await page.getByLabel("What is the token for?").fill("Wallboard in the office");
  for (const box of await page.locator("input[name=school]").all()) await box.check();
  await page.getByLabel("Read where the school stands").check();
  await page.getByLabel("Equipment and programs").selectOption("equipment.write");
  await look(page, "token-new");
  await page.getByRole("button", { name: "Make the token" }).click();
  await look(page, "token-made");
  const token = (await page.locator("pre").innerText()).trim();
  assert.match(token, /^sk_[0-9a-f]{72}$/);
  const ask = (path, more = {}) =>
    fetch(made.address + "/api/v1" + path, { ...more, headers: { authorization: `Bearer ${token}`, ...more.headers } });
  const { items } = await (await ask("/schools")).json();
  assert.ok(items.length >= 1);
  const list = `/schools/${items[0].id}/records/asset`;
  const added = await ask(list, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ fields: { tag: "MU-900", name: "Made-up lectern" } }),
  });
  assert.equal(added.status, 201, await added.text());
  await page.goto(made.address + `/school/${items[0].id}/records/asset?q=lectern`);
  assert.equal(await page.getByText("Made-up lectern").count(), 1);
  await page.goto(made.address + "/token");
  await look(page, "token-list");
  await page.getByRole("link", { name: "Wallboard in the office" }).click();
  await look(page, "token-page");
  await page.getByText("End the access of").click();
  await page.getByRole("button", { name: "End access" }).click();
  assert.equal((await ask("/schools")).status, 401);
  await page.goto(made.address + "/api");
  await look(page, "page");
  await context.close();
});

test("a webhook is made, tried and ended", async () => {
  const context = await chrome.newContext({ bypassCSP: true, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + "/manage");
  await page.getByRole("link", { name: "Webhooks", exact: false }).first().click();
  await look(page, "webhook-empty");
  await page.getByRole("button", { name: "Make a webhook" }).click();
  await page.getByRole("button", { name: "Make the webhook" }).click();
  await look(page, "webhook-mistakes");
  await page.getByLabel("What is it for?").fill("Helpdesk of the IT company");
  await page.getByLabel("Where is it told?").fill("https://helpdesk.made-up.invalid/hook");
  await page.getByLabel("There are new problems").check();
  await page.getByRole("button", { name: "Make the webhook" }).click();
  await look(page, "webhook-made");
  assert.match((await page.locator("pre").innerText()).trim(), /^whsec_/);
  await page.getByRole("link", { name: "I have copied it" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await look(page, "webhook-page");
  await page.getByText("End Helpdesk").click();
  await page.getByRole("button", { name: "End it" }).click();
  assert.equal(await page.getByText("No program is told anything").count(), 1);
  await context.close();
});
