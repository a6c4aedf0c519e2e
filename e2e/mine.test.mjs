// My page and what hangs on it, without JavaScript, by keyboard, wide and on a phone: the menu of a role, the calendar's
// address, tasks of every day, handover, the new school year; doing, signing and leaving out a task; a head who clears
// the whole page with nothing but the keys of a phone's keyboard.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
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
    [`${school}/agreements/anew`, "anew"], [`${school}/editions`, "editions"],
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

const TEACHER = "kale.sample@marlpit.example";
const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary";

/** The controls somebody sees, in the order of the page, each as what it is called; one of a group of radios. */
function controls(page) {
  return page.evaluate((selector) => {
    const name = (one) => `${one.localName} ${one.name || one.getAttribute("href") || one.innerText.trim()} ${one.localName === "button" ? one.value : ""}`.trim();
    const seen = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility() && !one.disabled && one.ariaHidden !== "true");
    return [...new Set(seen.map((one) => (one.type === "radio" ? `radios ${one.name}` : name(one) + ` (${seen.indexOf(one)})`)))];
  }, CONTROLS);
}

/** What has the focus: which of the controls, where, whether somebody sees that it has it, and what is said of it. */
function focused(page) {
  return page.evaluate((selector) => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const name = `${one.localName} ${one.name || one.getAttribute("href") || one.innerText.trim()} ${one.localName === "button" ? one.value : ""}`.trim();
    const seen = [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility() && !each.disabled && each.ariaHidden !== "true");
    const box = one.getBoundingClientRect();
    // A radio or checkbox is drawn by its label.
    const marks = [getComputedStyle(one), ...[...(one.labels ?? [])].map((label) => getComputedStyle(label, "::before"))];
    const marked = marks.some((style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none");
    const inside = box.width > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return {
      name: one.type === "radio" ? `radios ${one.name}` : name + ` (${seen.indexOf(one)})`,
      control: seen.includes(one), seen: marked && inside, main: Boolean(one.closest("main")),
      legend: one.closest("fieldset")?.querySelector("legend")?.innerText ?? "", type: one.type ?? "", value: one.value ?? "", checked: Boolean(one.checked), href: one.getAttribute("href") ?? "",
      text: `${one.innerText ?? ""} ${[...(one.labels ?? [])].map((label) => label.innerText).join(" ")}`.replaceAll(/\s+/g, " ").trim(),
    };
  }, CONTROLS);
}

/** Goes once through the page with one key, from its start, and gives every control that got the focus on the way. */
async function walk(page, key = "Tab") {
  await page.reload();
  const stops = [];
  for (let pressed = 0; pressed < 200; pressed += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    if (!now || now.name === stops[0]?.name) return stops;
    if (now.name !== stops.at(-1)?.name) stops.push(now);
  }
  return assert.fail("the keyboard is caught");
}

/** Fails unless everything on the page is reached with Tab, in its order, and back again, and seen to be reached. */
async function reachesAll(page) {
  const all = await controls(page);
  const there = (await walk(page)).filter((one) => one.control);
  assert.deepEqual(there.map((one) => one.name), all, `Tab at ${page.url()}`);
  assert.deepEqual(there.filter((one) => !one.seen).map((one) => one.name), [], `nobody sees where the focus is at ${page.url()}`);
  const back = (await walk(page, "Shift+Tab")).filter((one) => one.control);
  assert.deepEqual(back.map((one) => one.name).reverse(), all, `Shift+Tab at ${page.url()}`);
  await page.reload();
}

/** Presses Tab until what has the focus fits. */
async function reach(page, fits, what) {
  for (let pressed = 0; pressed < 120; pressed += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now?.control && fits(now)) return now;
  }
  return assert.fail(`the keyboard does not reach ${what} at ${page.url()}`);
}

