// A made-up trust: all schools at a glance, and looking at it as somebody else.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, empty, house, run, setUp } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
const NOW = "2026-11-23T08:00:00Z";
let chrome, made;

before(async () => {
  chrome = await browser();
  made = await house((folder) => run("demo", "--data", folder, "--schools", "2", "--months", "4", "--no-serve", "--now", NOW));
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** Chooses as whom to look, as a visitor who has no password, and gives what the browser then holds. */
async function lookAs(role, place) {
  const context = await chrome.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(made.address + "/sign-in");
  await page.getByRole("link", { name: "choose as whom you look at it" }).click();
  await page.getByRole("button", { name: new RegExp(`, ${role} of ${place}`) }).first().click();
  await page.waitForURL((url) => !url.pathname.startsWith("/demo"));
  const state = await context.storageState();
  await context.close();
  return state;
}

/** A page as it is seen without scripts; a picture of it; what axe finds; how far it can be scrolled sideways. */
async function look(state, path, width, name) {
  const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + path);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true });
  const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const text = await page.locator("body").innerText();
  await context.close();
  return { rules: found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`), wide, text };
}

test("the trust's pages have no accessibility fault and fit a phone", async () => {
  const chief = await lookAs("Chief executive", "Whimsy Learning Trust");
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: chief });
  const page = await context.newPage();
  await page.goto(made.address + "/");
  const section = await page.locator("table").nth(1).locator("tbody th a").first().getAttribute("href");
  const school = await page.locator("table").first().locator("tbody tr").nth(1).locator("a").getAttribute("href");
  await context.close();
  for (const [name, path] of [["all-schools", "/"], ["section-at-all", section], ["school", school], ["as-whom", "/demo"], ["sign-in", "/sign-in"]]) {
    for (const width of [1280, 390]) {
      const seen = await look(name === "sign-in" ? undefined : chief, path, width, name);
      assert.deepEqual(seen.rules, [], `${name} at ${width}`);
      assert.ok(seen.wide <= 0, `${name} at ${width} scrolls sideways by ${seen.wide}`);
      if (name === "all-schools") {
        for (const words of ["All schools", "something is not met", "By section, worst first", "Not known yet", "You look at this as: Chief executive"])
          assert.ok(seen.text.includes(words), `${words}: ${seen.text}`);
      }
    }
  }
});

test("from all schools to what is not met in one section of one school", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: await lookAs("Chief executive", "Whimsy Learning Trust") });
  const page = await context.newPage();
  await page.goto(made.address + "/");
  const worst = page.locator("table").nth(1).locator("tbody tr").first();
  const section = await worst.locator("th a").innerText();
  await worst.locator("td a").click();
  assert.match(page.url(), /\/school\/[a-z-]+\/policy\/[a-z-]+\/section\/[a-z0-9-]+\?status=broken/);
  assert.ok((await page.locator("h1").innerText()).includes(section));
  assert.ok(await page.getByText("Not met", { exact: false }).count());
  await context.close();
});

test("the bar leads from the chief executive to a headteacher, who sees one school", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: await lookAs("Chief executive", "Whimsy Learning Trust") });
  const page = await context.newPage();
  await page.goto(made.address + "/manage");
  await page.getByRole("link", { name: "Change as whom you look at this" }).click();
  await page.getByRole("button", { name: /, Headteacher of / }).first().click();
  assert.match(await page.locator(".sk-demo").innerText(), /Headteacher of .*\(made up\)/);
  assert.match(page.url(), /\/school\/[a-z-]+\/policy\//, "a headteacher has one school and is led to it");
  await page.goto(made.address + "/history");
  assert.ok(await page.getByText("Looked at the demo as somebody else").count());
  await context.close();
});

test("a folder that is no demo has no bar and no such page", async () => {
  const bare = await house(empty);
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: await setUp(chrome, bare) });
  const page = await context.newPage();
  assert.equal((await page.goto(bare.address + "/demo")).status(), 404);
  await page.goto(bare.address + "/");
  assert.equal(await page.locator(".sk-demo").count(), 0);
  await context.close();
  await bare.end();
});
