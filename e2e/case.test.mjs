// An incident without JavaScript: a teacher reports a breach of conduct and a weak door, the headteacher deals with them and
// closes one; every page of it judged by axe, wide and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HEAD, browser, demo, house, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

const TEACHER = "kale.sample@marlpit.example";
let chrome, made, head, teacher;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  head = await signIn(chrome, made.address, HEAD);
  teacher = await signIn(chrome, made.address, TEACHER);
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (state, href, name) => faultsOf({ chrome, address: made.address, state }, href, `case-${name}`);
const text = (page) => page.locator("main").innerText();
const pathOf = (page) => new URL(page.url()).pathname;

/** Fills in whatever a form asks for. */
async function fill(page) {
  for (const box of await page.locator("main textarea").all()) await box.fill("Made-up words");
  for (const box of await page.locator("main form[method=post] input[type=text]:not([inputmode])").all()) await box.fill("Made-up");
  for (const group of await page.locator("main fieldset .govuk-radios").all()) await group.locator("input").first().check();
}

test("a teacher reports, the headteacher does the steps and closes it, and every page is readable", async () => {
  const out = [];
  const [hers, theirs] = await Promise.all(
    [head, teacher].map(async (state) => (await chrome.newContext({ javaScriptEnabled: false, storageState: state })).newPage()),
  );
  await theirs.goto(made.address + "/report");
  const all = pathOf(theirs);
  out.push(...(await faults(teacher, all, "choose")));
  await theirs.getByRole("link", { name: "Weak physical security" }).click();
  out.push(...(await faults(teacher, pathOf(theirs), "form")));
  await theirs.getByRole("button", { name: "Send" }).last().click();
  assert.match(await text(theirs), /There is a problem/);
  assert.equal(await theirs.title().then((title) => title.startsWith("Error: ")), true);
  await fill(theirs);
  await theirs.getByRole("button", { name: "Send" }).last().click();
  assert.match(await text(theirs), /Thank you for telling us[\s\S]*Do nothing more/);
  const found = pathOf(theirs);
  out.push(...(await faults(teacher, found, "thanks")));
  await theirs.goto(made.address + "/mine");
  assert.match(await text(theirs), /Weak physical security/);

  const cases = all.replace(/report$/, "cases");
  out.push(...(await faults(head, cases, "list")), ...(await faults(head, found, "open")));
  await hers.goto(made.address + found);
  await hers.getByRole("button", { name: "Close it" }).click();
  assert.match(await text(hers), /It cannot be closed yet/);
  out.push(...(await faults(head, found, "open-again")));
  for (const box of await hers.locator("main textarea").all()) await box.fill("A new lock is fitted");
  await hers.getByRole("button", { name: "Close it" }).click();
  assert.match(await text(hers), /Closed\. Those who are to know are told\./);
  out.push(...(await faults(head, found, "closed")));
  await theirs.goto(made.address + found);
  assert.match(await text(theirs), /A new lock is fitted/);

  await theirs.goto(made.address + all);
  await theirs.getByRole("link", { name: "Misuse of the internet" }).click();
  await fill(theirs);
  await theirs.getByRole("button", { name: "Send" }).last().click();
  const conduct = pathOf(theirs);
  await hers.goto(made.address + conduct);
  await hers.getByRole("link", { name: "Severity" }).click();
  out.push(...(await faults(head, pathOf(hers), "step")));
  await hers.getByRole("button", { name: "Save, in my name" }).click();
  assert.match(await text(hers), /There is a problem/);
  await hers.getByLabel("Minor").check();
  await hers.getByRole("button", { name: "Save, in my name" }).click();
  assert.match(await text(hers), /Done: Severity\./);
  out.push(...(await faults(head, conduct, "steps")));
  out.push(...(await faults(head, cases + "/numbers", "numbers")));
  assert.deepEqual(out, []);
});
