// Doing tasks as two people do them, on a phone without JavaScript: several things at once, leaving one out with a
// reason, a second person's signature, and a task of every day with one tap.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, house, PASSWORD, run, setUp, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

const POLICY = `[pack]
id = "small"
title = "Small (made up)"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
it-technician = { title = "IT technician", acts_as = "technician" }
[ladder]
usual = { steps = [{ at = "0 days", tell = ["owner"] }] }
[[clause]]
id = "1"
section = "Rooms"
text = "Each room is looked at once each half-term, and somebody else signs."
mode = "evidenced"
controls = ["look"]
[[clause]]
id = "2"
text = "Every evening the alarm is set."
mode = "evidenced"
controls = ["alarm"]
[control.look]
type = "duty"
title = "Look at the room"
owner = ["it-technician"]
every = "1 half-term"
for = "room"
evidence = ["note"]
countersign = ["headteacher"]
skip = { by = ["headteacher"] }
ladder = "usual"
[control.alarm]
type = "duty"
title = "Set the alarm"
owner = ["it-technician"]
every = "1 day"
holidays = true
checklist = [{ name = "set", says = "Is the alarm set?", bad = "no" }]
ladder = "usual"
`;
const NOW = "2026-11-23T08:00:00Z";
const TERMS = new URL("../docs/terms.toml", import.meta.url).pathname;

let chrome, made, tom, hanna;

