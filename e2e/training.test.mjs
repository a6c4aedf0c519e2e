// Training without JavaScript, wide and on a phone: who lacks what, a course made and taken by keyboard, one's own page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { browser, house, run, setUp } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

const NOW = "2026-11-23T08:00:00Z";
const PEOPLE = `Name,Email,Kind,Active,Start date
Gail Made-Up,gail@empty.example,governor,yes,2020-01-01
Vic Made-Up,vic@empty.example,volunteer,yes,2026-11-16
Sue Supply (made up),,agency,yes,2026-11-20
Tom Made-Up,tom@empty.example,staff,yes,2019-09-01
`;
const TRAINING = `Course,Person,Completed,Expires
Information security,Tom Made-Up,2026-01-10,2027-01-09
UK GDPR,Tom Made-Up,2026-01-10,2028-01-09
UK GDPR,Vic Made-Up,2025-01-10,2026-01-09
`;
let chrome, made, state;
const school = "/school/empty-school-made-up";

/** A primary school with people and what is known of their training. */
function primary(folder) {
  run("init", "--data", folder, "--school", "Empty School (made up)", "--pack", "primary-school", "--sandbox", "--now", NOW);
  for (const [register, list] of Object.entries({ person: PEOPLE, training: TRAINING })) {
    const file = join(folder, `${register}.csv`);
    writeFileSync(file, list);
    run("import", register, file, "--data", folder, "--now", NOW);
  }
}

before(async () => {
  chrome = await browser();
  made = await house(primary);
  state = await setUp(chrome, made);
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (href, name) => faultsOf({ chrome, address: made.address, state }, href, `training-${name}`);

test("who lacks what, courses, trials and one's own training are readable, wide and on a phone", async () => {
  const out = [];
  const pages = { matrix: "/training?show=all", courses: "/training/courses", course: "/training/course", trials: "/training/trials", mine: "/my-training" };
  for (const [name, path] of Object.entries(pages)) out.push(...(await faults(school + path, name)));
  assert.deepEqual(out, []);
});

/** Presses a button by keyboard, until the page after it is there. */
async function press(page, name) {
  await page.getByRole("button", { name }).focus();
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

test("a course is made of the policy and taken by keyboard; a wrong answer is explained and asked again", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await page.goto(made.address + `${school}/training/course`);
  await page.getByLabel("Name", { exact: true }).fill("Our own rules (made up)");
  const chapters = page.locator("input[name=chapters]");
  assert.ok((await chapters.count()) > 0, "the policy has chapters to teach");
  await chapters.first().check();
  await page.getByRole("button", { name: "Save the course" }).click();
  assert.match(await page.locator(".govuk-notification-banner").innerText(), /Saved: Our own rules/);
  await page.locator("li", { hasText: "Our own rules" }).getByRole("link", { name: /^Take it/ }).click();
  assert.deepEqual(await faults(new URL(page.url()).pathname, "start"), []);
  await press(page, "Start");
  for (let step = 0; step < 60 && (await page.getByRole("heading", { name: "Done" }).count()) === 0; step += 1) {
    if ((await page.locator("input[type=radio]").count()) === 0) {
      await press(page, "Next");
      continue;
    }
    const count = await page.locator("input[type=radio]").count();
    for (let choice = 0; choice < count; choice += 1) {
      await page.locator("input[type=radio]").nth(choice).check();
      const before = await page.locator(".govuk-caption-l").innerText();
      await page.getByRole("button", { name: "Answer" }).click();
      const caption = page.locator(".govuk-caption-l");
      if ((await caption.count()) === 0 || (await caption.innerText()) !== before) break;
      assert.match(await page.locator(".govuk-error-message").innerText(), /Not quite\. .+ Try again/);
    }
  }
  assert.match(await page.locator("main").innerText(), /finished this on 23 November 2026/);
  await page.goto(made.address + `${school}/my-training`);
  assert.match(await page.locator("main").innerText(), /Our own rules \(made up\)/);
  await context.close();
});
