// Files on a record, without JavaScript: added, looked at, changed, taken off, put back; every page judged by axe,
// wide and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, demo, house, signIn } from "./house.mjs";
import { SHOTS, faults as faultsOf, recordsOf } from "./look.mjs";

let chrome, made, state, records;

before(async () => {
  chrome = await browser();
  made = await house(demo);
  state = await signIn(chrome, made.address);
  records = await recordsOf({ chrome, address: made.address, state });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

const faults = (href, name) => faultsOf({ chrome, address: made.address, state }, href, `attachment-${name}`);

/** A photo as a browser makes it: some boxes in colours. */
async function photo() {
  const page = await chrome.newPage({ viewport: { width: 900, height: 600 } });
  await page.setContent(
    '<body style="margin:0;background:#446"><div style="margin:60px;height:300px;background:#fc3;border:20px solid #222"></div>',
  );
  const bytes = await page.screenshot({ type: "jpeg", quality: 80 });
  await page.close();
  return bytes;
}

test("a photo and a certificate are put on a room, and every page of it is readable", async () => {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: state });
  const page = await context.newPage();
  const out = [];
  await page.goto(made.address + records + "/room/new");
  await page.getByLabel("Name (needed)").fill("Made-up hall");
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  const here = new URL(page.url()).pathname;
  out.push(...(await faults(here, "none")));
  await page.getByRole("button", { name: "Take a photo" }).click();
  out.push(...(await faults(here + "/attachment", "add")), ...(await faults(here + "/attachment?photo=yes", "photo")));
  await page.getByLabel("The photo").setInputFiles({ name: "IMG_2041.jpg", mimeType: "image/jpeg", buffer: await photo() });
  await page.getByLabel("What does it show? (optional)").fill("The valve behind the stage");
  await page.getByRole("button", { name: "Add the photo" }).click();
  assert.match(await page.locator("main").innerText(), /without where and with what it was taken/);
  const small = page.locator("img").first();
  await small.scrollIntoViewIfNeeded();
  assert.equal(await small.getAttribute("alt"), "The valve behind the stage");
  const shown = await context.request.get(made.address + (await small.getAttribute("src")));
  assert.equal(shown.headers()["content-type"], "image/jpeg");
  await page.getByRole("button", { name: "Add a file" }).click();
  const heic = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");
  await page.getByLabel("The file").setInputFiles({ name: "IMG_1.HEIC", mimeType: "image/heic", buffer: heic });
  await page.getByRole("button", { name: "Add the file" }).click();
  assert.match(await page.locator(".govuk-error-summary").innerText(), /HEIC picture.*Most Compatible/s);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/attachment-refused-1280.png`, fullPage: true });
  const pdf = Buffer.from("%PDF-1.7\n% a made-up certificate\n");
  await page.getByLabel("The file").setInputFiles({ name: "alarm 2026.pdf", mimeType: "application/pdf", buffer: pdf });
  await page.getByLabel("Certificate of that test").check();
  await page.getByRole("button", { name: "Add the file" }).click();
  assert.match(await page.locator("main").innerText(), /Certificate of that test\s+alarm 2026.pdf/);
  const waits = page.waitForEvent("download");
  await page.getByRole("link", { name: "alarm 2026.pdf", exact: true }).click();
  assert.equal((await waits).suggestedFilename(), "alarm 2026.pdf");
  out.push(...(await faults(here, "two")), ...(await faults(here + "/history", "history")));
  await page.getByRole("link", { name: "Change IMG_2041.jpg" }).click();
  out.push(...(await faults(new URL(page.url()).pathname, "change")));
  await page.goBack();
  await page.getByRole("link", { name: "Take off IMG_2041.jpg" }).click();
  out.push(...(await faults(new URL(page.url()).pathname, "remove")));
  await page.getByLabel("Why is it taken off?").fill("The wrong valve");
  await page.getByRole("button", { name: "Take it off" }).click();
  out.push(...(await faults(here, "removed")));
  await page.getByText("Files taken off (1)").click();
  await page.getByRole("button", { name: /^Put it back\s*: IMG_2041.jpg/ }).click();
  assert.match(await page.locator("main").innerText(), /Files \(2\)/);
  await context.close();
  assert.deepEqual(out, []);
});
