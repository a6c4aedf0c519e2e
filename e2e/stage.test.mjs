// A decision that several have to agree to, under a school's own policy, without JavaScript: each of several roles, any
// two of three, and somebody who stands in; every page of it judged by axe, wide and on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browser, house, PASSWORD, run, setUp, signIn } from "./house.mjs";
import { faults as faultsOf } from "./look.mjs";

const POLICY = `[pack]
id = "several"
title = "Several decide (made up)"
version = "1"
language = 1
owner = ["headteacher"]
[role]
headteacher = { title = "Headteacher", acts_as = "head" }
it-technician = { title = "IT technician", acts_as = "technician" }
clerk = { title = "Clerk", acts_as = "staff" }
teacher = { title = "Teacher", acts_as = "staff" }
[form.plain]
title = "What for"
fields = [{ name = "what", type = "text", label = "What for?", required = true }]
[[clause]]
id = "1"
section = "The network"
text = "The firewall is opened only when the headteacher and the IT technician both agree."
mode = "evidenced"
controls = ["each"]
[[clause]]
id = "2"
text = "A visitor gets on to the network when two of three agree."
mode = "evidenced"
controls = ["two"]
[control.each]
type = "request"
title = "Open the firewall"
who = ["staff"]
form = "plain"
stages = [{ by = ["headteacher", "it-technician"], all = true }]
[control.two]
type = "request"
title = "Let a visitor on to the network"
who = ["staff"]
form = "plain"
stages = [{ by = ["headteacher", "it-technician", "clerk"], any = 2 }]
`;
const NOW = "2026-11-23T08:00:00Z";
const PEOPLE = { tom: "it-technician", cleo: "clerk", tess: "teacher" };

const states = {};
let chrome, made, school;

before(async () => {
  const links = {};
  chrome = await browser();
  made = await house((folder) => {
    const data = ["--data", folder, "--now", NOW];
    const files = mkdtempSync(join(tmpdir(), "schoolkeeper-stage-"));
    const [pack, staff] = [join(files, "several.toml"), join(files, "person.csv")];
    writeFileSync(pack, POLICY);
    writeFileSync(staff, "Name,Email,Kind\n" + Object.keys(PEOPLE).map((name) => `${name} Made-Up,${name}@hill.example,staff\n`).join(""));
    run("init", "--school", "Empty School (made up)", "--pack", pack, "--sandbox", ...data);
    run("import", "person", staff, ...data);
    for (const [name, role] of Object.entries(PEOPLE)) {
      links[name] = run("invite", `${name}@hill.example`, "--role", role, ...data).match(/\/link\/\S+/)[0];
    }
    run("appoint", "cleo@hill.example", "deputy", "--deputy-of", "it-technician", "--delegation", "Minute 4", ...data);
    rmSync(files, { recursive: true });
  });
  states.head = await setUp(chrome, made);
  for (const [name, link] of Object.entries(links)) {
    await on(undefined, link, async (page) => {
      await page.getByRole("button", { name: "Go on" }).click();
      await page.locator("input[type=password]").nth(0).fill(PASSWORD);
      await page.locator("input[type=password]").nth(1).fill(PASSWORD);
      await page.getByRole("button", { name: "Set the password" }).click();
    });
    states[name] = await signIn(chrome, made.address, `${name}@hill.example`);
  }
  await on("tess", "/ask", async (page) => {
    school = new URL(page.url()).pathname.split("/").slice(0, 3).join("/");
  });
});
after(async () => {
  await chrome?.close();
  await made?.end();
});

