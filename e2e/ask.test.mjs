// A permission without JavaScript: a teacher asks, the headteacher asks back and decides, the teacher ends it; every
// page of it judged by axe, wide and on a phone.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HEAD, browser, demo, house, run, setUp, signIn } from "./house.mjs";
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

const faults = (state, href, name) => faultsOf({ chrome, address: made.address, state }, href, `ask-${name}`);
const text = (page) => page.locator("main").innerText();
const pathOf = (page) => new URL(page.url()).pathname;

test("a teacher asks, the headteacher asks back and says yes, the teacher ends it, and every page is readable", async () => {
  const out = [];
  const [hers, theirs] = await Promise.all(
    [head, teacher].map(async (state) => (await chrome.newContext({ javaScriptEnabled: false, storageState: state })).newPage()),
  );
  await theirs.goto(made.address + "/ask");
  out.push(...(await faults(teacher, pathOf(theirs), "all")));
  const all = pathOf(theirs);
  await theirs.getByRole("link", { name: "Permission to take information home" }).click();
  const form = pathOf(theirs);
  out.push(...(await faults(teacher, form, "form")));
  await theirs.getByRole("button", { name: "Ask", exact: true }).last().click();
  assert.match(await text(theirs), /There is a problem[\s\S]*Answer “[\s\S]*Accept each condition/);
  assert.equal(await theirs.title().then((title) => title.startsWith("Error: ")), true);
  for (const box of await theirs.locator("input[type=text]:not([inputmode])").all()) await box.fill("Made-up reports");
  for (const box of await theirs.locator("textarea").all()) await box.fill("To write them up");
  for (const [part, value] of [["Day", "4"], ["Month", "12"], ["Year", "2026"]]) {
    for (const box of await theirs.getByLabel(part, { exact: true }).all()) await box.fill(value);
  }
  for (const group of await theirs.locator("fieldset .govuk-radios").all()) await group.locator("input").first().check();
  for (const box of await theirs.locator("input[name=condition]").all()) await box.check();
  await theirs.getByRole("button", { name: "Ask", exact: true }).last().click();
  assert.match(await text(theirs), /Asked\. Those who decide are told\./);
  const request = pathOf(theirs);
  out.push(...(await faults(teacher, request, "asker")), ...(await faults(head, request, "decide")));

  await hers.goto(made.address + request);
  await hers.getByLabel("Why, or what you ask").fill("Which class is it?");
  await hers.getByRole("button", { name: "Ask the asker" }).click();
  await theirs.goto(made.address + request);
  out.push(...(await faults(teacher, request, "asked-back")));
  await theirs.getByLabel("Your answer").fill("Year 6");
  await theirs.getByRole("button", { name: "Answer" }).click();
  await hers.goto(made.address + request);
  assert.match(await text(hers), /Year 6/);
  await hers.getByRole("button", { name: "No", exact: true }).click();
  assert.match(await text(hers), /Say why not/);
  await hers.getByRole("button", { name: /^Yes/ }).click();
  assert.match(await text(hers), /Your yes is on record/);
  await hers.getByRole("link", { name: "Open the permission" }).click();
  const grant = pathOf(hers);
  const requests = all.replace(/ask$/, "requests");
  const grants = all.replace(/ask$/, "grants");
  out.push(...(await faults(head, requests, "requests")), ...(await faults(head, grants, "grants")));
  out.push(...(await faults(teacher, grant, "grant")));

  await theirs.goto(made.address + grant);
  for (const box of await theirs.locator("input[name^=end-]").all()) await box.fill("Brought back");
  await theirs.getByRole("button", { name: /^End it now/ }).click();
  assert.match(await text(theirs), /It is over\./);
  assert.deepEqual(out, []);
});

const NOW = "2026-11-23T08:00:00Z";

/** A school with the policy of a primary school and one board. */
function primary(folder) {
  run("init", "--data", folder, "--school", "Empty School (made up)", "--pack", "primary-school", "--sandbox", "--now", NOW);
  const list = join(folder, "..", `boards-${process.pid}.csv`);
  writeFileSync(list, "Noticeboard\nBoard in the hall\n");
  run("import", "noticeboard", list, "--data", folder, "--now", NOW);
  run("param", "display_longest=1 year", "--data", folder, "--now", NOW);
}

test("a file that a form asks for is handed in by keyboard and opened on the request", async () => {
  const own = await house(primary);
  try {
    const state = await setUp(chrome, own);
    const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state, viewport: { width: 390, height: 900 } });
    const page = await context.newPage();
    await page.goto(own.address + "/ask");
    await page.getByRole("link", { name: "Display of something about people" }).click();
    const form = pathOf(page);
    const look = (href, name) => faultsOf({ chrome, address: own.address, state }, href, `ask-${name}`);
    const out = [...(await look(form, "file-form"))];
    await page.getByRole("button", { name: /^Choose/ }).first().click();
    await page.locator("input[name=like]").fill("Board");
    await page.keyboard.press("Enter");
    await page.getByLabel("Board in the hall").check();
    await page.getByRole("button", { name: "Use this one" }).click();
    await page.getByLabel("What is displayed?").fill("Made-up photographs of the play");
    await page.getByLabel("Consent", { exact: true }).check();
    for (const [part, value] of [["Day", "4"], ["Month", "12"], ["Year", "2026"]]) await page.getByLabel(part, { exact: true }).fill(value);
    await page.keyboard.press("Enter");
    await page.locator("input[type=file]").waitFor();
    assert.match(await text(page), /a little more is asked[\s\S]*The consents/);
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==", "base64");
    await page.locator("input[type=file]").setInputFiles({ name: "consents.png", mimeType: "image/png", buffer: png });
    await page.getByRole("button", { name: "Ask", exact: true }).last().click();
    assert.match(await text(page), /Asked\. Those who decide are told\./);
    out.push(...(await look(pathOf(page), "file-request")));
    const href = await page.getByRole("link", { name: /consents\.png/ }).first().getAttribute("href");
    const got = await context.request.get(own.address + href);
    assert.deepEqual([got.status(), got.headers()["content-type"]], [200, "image/png"]);
    const nobody = await (await chrome.newContext()).request.get(own.address + href, { maxRedirects: 0 });
    assert.equal(nobody.status(), 303, "whoever is not signed in is sent to sign in");
    await context.close();
    assert.deepEqual(out, []);
  } finally {
    await own.end();
  }
});
