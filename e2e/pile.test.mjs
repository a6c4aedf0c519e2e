// Slips on paper: printed, signed, scanned at the copier as one file, and matched; what is no slip is put right by hand.
// `SHEETS=400 node --test pile.test.mjs` prints how long as many take: a debug build on two busy cores printed 458 slips in
// 10 s and matched 400 scanned ones in 87 s.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, demo, house, run, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

/** How many sheets go through the copier. */
const SHEETS = Number(process.env.SHEETS ?? 12);
/** More than the made-up school has, so that made-up people are added. */
const MANY = 40;
let chrome, made, state;

/** The made-up school, with as many people as there are sheets. */
function crowded(folder) {
  demo(folder);
  if (SHEETS <= MANY) return;
  const list = join(folder, "..", `people-${process.pid}.csv`);
  const line = (at) => `Pat Made-Up ${at},pat${at}@marlpit.example,staff,yes`;
  writeFileSync(list, ["Name,Email,Kind,Active", ...Array.from({ length: SHEETS }, (_, at) => line(at + 1))].join("\n"));
  run("import", "person", list, "--data", folder, "--part", "--now", "2026-11-23T08:00:00Z");
}

before(async () => {
  chrome = await browser();
  made = await house(crowded);
  state = await signIn(chrome, made.address);
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (href, name) => faultsOf({ chrome, address: made.address, state }, href, `pile-${name}`);
const lead = (page) => page.locator("main .govuk-body-l").innerText();

/** What a copier makes of sheets: one picture a page. */
async function scan(pictures) {
  const page = await (await chrome.newContext()).newPage();
  const sheet = (picture) => `<img src="data:image/jpeg;base64,${picture.toString("base64")}">`;
  await page.setContent(`<style>body{margin:0}img{display:block;width:190mm;max-height:270mm;object-fit:contain;break-after:page}</style>
    ${pictures.map(sheet).join("")}`);
  const pdf = await page.pdf({ format: "A4", margin: { top: "10mm", left: "10mm" } });
  await page.context().close();
  return pdf;
}

test("a pile of signed slips is scanned as one file and matched", async () => {
  const out = [];
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state, viewport: { width: 900, height: 900 } });
  const page = await context.newPage();
  await page.goto(made.address + "/manage");
  await page.getByRole("link", { name: "Agreements" }).first().click();
  await page.locator("main li a", { hasText: "Acceptable use" }).first().click();
  const roll = new URL(page.url()).pathname;
  await page.getByRole("link", { name: "Word it, and publish a version" }).click();
  await page.getByLabel("What is it about?").fill("How we use our devices (made up).");
  await page.getByRole("button", { name: "Keep, and see what changes" }).click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();

  out.push(...(await faults(`${roll}/paper`, "paper")), ...(await faults(`${roll}/pile`, "piles")));
  await page.goto(`${made.address}${roll}/paper`);
  const printing = Date.now();
  await page.getByRole("button", { name: "Make slips to print" }).click();
  await page.waitForLoadState("load");
  const printed = Date.now() - printing;
  const slips = await page.locator(".sk-slip").all();
  assert.ok(slips.length > 1, "there is somebody who has still to sign");
  const pictures = [];
  for (const slip of slips.slice(0, SHEETS)) pictures.push(await slip.screenshot({ type: "jpeg", quality: 70 }));
  const signed = pictures.length;
  await page.goto(`${made.address}${roll}`);
  pictures.push(await page.screenshot({ type: "jpeg", quality: 70 }));

  await page.goto(`${made.address}${roll}/pile`);
  await page.getByRole("button", { name: "Read the pile" }).click();
  assert.match(await page.title(), /^Error: /);
  await page.getByRole("checkbox").first().check();
  const file = { name: "copier.pdf", mimeType: "application/pdf", buffer: await scan(pictures) };
  await page.locator("input[type=file]").setInputFiles(file);
  console.log(`# ${slips.length} slips printed in ${(printed / 1000).toFixed(1)} s`);
  const began = Date.now();
  await page.getByRole("button", { name: "Read the pile" }).click();
  while (/^Working/.test(await lead(page))) {
    await page.waitForTimeout(500);
    await page.getByRole("link", { name: "Look again" }).click();
  }
  console.log(`# ${pictures.length} pages (${Math.round(file.buffer.length / 1024)} KB) read in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  assert.equal(
    await lead(page),
    `${pictures.length} pages are read: ${signed} signed, 1 to look at.`,
    await page.locator("main section").allInnerTexts().then((texts) => texts.join("\n")),
  );
  out.push(...(await faults(new URL(page.url()).pathname, "one")));
  await page.getByRole("button", { name: `Put page ${pictures.length} right` }).click();
  assert.match(await page.locator("main").innerText(), /Nothing is left to do here|There is a problem/);
  await context.close();
  assert.deepEqual(out, []);
});
