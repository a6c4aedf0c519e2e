// The life of a policy: approved, published for anybody, changed by forms and as text, looked at and adopted; wide, on a
// phone and on paper, without JavaScript.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { browser, demo, house, signIn } from "./house.mjs";
import { TAGS } from "./look.mjs";

const SHOTS = process.env.SHOTS;
const NOBODY = { cookies: [], origins: [] };
let chrome, made, state, policy, school, pack;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  const { page, close } = await open("/");
  if (!page.url().includes("/policy/")) await page.locator("main a[href*='/school/']").first().click();
  policy = new URL(page.url()).pathname;
  [, , school, , pack] = policy.split("/");
  await close();
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** Opens a page as a person with JavaScript switched off. */
async function open(path, width = 1280, storageState = state) {
  const context = await chrome.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: false, storageState });
  const page = await context.newPage();
  const response = await page.goto(made.address + path);
  return { page, response, close: () => context.close() };
}

async function faults(path, name, storageState = state) {
  const found = [];
  for (const width of [1280, 390]) {
    const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState });
    const page = await context.newPage();
    const answer = await page.goto(made.address + path);
    if (answer.status() >= 400 && answer.status() !== 422) found.push(`${path}: ${answer.status()}`);
    const axe = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    found.push(...axe.violations.map((one) => `${path} at ${width}: ${one.id}: ${one.nodes[0].html}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found.push(`${path} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/life-${name}-${width}.png`, fullPage: true });
    if (SHOTS && width === 1280) {
      await page.emulateMedia({ media: "print" });
      await page.screenshot({ path: `${SHOTS}/life-${name}-print.png` });
    }
    await context.close();
  }
  return found;
}

test("an approval is put on record and the policy published for anybody, without signing in", async () => {
  const { page, close } = await open(policy + "/life");
  await page.getByRole("link", { name: "Put an approval on record" }).click();
  await page.getByLabel("Who approved it?").fill("Governing body");
  const on = page.getByRole("group", { name: "On which day?" });
  await on.getByLabel("Day").fill("12");
  await on.getByLabel("Month").fill("11");
  await on.getByLabel("Year").fill("2026");
  await page.getByLabel("Where does it stand in the minutes?").fill("item 7");
  await page.getByRole("button", { name: "Put it on record, in my name" }).click();
  await page.getByText("Now add the minute as a file").waitFor();
  await page.goto(made.address + policy + "/life");
  await page.getByText("Governing body: item 7").waitFor();
  await page.getByRole("link", { name: "Publish it, or take the page away" }).click();
  await page.getByLabel("Anybody, and search engines may list it").check();
  await page.getByRole("button", { name: "Save, in my name" }).click();
  await page.getByText("Published. Search engines may list it").waitFor();
  await close();
  const anybody = await open(`/published/${school}/${pack}`, 1280, NOBODY);
  assert.equal(anybody.response.status(), 200);
  assert.equal(await anybody.page.locator("meta[name=robots]").getAttribute("content"), "index, follow");
  assert.equal((await anybody.page.context().cookies()).length, 0);
  const role = await anybody.page.locator("main a[href*='/role/']").first().getAttribute("href");
  await anybody.close();
  const found = [
    ...(await faults(policy + "/life", "life")),
    ...(await faults(policy + "/approve", "approve")),
    ...(await faults(policy + "/publish", "publish")),
    ...(await faults(`/published/${school}/${pack}`, "public", NOBODY)),
    ...(await faults(role, "public-role", NOBODY)),
  ];
  assert.deepEqual(found, []);
});

test("the policy is a PDF to take away, the same words for anybody where it is published", async () => {
  const { page, close } = await open(policy + "/read");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as PDF" }).click(),
  ]);
  const folder = mkdtempSync(join(tmpdir(), "schoolkeeper-pdf-"));
  const [own, published] = [join(folder, "own.pdf"), join(folder, "published.pdf")];
  await file.saveAs(own);
  assert.equal(file.suggestedFilename(), `${pack}-${school}.pdf`);
  await close();
  const anybody = await open(`/published/${school}/${pack}`, 1280, NOBODY);
  const title = await anybody.page.locator("h1").innerText();
  const number = await anybody.page.locator(".sk-statement__number").first().innerText();
  const href = await anybody.page.getByRole("link", { name: "Download as PDF" }).getAttribute("href");
  const answer = await anybody.page.request.get(made.address + href);
  assert.equal(answer.headers()["content-type"], "application/pdf");
  assert.equal(answer.headers()["x-robots-tag"], "index, follow");
  assert.equal(answer.headers()["set-cookie"], undefined);
  writeFileSync(published, await answer.body());
  await anybody.close();
  for (const pdf of [own, published]) {
    const text = execFileSync("pdftotext", [pdf, "-"], { encoding: "utf8" });
    for (const words of [title, number, "Contents", "Words"]) assert.ok(text.includes(words), `${words}: ${text.slice(0, 500)}`);
    const info = execFileSync("pdfinfo", [pdf], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    assert.match(info, /Tagged: +yes/);
  }
  const nobody = await open(policy + "/policy.pdf", 1280, NOBODY).catch((error) => error);
  assert.ok(!(nobody.response?.headers()["content-type"] ?? "").includes("pdf"));
  await nobody.close?.();
  rmSync(folder, { recursive: true });
});

test("a policy is changed by a form, what is wrong is said at its field, and it is looked at before it is adopted", async () => {
  const { page, close } = await open(`/school/${school}/editions`);
  await page.getByText("You are writing no policy").waitFor();
  await page.getByRole("link", { name: "Write a policy" }).click();
  const begin = new URL(page.url()).pathname;
  await page.locator(`input[name=from][value=${pack}]`).check();
  await page.getByLabel("Change the policy that is in force here").check();
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText("Nothing of it holds before it is adopted").waitFor();
  const own = new URL(page.url()).pathname;
  await page.goto(`${made.address}${own}/table/pack/-`);
  await page.getByLabel("How often the policy is looked at again").fill("now and then");
  await page.getByRole("button", { name: "Check and keep it" }).click();
  assert.ok(await page.locator("#review-error").textContent());
  await page.getByLabel("How often the policy is looked at again").fill("6 months");
  await page.getByLabel("The school's number of this version").fill("2.0");
  await page.getByRole("button", { name: "Check and keep it" }).click();
  await page.getByText("Nothing is wrong").waitFor();
  const control = await page.locator("a[href*='/table/control/']").first().getAttribute("href");
  const file = await page.locator("a[href*='/file/']").first().getAttribute("href");
  await page.getByRole("link", { name: "Look at what would change, and adopt it" }).click();
  await page.getByRole("heading", { name: "With what we know today" }).waitFor();
  await page.getByLabel("Why?").fill("Governors agreed it");
  const look = new URL(page.url());
  const found = [
    ...(await faults(`/school/${school}/editions`, "editions")),
    ...(await faults(begin, "begin")),
    ...(await faults(own, "edition")),
    ...(await faults(control, "form")),
    ...(await faults(own + "/table/pack/-", "head")),
    ...(await faults(own + "/add/control", "add")),
    ...(await faults(file, "text")),
    ...(await faults(look.pathname + look.search, "look")),
  ];
  assert.deepEqual(found, []);
  await close();
});
