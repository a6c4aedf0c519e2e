// A notice and a question in a real browser, under the policy of a primary school: written, read with a receipt, counted;
// asked beside a statement, answered for everybody. Without JavaScript, on a phone, every page judged by axe.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PASSWORD, browser, house, run, setUp, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

const NOW = "2026-11-23T08:00:00Z";
const TERMS = new URL("../docs/terms.toml", import.meta.url).pathname;
const PEOPLE = `Name,Email,Kind,Active,Start date
Tess Made-Up,tess@empty.example,staff,yes,2020-01-06
Theo Made-Up,theo@empty.example,staff,yes,2020-01-06
Nora Later (made up),,staff,yes,2027-01-04
`;
let chrome, made, links, head, teacher, technician, school;

function primary(folder) {
  const data = ["--data", folder, "--now", NOW];
  const files = mkdtempSync(join(tmpdir(), "schoolkeeper-notice-"));
  const people = join(files, "people.csv");
  writeFileSync(people, PEOPLE);
  run("init", "--school", "Empty School (made up)", "--pack", "primary-school", "--sandbox", ...data);
  run("calendar", TERMS, ...data);
  run("import", "person", people, ...data);
  const link = (...who) => run("invite", ...who, ...data).match(/\/link\/\S+/)[0];
  links = [link("tess@empty.example"), link("theo@empty.example", "--role", "it-technician")];
  rmSync(files, { recursive: true });
}

before(async () => {
  chrome = await browser();
  made = await house(primary);
  head = await setUp(chrome, made);
  for (const link of links) {
    await on(undefined, link, async (page) => {
      await page.getByRole("button", { name: "Go on" }).click();
      await page.locator("input[type=password]").nth(0).fill(PASSWORD);
      await page.locator("input[type=password]").nth(1).fill(PASSWORD);
      await page.getByRole("button", { name: "Set the password" }).click();
    });
  }
  [teacher, technician] = await Promise.all(["tess", "theo"].map((who) => signIn(chrome, made.address, `${who}@empty.example`)));
  school = "/school/empty-school-made-up";
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

const faults = (state, href, name) => faultsOf({ chrome, address: made.address, state }, href, `notice-${name}`);
const main = (page) => page.locator("main").innerText();
const pathOf = (page) => new URL(page.url()).pathname;

test("a notice goes out from the library of texts, is read by whom it is for, and counted", async () => {
  const out = [];
  const task = await on(head, "/mine?all=do", async (page) => {
    await page.getByRole("link", { name: /Do something for awareness/ }).click();
    return pathOf(page);
  });
  out.push(...(await faults(head, task, "task")));
  await on(head, task, async (page) => {
    await page.getByLabel(/A stick you find is nobody's present/).check();
    await page.getByRole("button", { name: "It is done" }).click();
    assert.match(await main(page), /Done: Do something for awareness/);
  });
  const notice = await on(teacher, "/mine", async (page) => {
    assert.match(await main(page), /To read: 1[\s\S]*A stick you find is nobody's present[\s\S]*From Madeup Head/);
    await page.getByRole("link", { name: /A stick you find/ }).click();
    return pathOf(page);
  });
  out.push(...(await faults(teacher, "/mine", "mine")), ...(await faults(teacher, notice, "read")));
  await on(teacher, notice, async (page) => {
    assert.doesNotMatch(await main(page), /Who has read it/);
    await page.getByRole("button", { name: "I have read this" }).click();
    assert.match(await main(page), /it is written down that you have read it/);
    assert.doesNotMatch(await main(page), /To read/);
  });
  await on(head, notice, async (page) => {
    assert.match(await main(page), /All 2[\s\S]*Not read yet 1[\s\S]*Read 1[\s\S]*Theo Made-Up[\s\S]*Tess Made-Up/);
    assert.doesNotMatch(await main(page), /Nora Later/);
  });
  out.push(...(await faults(head, notice, "counted")));
  assert.deepEqual(out, []);
});

test("a question is asked beside a statement and answered for everybody", async () => {
  const out = [];
  const statement = `${school}/policy/primary-school/statement/7.5`;
  out.push(...(await faults(teacher, statement, "statement")), ...(await faults(teacher, `${school}/policy/primary-school/questions`, "none")));
  const asked = await on(teacher, statement, async (page) => {
    await page.getByRole("link", { name: /Ask about this/ }).click();
    assert.equal(await page.getByLabel("Which statement?").inputValue(), "7.5");
    await page.getByLabel("What would you like to know?").fill("May I, Tess of Year 6, use my own telephone for the register?");
    await page.getByRole("button", { name: /^(Send|Report)/ }).last().click();
    return pathOf(page);
  });
  out.push(...(await faults(technician, asked, "asked")));
  await on(technician, asked, async (page) => {
    await page.getByLabel("The answer to whoever reported it").fill("No: the office lends a tablet.");
    await page.getByLabel(/The question as everybody may read it/).fill("May we use our own telephones for the register?");
    await page.getByRole("button", { name: /Close/ }).click();
    assert.match(await main(page), /Closed/);
  });
  for (const href of [statement, `${school}/policy/primary-school/questions`]) {
    await on(teacher, href, async (page) => {
      assert.match(await main(page), /May we use our own telephones[\s\S]*the office lends a tablet/);
      assert.doesNotMatch(await main(page), /Tess of Year 6/);
    });
    out.push(...(await faults(teacher, href, href === statement ? "answered" : "all")));
  }
  assert.deepEqual(out, []);
});
