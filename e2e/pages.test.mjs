// Every page, wide and on a phone, without JavaScript: no accessibility fault, no sideways scroll, right words.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, empty, house, setUp, signIn } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
const WIDTHS = [1280, 390];
let chrome, made, bare;
/** What the browsers hold: the headteacher's session at each school. */
let states;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  bare = await house(empty);
  states = new Map([[made.address, await signIn(chrome, made.address)], [bare.address, await setUp(chrome, bare)]]);
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
  await bare?.end();
});

/** The session for an address. */
const held = (url) => states.get(new URL(url, "http://x").origin) ?? undefined;

/** Opens a page as a person with JavaScript switched off. */
async function open(url, width = 1280) {
  const context = await chrome.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: false, storageState: held(url) });
  const page = await context.newPage();
  const response = await page.goto(url);
  return { page, response, close: () => context.close() };
}

/** axe itself is a script, so it looks at the page in a context that allows scripts; the page has none. */
async function faults(url, width) {
  const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: held(url) });
  const page = await context.newPage();
  await page.goto(url);
  const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await context.close();
  return { rules: found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`), passes: found.passes.length, wide };
}

/** The addresses of one of each kind of page. */
async function addresses(at) {
  const { page, close } = await open(at);
  const policy = page.url();
  const out = { policy, toFix: policy + "/to-fix", missing: at + "/nowhere" };
  for (const path of ["/account", "/account/password", "/account/sessions", "/login", "/login/invite", "/login/setting", "/notice", "/welcome"]) {
    out[path.slice(1).replaceAll("/", "-")] = at + path;
  }
  await page.goto(out.login);
  out.person = await page.locator("table a").first().evaluate((a) => a.href);
  await page.goto(policy);
  out.section = await page.locator("table a").first().evaluate((a) => a.href).catch(() => null);
  await page.goto(out.section);
  out.statement = await page.locator("table a").first().evaluate((a) => a.href);
  await page.goto(out.toFix);
  const cause = page.locator("ol.sk-first a").first();
  if (await cause.count()) out.cause = await cause.evaluate((a) => a.href);
  await close();
  return out;
}

describe("every page", () => {
  for (const width of WIDTHS) {
    for (const [name, which] of [["a school with lists", () => made], ["an empty school", () => bare]]) {
      test(`${name}: no accessibility fault and no sideways scroll at ${width} px`, async () => {
        for (const [kind, url] of Object.entries(await addresses(which().address))) {
          const seen = await faults(url, width);
          assert.deepEqual(seen.rules, [], `${kind} ${url}`);
          assert.ok(seen.passes > 5, `axe looked at ${kind}`);
          assert.ok(seen.wide <= 0, `${kind} is ${seen.wide} px too wide`);
          if (SHOTS) {
            const { page, close } = await open(url, width);
            await page.screenshot({ path: `${SHOTS}/${name.replaceAll(" ", "-")}-${kind}-${width}.png`, fullPage: true });
            await close();
          }
        }
      });
    }
  }

  test("has one heading, a title with its words, and no script", async () => {
    for (const url of Object.values(await addresses(made.address))) {
      const { page, close } = await open(url);
      assert.equal(await page.locator("h1").count(), 1, url);
      assert.match(await page.title(), / – Schoolkeeper$/, url);
      assert.equal(await page.locator("script").count(), 0, url);
      await close();
    }
  });
});

test("a school without lists is not known yet, and met only where Schoolkeeper itself refuses", async () => {
  const { page, close } = await open(bare.address);
  const text = await page.locator("main").innerText();
  const met = Number(text.match(/^(\d+) of \d+ statements are met\.$/m)[1]);
  const enforced = Number(text.match(/^Enforced here\s+(\d+)\s/m)?.[1] ?? 0);
  assert.equal(met, enforced);
  assert.match(text, /not known yet/);
  assert.match(text, /What is missing most/);
  await close();
});

test("the overview leads to the worst cause, and the cause to its statement", async () => {
  const { page, close } = await open(made.address);
  await page.getByRole("button", { name: "Open the first one" }).click();
  await page.locator("h1").waitFor();
  assert.match(page.url(), /\/cause\//);
  await page.locator("main ul a").first().click();
  assert.match(page.url(), /\/statement\//);
  assert.match(await page.locator("main").innerText(), /How this is checked/);
  await close();
});

test("problems can be searched, filtered, ordered and exported", async () => {
  const { page, close } = await open(made.address);
  await page.getByRole("link", { name: /^To fix/ }).click();
  const all = await page.locator("ol.sk-first > li").count();
  assert.ok(all > 2);
  await page.getByLabel("Search").fill("no such words anywhere");
  await page.getByRole("button", { name: "Show" }).click();
  assert.match(await page.locator("main").innerText(), /No problem fits/);
  await page.getByRole("link", { name: "Clear search and filters" }).click();
  assert.equal(await page.locator("ol.sk-first > li").count(), all);
  const csv = await page.request.get(await page.getByRole("link", { name: /Export/ }).evaluate((a) => a.href));
  assert.equal(csv.headers()["content-type"], "text/csv; charset=utf-8");
  assert.match(await csv.text(), /^Problem,Status,Since,Until,Statements,Check,Owner,Being looked at until\n/);
  await close();
});

test("a page can be reached by keyboard: the first stop skips to the main content", async () => {
  const { page, close } = await open(made.address);
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").innerText(), "Skip to main content");
  await close();
});

test("what is not there gives the same page whatever it is", async () => {
  const bodies = [];
  for (const path of ["/nowhere", "/school/nobody", "/school/nobody/policy/skeleton"]) {
    const { page, response, close } = await open(made.address + path);
    assert.equal(response.status(), 404, path);
    bodies.push(await page.content());
    await close();
  }
  assert.equal(new Set(bodies).size, 1);
});

test("another site cannot reach the pages through its own name", async () => {
  const { page, close } = await open(made.address + "/health");
  const answer = await page.request.get(made.address, { headers: { Host: "school.example" } });
  assert.equal(answer.status(), 421);
  const own = await page.request.get(made.address + "/health");
  assert.match(own.headers()["content-security-policy"], /default-src 'none'/);
  await close();
});
