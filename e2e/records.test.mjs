// Records as a technician uses them: found, narrowed, changed many at once and taken back, exported; wide and on a
// phone, without JavaScript.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, signIn } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
let chrome, made, state, at;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  const { page, close } = await open("/");
  at = new URL(page.url()).pathname.split("/policy/")[0] + "/records";
  await close();
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

async function open(path, width = 1280) {
  const context = await chrome.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: false, storageState: state, acceptDownloads: true });
  const page = await context.newPage();
  await page.goto(made.address + path);
  return { page, close: () => context.close() };
}

test("every page of records is readable for everybody, wide and on a phone", async () => {
  const faults = [];
  const paths = ["", "/device", "/device?is.kind=laptop&q=ML", "/device?q=nothing-fits", "/device?from.last_seen_at=x", "/device?show=removed", "/room", "/person?col=email&col=first_day&rows=20", "/device/view?is.kind=laptop"];
  for (const path of paths) {
    for (const width of [1280, 390]) {
      const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: state });
      const page = await context.newPage();
      const answer = await page.goto(made.address + at + path);
      if (answer.status() !== 200) faults.push(`${path}: ${answer.status()}`);
      for (const details of await page.locator("details").all()) await details.evaluate((one) => (one.open = true));
      const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      faults.push(...found.violations.map((one) => `${path} at ${width}: ${one.id}: ${one.nodes[0].html}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) faults.push(`${path} at ${width} is ${wide} px too wide`);
      if (SHOTS) {
        const name = path.replaceAll(/[^a-z]+/gi, "-") || "all";
        await page.screenshot({ path: `${SHOTS}/records-${name}-${width}.png`, fullPage: true });
        await page.locator("details").first().evaluate((one) => (one.open = false)).catch(() => {});
        await page.screenshot({ path: `${SHOTS}/records-${name}-${width}-closed.png` });
      }
      await context.close();
    }
  }
  assert.deepEqual(faults, []);
});

test("a technician finds laptops that are not encrypted, writes down that they are, and takes it back", async () => {
  const { page, close } = await open(at);
  await page.getByRole("link", { name: "Devices", exact: true }).click();
  await page.getByLabel("Search", { exact: true }).fill("ML-");
  await page.getByRole("button", { name: "Search" }).click();
  await page.locator("summary").click();
  await page.getByRole("group", { name: "Encrypted", exact: true }).getByLabel("No", { exact: true }).check();
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "Remove filter: Encrypted: No" }).waitFor();
  const before = await page.locator("tbody tr").count();
  assert.ok(before >= 3, `${before} rows`);
  await page.getByRole("link", { name: "Last seen" }).click();
  assert.equal(await page.locator("th[aria-sort=ascending]").count(), 1);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  let csv = "";
  for await (const part of await file.createReadStream()) csv += part;
  assert.equal(csv.trim().split("\n").length, before + 1);
  assert.match(csv, /^Record,Version,Name,/);
  const ticks = page.getByRole("checkbox", { name: /^Choose ML-/ });
  await ticks.nth(0).check();
  await ticks.nth(1).check();
  await page.getByRole("button", { name: "Change them" }).click();
  await page.getByLabel("Encrypted", { exact: true }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Yes", { exact: true }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("2 of 2 devices will change.").waitFor();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/records-preview.png`, fullPage: true });
  await page.getByRole("button", { name: "Change 2" }).click();
  await page.getByRole("heading", { name: "2 changed" }).waitFor();
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/records-done.png`, fullPage: true });
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("This was taken back.").waitFor();
  await page.goto(made.address + at + "/device?is.encrypted=no&q=ML-");
  assert.equal(await page.locator("tbody tr").count(), before);
  await close();
});

test("on paper a list says what it was narrowed by and shows no controls", async () => {
  const { page, close } = await open(at + "/device?is.kind=laptop");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.getByText("Only: Kind: Laptop.").isVisible());
  assert.ok(!(await page.getByRole("button", { name: "Change them" }).isVisible()));
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/records-print.png`, fullPage: true });
  await close();
});
