// What a long list costs the server on its way through the pages: dropped, looked at, saved. Prints the peak of its memory
// beside the limit, step by step. Rows of the list as the first argument; `./test --faults` runs it.
import { readFileSync } from "node:fs";
import { browser, demo, house, signIn } from "./house.mjs";

const ROWS = Number(process.argv[2] ?? 200_000);
const LIMIT_MB = 450;
const PATIENCE_MS = 30 * 60 * 1000;

const line = (row) => `BIG-${row},Laptop ${row} (made up),laptop,SN-${row},Room ${row % 300}`;
const list = "Asset Tag,Item Name,Category,Serial,Location\n" + Array.from({ length: ROWS }, (_, row) => line(row)).join("\n");
const chrome = await browser();
const made = await house(demo);

const status = (key) => Number(readFileSync(`/proc/${made.pid}/status`, "utf8").match(new RegExp(`${key}:\\s+(\\d+)`))[1]) >> 10;
let since = Date.now();
function say(step) {
  console.log(`${step}: ${((Date.now() - since) / 1000).toFixed(1)} s, peak ${status("VmHWM")} MB, now ${status("VmRSS")} MB`);
  since = Date.now();
}

try {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: await signIn(chrome, made.address) });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(made.address + "/");
  const slug = new URL(page.url()).pathname.split("/")[2] ?? "marlpit-lane-primary-made-up";
  /** Looks again until the page says what is waited for. */
  const until = async (says) => {
    while (!says.test(await page.textContent("main"))) {
      await page.waitForTimeout(1000);
      await page.reload();
    }
  };
  say(`at rest, ${ROWS} rows of ${list.length >> 20} MB to come`);
  await page.goto(`${made.address}/school/${slug}/records/asset/import`);
  await page.getByLabel("Only some of them").check();
  await page.getByLabel("The file").setInputFiles({ name: "assets.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
  await page.getByRole("button", { name: "Continue" }).click();
  say("dropped");
  await until(/Nothing is saved yet/);
  say("looked at");
  await page.getByRole("button", { name: "Save" }).click();
  await until(/Saved/);
  say("saved");
  await page.goto(`${made.address}/school/${slug}/records/asset?q=BIG-${ROWS - 1}`);
  if (!(await page.textContent("main")).includes(`BIG-${ROWS - 1}`)) throw new Error("the last row is not in the list");
  say("found in the list");
} finally {
  await chrome.close();
  const peak = status("VmHWM");
  await made.end();
  console.log(`peak ${peak} MB, limit ${LIMIT_MB} MB`);
  if (peak > LIMIT_MB) process.exitCode = 1;
}
