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

/** Makes a data folder with `make(folder)`, serves it, and returns its address and a way to end it. */
export async function house(make) {
  const folder = mkdtempSync(join(tmpdir(), "schoolkeeper-e2e-"));
  make(folder);
  const server = spawn(BINARY, ["serve", "--data", folder, "--port", "0", "--now", NOW], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    server.stderr.on("data", (data) => {
      said += data;
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
  return { address, folder, end };
}

export const demo = (folder) => run("demo", "--data", folder, "--no-serve", "--now", NOW);
export const empty = (folder) =>
  run("init", "--data", folder, "--school", "Empty School (made up)", "--pack", "skeleton", "--sandbox", "--now", NOW);

export function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}
