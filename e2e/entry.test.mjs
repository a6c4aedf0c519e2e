// One record by hand, without JavaScript: added with a link that is searched for, changed, removed; and every page of
// it judged by axe, wide and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, demo, house, signIn } from "./house.mjs";
import { SHOTS, faults as faultsOf, recordsOf } from "./look.mjs";

let chrome, made, state, records;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  records = await recordsOf({ chrome, address: made.address, state });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (href, name) => faultsOf({ chrome, address: made.address, state }, href, `entry-${name}`);

test("a record is added, found, changed, moved and removed without JavaScript, and every page is readable", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + records + "/asset/new");
  await page.getByLabel("Asset tag (needed)").fill("MU-7007");
  await page.getByLabel("Name", { exact: true }).fill("Made-up laptop");
  await page.getByRole("button", { name: /^Choose\s*: Holder/ }).click();
  await page.getByLabel("Holder").fill("a");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("input[name=pick]").first().check();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/entry-find-1280.png`, fullPage: true });
  await page.getByRole("button", { name: "Use this one" }).click();
  assert.equal(await page.getByLabel("Asset tag (needed)").inputValue(), "MU-7007", "what was typed is kept");
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByLabel("Place").fill("Room 4");
  await page.getByLabel("Why do you change it?").fill("Moved at half-term");
  await page.getByRole("button", { name: "Save changes" }).last().click();
  const here = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Mark as faulty" }).click();
  await page.getByRole("button", { name: "Mark as faulty" }).click();
  assert.match(await page.locator("main").innerText(), /Faulty/);
  const out = [];
  for (const act of ["", "/change", "/history", "/merge", "/remove"]) {
    out.push(...(await faults(here + act, act.slice(1) || "page")));
  }
  out.push(...(await faults(records + "/asset/new", "new")), ...(await faults(records + "/person/new", "new-person")));
  await page.getByRole("link", { name: "Remove" }).click();
  await page.getByLabel("Why is it removed?").fill("Written down twice");
  await page.getByRole("button", { name: "Remove it" }).click();
  out.push(...(await faults(here, "removed")));
  await page.getByRole("button", { name: "Put it back" }).click();
  assert.match(await page.locator("main").innerText(), /is back/);
  await context.close();
  assert.deepEqual(out, []);
});
