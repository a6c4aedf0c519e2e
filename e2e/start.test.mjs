// Starting a section, what is complete, what does not apply, and the calendar, without JavaScript; every page judged by
// axe, wide and on a phone.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, run, setUp, signIn } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
const NOW = ["--now", "2026-11-23T08:00:00Z"];
const bySections = (folder) =>
  run("init", "--data", folder, "--school", "Empty School (made up)", "--pack", "skeleton", "--sandbox", "--by-section", ...NOW);
let chrome, made, fresh, states;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  fresh = await house(bySections);
  states = new Map([[made.address, await signIn(chrome, made.address)], [fresh.address, await setUp(chrome, fresh)]]);
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
  await fresh?.end();
});

/** A page of a person without JavaScript. */
async function open(url, width = 1280) {
  const origin = new URL(url).origin;
  const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: states.get(origin) });
  const page = await context.newPage();
  const answer = await page.goto(url);
  assert.equal(answer.status(), 200, url);
  return page;
}

/** What axe has against a page as it stands, and whether it fits. */
async function good(page, name, faults) {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    faults.push(...found.violations.map((one) => `${name} at ${width}: ${one.id}: ${one.nodes[0].html}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) faults.push(`${name} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/start-${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** The address of the policy of a school's house. */
async function policyOf(at) {
  const page = await open(at.address + "/");
  if (page.url() === at.address + "/") await page.locator("main a").first().click();
  const url = page.url();
  await page.context().close();
  return url;
}

const words = async (page) => (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");

test("a section is looked at, planned and started; what is not started is told apart", async () => {
  const faults = [];
  const policy = await policyOf(fresh);
  const page = await open(policy);
  assert.match(await words(page), /You have not started a section yet/);
  await good(page, "nothing-started", faults);
  await page.locator("table a").first().click();
  await good(page, "section-before", faults);
  await page.getByRole("button", { name: "Start this section" }).or(page.getByRole("link", { name: /Start this section/ })).first().click();
  assert.match(await words(page), /Nothing has been sent/);
  await good(page, "section-start", faults);
  await page.getByLabel("Day").fill("31");
  await page.getByLabel("Month").fill("2");
  await page.getByLabel("Year").fill("2027");
  await page.getByRole("button", { name: /Keep as plan|Plan/ }).click();
  assert.match(await page.title(), /^Error: /);
  await good(page, "section-start-mistake", faults);
  await page.getByLabel("Day").fill("11");
  await page.getByLabel("Month").fill("1");
  await page.getByLabel("Year").fill("2027");
  await page.getByRole("button", { name: /Keep as plan|Plan/ }).click();
  assert.match(await words(page), /Planned for 11 January 2027/);
  await page.getByRole("button", { name: "Start this section" }).or(page.getByRole("link", { name: /Start this section/ })).first().click();
  await page.getByRole("button", { name: "Start the section" }).click();
  assert.match(await words(page), /Started/);
  await good(page, "section-started", faults);
  assert.deepEqual(faults, []);
});

test("somebody vouches for a list, says that there are none, and takes it back", async () => {
  const faults = [];
  const school = (await policyOf(fresh)).replace(/\/policy\/.*/, "");
  const page = await open(`${school}/records/device/complete`);
  await good(page, "complete", faults);
  await page.getByRole("button").last().click();
  assert.match(await page.title(), /^Error: /);
  await good(page, "complete-mistake", faults);
  await page.locator("input[name=answer][value=none]").check();
  await page.locator("input[name=how][value=other]").check();
  await page.getByRole("button").last().click();
  await page.goto(`${school}/records/device`);
  assert.match(await words(page), /Somebody has said that there are none/);
  await good(page, "none", faults);
  assert.deepEqual(faults, []);
});

test("a statement does not apply here once somebody else has agreed", async () => {
  const faults = [];
  const policy = await policyOf(made);
  const page = await open(policy);
  await page.locator("table a").first().click();
  await page.locator("table a").first().click();
  const statement = new URL(page.url()).pathname.split("/statement/")[1];
  await page.goto(`${policy}/not-here/${statement}`);
  await good(page, "not-here", faults);
  await page.goto(`${policy}/not-here`);
  await good(page, "not-here-list", faults);
  assert.deepEqual(faults, []);
});

test("the calendar is seen day by day, changed after a look, and taken away", async () => {
  const faults = [];
  const school = (await policyOf(fresh)).replace(/\/policy\/.*/, "");
  const page = await open(`${school}/calendar`);
  assert.match(await words(page), /We do not know your terms/);
  await good(page, "calendar-empty", faults);
  await page.getByRole("button", { name: "Give us the dates" }).click();
  await page.getByLabel("Terms, half terms, INSET and closed days").fill("Autumn term: 18 December 2026 to 1 September 2026");
  await page.getByRole("button", { name: "Look before you save" }).click();
  assert.match(await page.title(), /^Error: /);
  await good(page, "calendar-mistake", faults);
  const file = ["name,from,to", "Autumn term,2026-09-01,2026-12-18", "Half term,2026-10-26,2026-10-30", "INSET,2026-09-01,",
    "Spring term,2027-01-04,2027-03-25", "Sports day,2027-03-01,"].join("\n");
  await page.getByLabel("Or a file").setInputFiles({ name: "terms.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.getByRole("button", { name: "Look before you save" }).click();
  assert.match(await words(page), /What would change.*Nothing is saved yet.*Sports day/);
  await good(page, "calendar-look", faults);
  await page.getByRole("button", { name: "Save these dates" }).click();
  assert.match(await words(page), /Saved 2 terms/);
  await good(page, "calendar", faults);
  await page.getByRole("link", { name: "Change the bank holidays" }).click();
  await good(page, "bank-holidays", faults);
  await page.getByLabel("Bank holidays of").selectOption("Scotland");
  await page.getByRole("button", { name: "Save whose bank holidays hold" }).click();
  assert.match(await words(page), /30 November 2026/);
  await page.goto(`${(await policyOf(made)).replace(/\/policy\/.*/, "")}/calendar`);
  await good(page, "calendar-year", faults);
  assert.deepEqual(faults, []);
});

test("a cause is given to somebody; why, a doubt and its end are readable; the list goes out as shown", async () => {
  const faults = [];
  const policy = await policyOf(made);
  const page = await open(`${policy}/to-fix?show=mine`);
  await good(page, "to-fix-mine", faults);
  await page.goto(`${policy}/to-fix`);
  await page.locator("ol.sk-first a").first().click();
  await good(page, "cause", faults);
  const cause = page.url();
  await page.getByRole("link", { name: /^Give to somebody/ }).click();
  await good(page, "give", faults);
  await page.getByLabel("Who does it").selectOption("");
  await page.getByRole("button", { name: "Give it to them" }).click();
  assert.match(await page.title(), /^Error: /);
  await good(page, "give-mistake", faults);
  await page.getByLabel("Who does it").selectOption({ index: 1 });
  await page.getByLabel("If they are away").selectOption({ index: 2 });
  await page.getByRole("button", { name: "Give it to them" }).click();
  assert.match(await words(page), /, else /);
  await page.goto(cause);
  await page.locator("table a").first().click();
  assert.match(await words(page), /What we know.*What we expect.*History/);
  await good(page, "why", faults);
  await page.getByRole("button", { name: "This is wrong: look at it again" }).click();
  assert.match(await page.title(), /^Error: /);
  await page.getByLabel("What is true, and how do you know?").fill("It is on, I looked at it (made up)");
  await page.getByRole("button", { name: "This is wrong: look at it again" }).click();
  assert.match(await words(page), /Being looked at until 30 November 2026/);
  await good(page, "why-doubted", faults);
  await page.goto(cause);
  assert.match(await words(page), /Being looked at until 30 November 2026/);
  await good(page, "cause-doubted", faults);
  await page.goto(`${policy}/by-section`);
  await good(page, "by-section", faults);
  await page.getByRole("button", { name: "Go by sections" }).click();
  assert.match(await words(page), /count as started/);
  assert.deepEqual(faults, []);
});
