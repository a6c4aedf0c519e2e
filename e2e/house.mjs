// A made-up school in a temporary folder, served on a free port, and a browser to look at it.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { chromium } from "playwright-core";

export const BINARY = process.env.SCHOOLKEEPER ?? new URL("../target/debug/schoolkeeper", import.meta.url).pathname;
const NOW = "2026-11-23T08:00:00Z";

export function run(...args) {
  return execFileSync(BINARY, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Signs a person in, and gives what their browser then holds. */
export async function signIn(chrome, address, email = HEAD, password = PASSWORD) {
  const context = await chrome.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address + "/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
  if (page.url().includes("/notice")) {
    await page.getByLabel("I have read this and agree").check();
    await page.getByRole("button", { name: "Go on" }).click();
  }
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Goes through the first run with the code the server printed. */
export async function setUp(chrome, house) {
  const context = await chrome.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(house.address);
  await page.getByLabel("Set-up code").fill(await house.code);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByLabel("Empty School (made up)").check();
  await page.getByLabel("Your name").fill("Madeup Head");
  await page.getByLabel("Your work email").fill("head@empty.example");
  await page.getByLabel("Headteacher").check();
  await page.getByLabel("Choose a password").fill(PASSWORD);
  await page.getByLabel("The same password again").fill(PASSWORD);
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForURL(/notice|welcome/);
  await page.getByLabel("I have read this and agree").check();
  await page.getByRole("button", { name: "Go on" }).click();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Makes a data folder with `make(folder)`, serves it, and returns its address and a way to end it. */
export async function house(make) {
  const folder = mkdtempSync(join(tmpdir(), "schoolkeeper-e2e-"));
  make(folder);
  const server = spawn(BINARY, ["serve", "--data", folder, "--port", "0", "--now", NOW], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  let tell;
  const code = new Promise((resolve) => (tell = resolve));
  const address = await new Promise((resolve, reject) => {
    server.stderr.on("data", (data) => {
      said += data;
      const printed = said.match(/set-up code is ([0-9A-Z-]+)\s/);
      if (printed) tell(printed[1]);
      const found = said.match(/http:\/\/localhost:(\d+)/);
      if (found) resolve(found[0]);
    });
    server.on("exit", () => reject(new Error(`the server ended: ${said}`)));
  });
  const end = async () => {
    server.removeAllListeners("exit");
    server.kill("SIGTERM");
    await once(server, "exit");
    rmSync(folder, { recursive: true });
  };
  return { address, code, folder, end, pid: server.pid };
}

export const PASSWORD = "Copper-Lantern-Drifts-7";
export const HEAD = "ash.sample@marlpit.example";

export const demo = (folder) => run("demo", "--small", "--data", folder, "--no-serve", "--now", NOW);
export const empty = (folder) =>
  run("init", "--data", folder, "--school", "Empty School (made up)", "--pack", "skeleton", "--sandbox", "--now", NOW);

export function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}