before(async () => {
  let link;
  chrome = await browser();
  made = await house((folder) => {
    const data = ["--data", folder, "--now", NOW];
    const files = mkdtempSync(join(tmpdir(), "schoolkeeper-duty-"));
    const pack = join(files, "small.toml");
    const list = (name, text) => {
      const file = join(files, `${name}.csv`);
      writeFileSync(file, text);
      run("import", name, file, ...data);
    };
    writeFileSync(pack, POLICY);
    run("init", "--school", "Empty School (made up)", "--pack", pack, "--sandbox", "--data", folder, "--now", "2026-11-20T08:00:00Z");
    run("calendar", TERMS, ...data);
    list("person", "Name,Email,Kind\nTom Made-Up,tom@hill.example,staff\n");
    list("room", "Name\nServer room\nOffice\nStudio\nLibrary\n");
    link = run("invite", "tom@hill.example", "--role", "it-technician", ...data).match(/\/link\/\S+/)[0];
    rmSync(files, { recursive: true });
  });
  hanna = await setUp(chrome, made);
  await on(undefined, link, async (page) => {
    await page.getByRole("button", { name: "Go on" }).click();
    await page.locator("input[type=password]").nth(0).fill(PASSWORD);
    await page.locator("input[type=password]").nth(1).fill(PASSWORD);
    await page.getByRole("button", { name: "Set the password" }).click();
  });
  tom = await signIn(chrome, made.address, "tom@hill.example");
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

async function on(storageState, href, look) {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await page.goto(made.address + href);
  try {
    return await look(page);
  } finally {
    await context.close();
  }
}

const main = (page) => page.locator("main").innerText();

/** Address of the page of one room's task. */
async function room(name) {
  return on(tom, "/mine", async (page) => {
    await page.getByRole("link", { name: "Everybody's tasks" }).click();
    return page.locator("main .sk-first a").filter({ hasText: name }).first().getAttribute("href");
  });
}

test("several rooms that were really looked at are done at once, and a second person signs each", async () => {
  const href = await room("Server room");
  assert.deepEqual(await faultsOf({ chrome, address: made.address, state: tom }, href, "duty-together"), []);
  await on(tom, href, async (page) => {
    await page.getByLabel("What was done, and what came of it?").fill("Looked, all well");
    await page.getByLabel("Office").check();
    await page.getByLabel("Library").check();
    await page.getByRole("button", { name: "It is done" }).click();
    assert.match(await main(page), /Done: Look at the room\. It waits for the signature of Headteacher|for 3 things/);
  });
  await on(hanna, "/mine", async (page) => {
    assert.match(await main(page), /To decide: 1[\s\S]*3 things/);
  });
  assert.deepEqual(await faultsOf({ chrome, address: made.address, state: hanna }, href, "duty-sign"), []);
  await on(hanna, href, async (page) => {
    await page.getByRole("button", { name: "Sign it, in my name" }).click();
    assert.match(await main(page), /Signed: Look at the room/);
  });
  await on(tom, href, async (page) => {
    assert.match(await main(page), /signed by Madeup Head/);
    assert.equal(await page.getByRole("button", { name: "Sign it, in my name" }).count(), 0);
  });
});

test("what is not right is sent back with a reason, and done again", async () => {
  const href = await room("Office");
  await on(hanna, href, async (page) => {
    await page.getByText("It is not right: send it back").click();
    await page.getByRole("button", { name: "Send it back" }).click();
    assert.match(await main(page), /what is missing/);
    await page.getByText("It is not right: send it back").click();
    await page.getByLabel("What is missing?").fill("The window was open");
    await page.getByRole("button", { name: "Send it back" }).click();
    assert.match(await main(page), /Sent back: Look at the room/);
  });
  assert.deepEqual(await faultsOf({ chrome, address: made.address, state: tom }, href, "duty-back"), []);
  await on(tom, href, async (page) => {
    assert.match(await main(page), /sent back by Madeup Head[\s\S]*What is lacking: it was sent back: The window was open/);
    await page.getByLabel("What was done, and what came of it?").fill("Closed it, looked again");
    await page.getByRole("button", { name: "It is done" }).click();
    assert.match(await main(page), /It waits for the signature of Headteacher/);
  });
  await on(hanna, href, async (page) => {
    await page.getByRole("button", { name: "Sign it, in my name" }).click();
    assert.match(await main(page), /Signed: Look at the room/);
  });
});

test("one is left out only with a reason", async () => {
  const href = await room("Studio");
  await on(tom, href, async (page) => assert.ok(!(await main(page)).includes("Leave this one out"), "not his to say"));
  await on(hanna, href, async (page) => {
    await page.getByText("Leave this one out, with a reason").click();
    await page.getByRole("button", { name: "Leave it out" }).click();
    assert.match(await page.title(), /^Error: /);
    await page.getByText("Leave this one out, with a reason").click();
    await page.getByLabel("Why is it left out?").fill("It is being rebuilt until January");
    await page.getByRole("button", { name: "Leave it out" }).click();
    assert.match(await main(page), /Left out: Look at the room/);
  });
});

test("the alarm of every evening is one tap on a phone, and the month shows it", async () => {
  await on(tom, "/mine", async (page) => {
    await page.locator("main .sk-first a").filter({ hasText: "Set the alarm" }).first().press("Enter");
    await page.waitForURL(/\/tally\//);
    const tally = new URL(page.url()).pathname;
    assert.deepEqual(await faultsOf({ chrome, address: made.address, state: tom }, tally, "duty-tally"), []);
    await page.getByRole("button", { name: /^Tick today, Monday 23 November/ }).click();
    assert.match(await main(page), /Ticked for today/);
    assert.match(await page.locator("table").innerText(), /Monday 23 November.*\s+Ticked/i);
  });
});

test("what happened on the nights of a weekend that nobody ticked is said for all of them at once", async () => {
  await on(tom, "/school/empty-school-made-up/tally/small/alarm", async (page) => {
    assert.match(await main(page), /3 days not ticked: 20 November, 21 November and 22 November/);
    await page.getByText("Say what happened on those days").click();
    await page.getByLabel("Friday 20 November 2026").uncheck();
    await page.getByRole("button", { name: "Write it down" }).click();
    assert.match(await page.title(), /^Error: /);
    assert.equal(await page.getByLabel("Friday 20 November 2026").isChecked(), false, "what was chosen stays");
    const address = new URL(page.url()).pathname.replace(/\/days$/, "");
    await page.getByLabel("It was not done").check();
    await page.getByLabel("Why was it not done?").fill("Builders had the key");
    await page.getByRole("button", { name: "Write it down" }).click();
    assert.match(await main(page), /Written down\.[^]*1 day not ticked: 20 November/);
    assert.match(await page.locator("table").innerText(), /Sunday 22 November 2026\s+Not done, with a reason/i);
    assert.deepEqual(await faultsOf({ chrome, address: made.address, state: tom }, address, "duty-gap"), []);
  });
});
