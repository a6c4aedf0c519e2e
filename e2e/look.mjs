// How every page is judged: by axe, at the width of a desk and of a phone, with nothing wider than the window.
import { AxeBuilder } from "@axe-core/playwright";
import { mkdirSync } from "node:fs";

/** Where pictures go, when somebody wants to look at them. */
export const SHOTS = process.env.SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

/** The rules of axe that count here. */
export const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe has against an address of a made-up school, with everything unfolded, and whether it fits. */
export async function faults({ chrome, address, state }, href, name) {
  const out = [];
  for (const width of [1280, 390]) {
    const context = await chrome.newContext({ viewport: { width, height: 900 }, bypassCSP: true, storageState: state });
    const page = await context.newPage();
    const answer = await page.goto(address + href);
    if (answer.status() !== 200) out.push(`${href}: ${answer.status()}`);
    for (const details of await page.locator("details").all()) await details.evaluate((one) => (one.open = true));
    const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    out.push(...found.violations.map((one) => `${name} at ${width}: ${one.id}: ${one.nodes[0].html}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) out.push(`${name} at ${width} is ${wide} px too wide`);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true });
    await context.close();
  }
  return out;
}

/** Where the records of the first school are. */
export async function recordsOf({ chrome, address, state }) {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  await page.goto(address + "/");
  if (page.url() === address + "/") await page.locator("main a").first().click();
  const path = new URL(page.url()).pathname;
  await context.close();
  return path.split("/").slice(0, 3).join("/") + "/records";
}