/** One page of somebody, on a phone. */
async function on(who, href, look) {
  const context = await chrome.newContext({ javaScriptEnabled: false, storageState: states[who], viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  await page.goto(made.address + href);
  try {
    return await look(page);
  } finally {
    await context.close();
  }
}

const words = async (page) => (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
const faults = (who, href, name) => faultsOf({ chrome, address: made.address, state: states[who] }, href, `stage-${name}`);

/** Somebody asks; gives the address of the request. */
function ask(who, title) {
  return on(who, "/ask", async (page) => {
    await page.getByRole("link", { name: title }).click();
    await page.getByLabel("What for?").fill("The new phones");
    await page.getByRole("button", { name: "Ask", exact: true }).last().click();
    assert.match(await words(page), /Asked\. Those who decide are told\./);
    return new URL(page.url()).pathname;
  });
}

/** Somebody finds the request on My page and says yes there; gives what the page then says. */
function saysYes(who, request) {
  return on(who, "/mine", async (page) => {
    assert.match(await words(page), /To decide: 1/, who);
    await page.locator(`main a[href="${request}"]`).click();
    await page.getByRole("button", { name: /^Yes/ }).click();
    return words(page);
  });
}

const sees = (who, request) => on(who, request, words);
const decidesNothing = (who) => on(who, "/mine", async (page) => assert.ok(!(await words(page)).includes("To decide"), who));

test("each of two roles must say yes, the page says who is missing, and the second yes permits it", async () => {
  const request = await ask("tess", "Open the firewall");
  assert.match(await sees("tess", request), /Waiting.*Each of them must say yes\. Still missing: the Headteacher; the IT technician\./i);
  const out = [...(await faults("head", request, "each-both"))];

  assert.match(await saysYes("tom", request), /Your yes is on record/);
  const half = await sees("tess", request);
  assert.match(half, /Waiting.*Still missing: the Headteacher\..*Yes, tom Made-Up/i);
  assert.doesNotMatch(half, /Granted|Open the permission/);
  await decidesNothing("tom");
  await on("tom", request, async (page) => assert.equal(await page.getByRole("button", { name: /^Yes/ }).count(), 0, "not twice"));
  out.push(...(await faults("tess", request, "each-half")));

  assert.match(await saysYes("head", request), /Your yes is on record/);
  const whole = await sees("tess", request);
  assert.match(whole, /Granted.*Yes, tom Made-Up.*Yes, Madeup Head/);
  assert.doesNotMatch(whole, /Still missing/);
  await on("tess", request, (page) => page.getByRole("link", { name: "Open the permission" }).click());
  out.push(...(await faults("tess", request, "each-granted")));
  assert.deepEqual(out, []);
});

test("one no of several refuses, whoever said yes before", async () => {
  const request = await ask("tess", "Open the firewall");
  await saysYes("tom", request);
  await on("head", request, async (page) => {
    await page.getByLabel("Why, or what you ask").fill("Not before the holidays");
    await page.getByRole("button", { name: "No", exact: true }).click();
  });
  const page = await sees("tess", request);
  assert.match(page, /Refused.*Not before the holidays/);
  assert.doesNotMatch(page, /Still missing|Open the permission/);
});

test("any two of three are enough, and the third has nothing to decide any more", async () => {
  const request = await ask("tess", "Let a visitor on to the network");
  assert.match(await sees("tess", request), /2 of them must say yes\. Still missing: 2\./);
  const out = [...(await faults("cleo", request, "two-none"))];
  await saysYes("cleo", request);
  assert.match(await sees("tess", request), /Waiting.*2 of them must say yes\. Still missing: 1\./);
  out.push(...(await faults("head", request, "two-one")));
  await saysYes("tom", request);
  assert.match(await sees("tess", request), /Granted/);
  await decidesNothing("head");
  assert.deepEqual(out, []);
});

test("while the technician is away somebody stands in, and both the request and the yes say so", async () => {
  await on("head", `${school}/roles`, async (page) => {
    await page.getByRole("link", { name: "tom Made-Up as IT technician" }).click();
    const away = page.locator("form").filter({ hasText: "Save when they are away" });
    for (const group of await away.locator("fieldset").all()) {
      for (const [part, value] of [["Day", "23"], ["Month", "11"], ["Year", "2026"]]) await group.getByLabel(part, { exact: true }).fill(value);
    }
    await page.getByRole("button", { name: "Save when they are away" }).click();
  });
  const request = await ask("tess", "Open the firewall");
  assert.match(await sees("tess", request), /cleo Made-Up stands in for the role the IT technician/i);
  const out = [...(await faults("cleo", request, "stand-in"))];
  await saysYes("cleo", request);
  assert.match(await sees("tess", request), /Still missing: the Headteacher\..*Yes, cleo Made-Up \(the IT technician\)/i);
  out.push(...(await faults("tess", request, "stand-in-said")));
  await saysYes("head", request);
  assert.match(await sees("tess", request), /Granted/);
  assert.deepEqual(out, []);
});
