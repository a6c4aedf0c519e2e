// The pages from which Schoolkeeper itself is looked after, as the headteacher meets them; and what every answer says
// to a browser, judged by Google's CSP evaluator.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { browser, demo, house, signIn } from "./house.mjs";
import { SHOTS, TAGS } from "./look.mjs";

let chrome, made, state;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** Every page that *Manage* leads to, and *Manage* itself. */
async function pages() {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto(made.address + "/manage");
  const hrefs = await page.locator("main ul a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  await context.close();
  return ["/manage", "/account", ...hrefs];
}

test("Manage leads to pages that are there, readable for everybody, wide and on a phone", async () => {
  const all = await pages();
  for (const wanted of ["/keep", "/login", "/backup", "/jobs", "/history", "/proof"]) assert.ok(all.includes(wanted), wanted);
  const faults = [];
  for (const href of all) {
    for (const width of [1280, 390]) {
      const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: state });
      const page = await context.newPage();
      const answer = await page.goto(made.address + href);
      if (answer.status() !== 200) faults.push(`${href}: ${answer.status()}`);
      const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      faults.push(...found.violations.map((one) => `${href} at ${width}: ${one.id}: ${one.nodes[0].html}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) faults.push(`${href} at ${width} is ${wide} px too wide`);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/manage-${href.slice(1).replaceAll("/", "-")}-${width}.png`, fullPage: true });
      await context.close();
    }
  }
  assert.deepEqual(faults, []);
});

test("no answer leaves a browser open to other sites", async () => {
  const context = await chrome.newContext({ storageState: state });
  for (const path of ["/sign-in", "/there/is/nothing", "/static/app.css", ...(await pages())]) {
    const answer = await context.request.get(made.address + path);
    const headers = answer.headers();
    const policy = new CspParser(headers["content-security-policy"] ?? "").csp;
    const bad = new CspEvaluator(policy).evaluate().filter((one) => one.severity <= Severity.MEDIUM);
    assert.deepEqual(bad.map((one) => `${one.directive}: ${one.description}`), [], path);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["referrer-policy"], "no-referrer", path);
    assert.equal(headers["cross-origin-opener-policy"], "same-origin", path);
    assert.equal(headers["x-frame-options"], "DENY", path);
    assert.equal(headers["server"], undefined, path);
  }
  const [cookie] = state.cookies;
  assert.ok(cookie.httpOnly && cookie.sameSite === "Lax", JSON.stringify({ ...cookie, value: "" }));
  await context.close();
});
