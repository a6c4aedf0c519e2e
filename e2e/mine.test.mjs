// My page and what hangs on it, without JavaScript, by keyboard, wide and on a phone: the menu of a role, the calendar's
// address, tasks of every day, handover, the new school year; doing, signing and leaving out a task.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, demo, house, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

let chrome, made, state, school;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  await at("/", async (page) => {
    school = new URL(page.url()).pathname.split("/").slice(0, 3).join("/");
  });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (href, name) => faultsOf({ chrome, address: made.address, state }, href, `mine-${name}`);

/** One page without JavaScript, on a phone. */
async function at(href, look) {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await page.goto(made.address + href);
  try {
    return await look(page);
  } finally {
    await context.close();
  }
}

/** Presses Tab until what has the focus fits, and says how often. */
async function tabTo(page, fits, most = 60) {
  for (let pressed = 1; pressed <= most; pressed += 1) {
    await page.keyboard.press("Tab");
    const now = await page.locator(":focus").first();
    const text = (await now.count()) ? `${await now.innerText().catch(() => "")} ${(await now.getAttribute("href")) ?? ""}` : "";
    if (fits(text)) return pressed;
  }
  assert.fail("nothing that fits gets the focus");
}

test("my page, the calendar's address, tasks of every day, handover and the new year are readable", async () => {
  const out = [];
  for (const [href, name] of [
    ["/mine", "page"], ["/mine/calendar", "calendar"], [`${school}/tally`, "dailies"],
    [`${school}/handover`, "handover"], [`${school}/new-year`, "new-year"], [`${school}/tasks/year`, "year"],
  ]) out.push(...(await faults(href, name)));
  assert.deepEqual(out, []);
});

test("the menu holds at most seven entries, all of which open, and says where one is", async () => {
  const hrefs = await at("/mine", (page) => page.locator("nav[aria-label=Menu] a").evaluateAll((all) => all.map((one) => one.getAttribute("href"))));
  assert.ok(hrefs.length > 3 && hrefs.length <= 7, String(hrefs));
  for (const href of hrefs) {
    await at(href, async (page) => {
      assert.equal(await page.locator("nav[aria-label=Menu] [aria-current]").count(), 1, href);
    });
  }
});

test("by keyboard alone the first thing on my page is reached, opened and left again", async () => {
  await at("/mine", async (page) => {
    const first = page.locator("main .sk-first a").first();
    const href = await first.getAttribute("href");
    const title = (await first.innerText()).trim();
    await page.keyboard.press("Tab");
    assert.match(await page.locator(":focus").innerText(), /Skip to main content/);
    await page.keyboard.press("Enter");
    await tabTo(page, (text) => text.includes(href), 12);
    const outline = await page.locator(":focus").evaluate((one) => getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow);
    assert.ok(outline !== "nonenone", "the focus is seen");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === href);
    assert.ok(title.length > 0);
    await tabTo(page, (text) => text.includes("/mine"), 20);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/mine$/);
    assert.match(await page.locator("main").innerText(), /Nothing (else )?needs you/);
  });
});

test("an address for the calendar is made, gives dates, and ends", async () => {
  await at("/mine/calendar", async (page) => {
    await page.getByRole("button", { name: "Make the address" }).click();
    const address = await page.locator("pre").innerText();
    const answer = await page.request.get(address);
    assert.equal(answer.status(), 200);
    assert.match(await answer.text(), /^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
    await page.goto(made.address + "/mine/calendar");
    await page.getByRole("button", { name: "End the address" }).click();
    assert.match(await page.locator("main").innerText(), /Your calendar gets nothing more/);
    assert.equal((await page.request.get(address)).status(), 404);
  });
});

test("the yearly tasks are looked at before they are spread, and then have a day", async () => {
  await at(`${school}/new-year`, async (page) => {
    const spread = page.getByRole("button", { name: "Plan them for these days" });
    if ((await spread.count()) === 0) return;
    await page.getByLabel("Most tasks of a role in a fortnight").fill("2");
    await page.getByRole("button", { name: "Look at it" }).click();
    assert.match(await page.locator("main").innerText(), /at most 2 of a role in a fortnight/);
    await spread.click();
    assert.match(await page.locator("main").innerText(), /yearly tasks? (has|have) a day now/);
  });
});

test("somebody's handover is found, read on a phone, and nothing is handed to nobody", async () => {
  let link;
  await at(`${school}/handover`, async (page) => {
    await page.getByLabel("Who leaves?").fill("a");
    await page.getByRole("button", { name: "Show what they leave" }).click();
    link = await page.locator("main .govuk-list a").first().getAttribute("href").catch(() => null);
    link = /handover\//.test(page.url()) ? new URL(page.url()).pathname : link;
  });
  assert.ok(link, "somebody is found");
  assert.deepEqual(await faults(link, "leaves"), []);
});
