// What has failed or is refused, as people meet it: a dead job with its attempts, a mail that failed, a back-up that
// failed. Each page on a screen and on a phone, without a fault for axe, and without a way to the side.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, run, signIn } from "./house.mjs";

const NOW = ["--now", "2026-11-23T08:00:00Z"];
let chrome, place, state;

/** Puts a failed back-up, a mail without an address and a job that cannot be done into the made-up school. */
function broken(folder) {
  demo(folder);
  writeFileSync(join(folder, "in-the-way"), "no folder");
  try {
    run("backup", "--data", folder, "--to", join(folder, "in-the-way"), ...NOW);
    assert.fail("a back-up into a file was made");
  } catch (error) {
    assert.match(String(error.stderr), /in-the-way/);
  }
  const file = join(folder, "schoolkeeper.sqlite");
  const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("INSERT INTO job (id, kind, document, stage, attempts, run_at) VALUES (X'00000000000040008000000000000abc', 'mail-send', '{}', 'waiting', 0, 0)")
school, organisation, person = db.execute("SELECT e.school, s.organisation, e.id FROM entry e JOIN school s ON s.id = e.school WHERE e.register = 'person' LIMIT 1").fetchone()
db.execute("INSERT INTO mail (id, organisation, school, person, kind, document, urgent, key, progress, reason, attempt_count, created_at, due_at, changed_at) VALUES (X'01900000000070008000000000000abc', ?, ?, ?, 'job-dead', '{\\"kind\\":\\"job-dead\\"}', 1, 'made-up', 'failed', 'smtp.marlpit.example did not take it: 550 There is no such mailbox', 1, 1795420800000000, 1795420800000000, 1795420800000000)", (organisation, school, person))
db.commit()`;
  execFileSync("python3", ["-c", script, file]);
}

before(async () => {
  chrome = await browser();
  place = await house(broken);
  state = await signIn(chrome, place.address);
});
after(async () => {
  await chrome.close();
  await place.end();
});

async function looked(path, name, check) {
  for (const width of [1280, 390]) {
    const context = await chrome.newContext({ viewport: { width, height: 900 }, storageState: state, javaScriptEnabled: true });
    const page = await context.newPage();
    const answer = await page.goto(place.address + path);
    assert.equal(answer.status(), 200, path);
    await check(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${path} is ${wide} px too wide at ${width}`);
    const faults = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(faults.violations.map((fault) => `${fault.id}: ${fault.nodes[0].html}`), []);
    if (process.env.SHOTS) {
      mkdirSync(process.env.SHOTS, { recursive: true });
      await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}.png`), fullPage: true });
    }
    await context.close();
  }
}

const text = async (page) => (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");

test("a back-up that failed says why and what to do", async () => {
  await looked("/backup", "backup-failed", async (page) => {
    assert.match(await text(page), /The last back-up failed\. .*in-the-way.*Next step:/);
  });
});

test("a mail that failed shows the server's words and can be sent again", async () => {
  const school = await (async () => {
    const context = await chrome.newContext({ storageState: state });
    const page = await context.newPage();
    await page.goto(place.address + "/manage");
    const href = await page.getByRole("link", { name: /^Mail/ }).first().getAttribute("href");
    const all = await page.locator('a[href$="/mail"]').evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    await context.close();
    return { href, all };
  })();
  let found = false;
  for (const href of school.all) {
    const context = await chrome.newContext({ storageState: state });
    const page = await context.newPage();
    await page.goto(`${place.address}${href}/outbox?show=failed`);
    const here = (await text(page)).includes("There is no such mailbox");
    await context.close();
    if (!here) continue;
    found = true;
    await looked(`${href}/outbox?show=failed`, "mail-failed", async (page) => {
      assert.match(await text(page), /Not sent.*550 There is no such mailbox.*Send again/);
    });
    await looked(href, "mail", async (page) => assert.match(await text(page), /How mail leaves/));
    await looked(`${href}/mailbox`, "mailbox", async (page) => assert.match(await text(page), /Where is the mailbox/));
    await looked(`${href}/mailbox/details?way=microsoft`, "mailbox-details", async (page) => {
      assert.match(await text(page), /Where reports come in/);
    });
  }
  assert.ok(found, "the failed mail is in no outbox");
});

test("a job that could not be done tells its attempts", async () => {
  let href = null;
  for (let tries = 0; !href && tries < 60; tries++) {
    const context = await chrome.newContext({ storageState: state });
    const page = await context.newPage();
    await page.goto(place.address + "/jobs");
    const link = page.locator('main a[href^="/jobs/"]').first();
    if (await link.count()) href = await link.getAttribute("href");
    await context.close();
    if (!href) await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.ok(href, "no job is dead");
  await looked("/jobs", "jobs", async (page) => assert.match(await text(page), /Could not be done/));
  await looked(href, "job-dead", async (page) => {
    assert.match(await text(page), /Try again.*Give up.*the job names no mail/);
  });
});
