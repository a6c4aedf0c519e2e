// Tasks without JavaScript, wide and on a phone: My page, the list, the year, doing one by keyboard, taking it back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, demo, house, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

let chrome, made, state, school;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + "/");
  school = new URL(page.url()).pathname.split("/").slice(0, 3).join("/");
  await context.close();
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (href, name) => faultsOf({ chrome, address: made.address, state }, href, `task-${name}`);

test("my page, the tasks, the year and a task are readable, wide and on a phone", async () => {
  const out = [];
  out.push(...(await faults("/mine", "mine")), ...(await faults(`${school}/tasks`, "list")));
  out.push(...(await faults(`${school}/tasks/year`, "year")));
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + `${school}/tasks`);
  const first = await page.locator("main .sk-first a").first().getAttribute("href");
  out.push(...(await faults(first, "one")));
  await context.close();
  assert.deepEqual(out, []);
});
