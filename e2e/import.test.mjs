// A list of assets is brought in on pages without JavaScript, step by step, wide and on a phone.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, signIn } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
const SCHOOL = "marlpit-lane-primary-made-up";
const LIST = [
  "ICT inventory (made up),,,",
  "Asset Tag,Item Name,Category,Bought,NI No",
  "ZZ-001,Laptop of the café,Labtop,03/09/2024,QQ 12 34 56 C",
  "ZZ-002,Tablet of Zoë,tablet,3 September 2024,",
  "ZZ-003,Screen of room 4,Monitor,31/02/2025,",
].join("\n");
let chrome, made, state, slug;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** Looks at the page at both widths without losing what the form holds. */
async function good(page, name, faults) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    faults.push(...found.violations.map((one) => `${name} at ${width}: ${one.id}: ${one.nodes[0].html}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) faults.push(`${name} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/import-${name}-${width}.png`, fullPage: true });
  }
}

test("a list goes through every step, and back", async () => {
  const context = await chrome.newContext({ bypassCSP: true, storageState: state });
  const page = await context.newPage();
  const faults = [];
  await page.goto(made.address + "/");
  slug = new URL(page.url()).pathname.split("/")[2] ?? SCHOOL;
  await page.goto(`${made.address}/school/${slug}/records/asset/import`);
  await good(page, "hand-in", faults);
  await page.getByRole("link", { name: "Paste a table instead" }).click();
  await good(page, "paste", faults);
  await page.getByRole("link", { name: "Choose a file instead" }).click();
  await page.getByLabel("Only some of them").check();
  await page.getByLabel("The file").setInputFiles({ name: "assets.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) });
  await page.getByRole("button", { name: "Continue" }).click();
  // Every column is known by its name, so what two words mean is asked next.
  await good(page, "words", faults);
  await page.getByRole("button", { name: "Continue" }).click();
  assert.match(await page.title(), /^Error: /, "a word that looks like one is not taken for it");
  await good(page, "words-open", faults);
  await page.getByLabel("Labtop").selectOption("laptop");
  await page.getByLabel("Monitor").selectOption("-");
  await page.getByRole("button", { name: "Continue" }).click();
  // The steps before stay open.
  await page.getByRole("link", { name: "Sheet and row of the names" }).click();
  await good(page, "table", faults);
  await page.goBack();
  await page.getByRole("link", { name: "Which column is what" }).click();
  await good(page, "columns", faults);
  await page.getByRole("button", { name: "Continue" }).click();
  await good(page, "look", faults);
  assert.match(await page.textContent("main"), /3 rows: 2 new, 1 refused/);
  await page.getByRole("link", { name: /^Refused/ }).click();
  await good(page, "refused", faults);
  await page.getByRole("button", { name: "Save" }).click();
  await good(page, "done", faults);
  await page.getByRole("link", { name: "What was brought in" }).click();
  await good(page, "imports", faults);
  await page.getByRole("button", { name: /Undo/ }).first().click();
  assert.match(await page.textContent("main"), /Taken back/);
  await context.close();
  assert.deepEqual(faults, []);
});
