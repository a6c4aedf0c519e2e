// Keeping and erasing as the headteacher meets it: each page readable for everybody, wide and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
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

/** Opens pages at a width, goes where `go` leads, and says what is wrong with what is then shown. */
async function faults(name, go) {
  const out = [];
  for (const width of [1280, 390]) {
    const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: state });
    const page = await context.newPage();
    await go(page);
    const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    out.push(...found.violations.map((one) => `${name} at ${width}: ${one.id}: ${one.nodes[0].html}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) out.push(`${name} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/keep-${name}-${width}.png`, fullPage: true });
    await context.close();
  }
  return out;
}

test("every page of keeping and erasing is readable for everybody", async () => {
  const at = (path) => (page) => page.goto(made.address + path);
  const shown = [];
  for (const path of ["/keep", "/keep?find=person", "/keep/due", "/keep/period/person", "/keep/hold", "/keep/holds", "/keep/proofs", "/keep/person"]) {
    shown.push(...(await faults(path.slice(1).replaceAll(/[^a-z]/g, "-"), at(path))));
  }
  assert.deepEqual(shown, []);
});

test("a hold is placed, and its page and the refusal of erasing are readable for everybody", async () => {
  const wrong = await faults("hold-wrong", async (page) => {
    await page.goto(made.address + "/keep/hold");
    await page.getByRole("button", { name: "Place the hold" }).click();
    assert.equal(await page.locator(".govuk-error-summary").count(), 1);
  });
  const held = await faults("held", async (page) => {
    await page.goto(made.address + "/keep/hold");
    await page.getByLabel("Why").fill("A claim (made up)");
    const review = page.locator("#review");
    await review.getByLabel("Day").fill("1");
    await review.getByLabel("Month").fill("2");
    await review.getByLabel("Year").fill("2027");
    await page.getByRole("button", { name: "Place the hold" }).click();
    await page.goto(made.address + "/keep/holds");
    await page.locator("table a").first().click();
    assert.equal(await page.getByText("A claim (made up)").count(), 1);
  });
  assert.deepEqual([...wrong, ...held], []);
});