/** Presses Enter and waits for the page it leads to. */
async function enter(page) {
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

/** Goes to what fits and presses Enter there. */
async function follow(page, fits, what) {
  const there = await reach(page, fits, what);
  await enter(page);
  return there;
}

/** What one chooses: what the agreements of the policies want to hear, and that a right is kept. */
const PACKS = new URL("../packs", import.meta.url).pathname;
const RIGHT = readdirSync(PACKS, { recursive: true }).filter((name) => name.endsWith(".toml"))
  .flatMap((name) => [...readFileSync(`${PACKS}/${name}`, "utf8").matchAll(/\bright = "([^"]+)"/g)].map(([, right]) => right))
  .concat("keep");

/** Who owns what, as the page says where they are told to look it up. */
async function whoOwns() {
  return at(`${school}/records/information-asset`, async (page) => {
    const rows = await page.locator("main tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
    return new Map(rows.map((cells) => cells.slice(-3)).map(([name, owner]) => [name, owner]));
  });
}

/** Answers a form from its first field on and presses the button with these words. */
async function fillIn(page, button, owners = new Map()) {
  const right = async () => {
    const { value, legend } = await focused(page);
    const asset = legend.match(/^Who owns (.*)\?$/)?.[1];
    return asset ? value === owners.get(asset) : RIGHT.includes(value);
  };
  const opens = await page.locator("main button[name=open]").count();
  for (let opened = 0; opened < opens; opened += 1) {
    // Each document is a page of its own, from which one comes back to the agreement.
    for (let passed = 0; passed <= opened; passed += 1) await reach(page, (one) => one.name.startsWith("button open"), "a document to open");
    await enter(page);
    await follow(page, (one) => /^I (have opened and read it|was given it, and have read it)$/.test(one.text), "the way back from a document");
  }
  for (let pressed = 0; pressed < 120; pressed += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (!now?.main) continue;
    if (now.type === "radio") {
      await page.keyboard.press("Space");
      for (let down = 0; down < 5 && !(await right()); down += 1) await page.keyboard.press("ArrowDown");
      assert.ok(await right(), `one of ${now.name} is chosen`);
    } else if (now.type === "checkbox" && !now.checked) await page.keyboard.press("Space");
    else if (now.type === "text" && now.value === "") await page.keyboard.type("Made up, item 7");
    else if (now.text.startsWith(button)) {
      return enter(page);
    }
  }
  assert.fail(`the keyboard does not reach “${button}” at ${page.url()}`);
}

/** A teacher asks the head for something, with whatever they like to ask with. */
async function ask() {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: await signIn(chrome, made.address, TEACHER) });
  const page = await context.newPage();
  await page.goto(made.address + "/ask");
  await page.getByRole("link", { name: "Permission to take information home" }).click();
  for (const box of await page.locator("input[type=text]:not([inputmode])").all()) await box.fill("Made-up reports");
  for (const box of await page.locator("textarea").all()) await box.fill("To write them up");
  for (const [part, value] of [["Day", "4"], ["Month", "12"], ["Year", "2026"]]) {
    for (const box of await page.getByLabel(part, { exact: true }).all()) await box.fill(value);
  }
  for (const group of await page.locator("fieldset .govuk-radios").all()) await group.locator("input").first().check();
  for (const box of await page.locator("input[name=condition]").all()) await box.check();
  await page.getByRole("button", { name: "Ask", exact: true }).last().click();
  assert.match(await page.locator("main").innerText(), /Asked\. Those who decide are told\./);
  await context.close();
}

test("the head clears My page by keyboard alone, on a phone, without JavaScript", async () => {
  await ask();
  const owners = await whoOwns();
  assert.deepEqual(await faults("/mine", "to-clear"), []);
  await at("/mine", async (page) => {
    const words = () => page.locator("main").innerText();
    const waiting = async () => Object.fromEntries([...(await words()).matchAll(/^To (decide|do|sign): (\d+)$/gm)].map(([, what, count]) => [what, Number(count)]));
    const home = () => follow(page, (one) => one.href === "/mine" && !one.main, "My page");
    assert.deepEqual(await waiting(), { decide: 1, do: 3, sign: 2 });
    await reachesAll(page);

    await page.keyboard.press("Tab");
    assert.match((await focused(page)).text, /^Skip to main content/);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok((await focused(page)).main, "the skip link leads past the menu");

    await follow(page, (one) => one.text.startsWith("Decide:"), "what there is to decide");
    assert.match(page.url(), /\/request\//);
    await reachesAll(page);
    const yes = await follow(page, (one) => one.name.startsWith("button step yes"), "the yes");
    assert.match(yes.text, /^Yes/);
    assert.match(await words(), /Your yes is on record/);
    await home();
    assert.deepEqual(await waiting(), { do: 3, sign: 2 });

    // One line may stand for several things; each of them goes through the same page.
    const seen = new Set();
    while ((await waiting()).do) {
      await follow(page, (one) => one.text.startsWith("Do it:"), "what there is to do");
      const task = page.url();
      assert.ok(!seen.has(task), `done, and still there: ${task}`);
      seen.add(task);
      await reachesAll(page);
      await fillIn(page, "It is done");
      assert.match(await words(), /^Done\s+Done: /);
      await home();
    }
    assert.equal(seen.size, 6, "the comparison, the report, and the rights in four systems");
    for (const left of [1, 0]) {
      await follow(page, (one) => one.text.startsWith("Sign:"), "what there is to sign");
      assert.match(page.url(), /\/sign\//);
      await reachesAll(page);
      await fillIn(page, "Agree and sign", owners);
      await home();
      assert.equal((await waiting()).sign ?? 0, left);
    }
    assert.deepEqual(await waiting(), {});
    await reachesAll(page);
  });
  assert.deepEqual(await faults("/mine", "cleared"), []);
});

test("a control that the keyboard passes by is noticed", async () => {
  await at("/mine", async (page) => {
    await page.route("**/mine", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('href="/mine/calendar"', 'href="/mine/calendar" tabindex="-1"') });
    });
    await page.reload();
    await assert.rejects(reachesAll(page), /Tab at .*\/mine[\s\S]*calendar/);
  });
});
