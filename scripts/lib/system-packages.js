// Debian packages that a browser-driven editor needs: installed if we may, named if we may not.
import { existsSync } from "node:fs";
import { attempt, findOnPath, plainEnvironment, run, say } from "./commands.js";

const noQuestions = { DEBIAN_FRONTEND: "noninteractive" };

/** @param {string} name */
async function isInstalled(name) {
  const { code, output } = await attempt("dpkg-query", ["-W", "-f", "${db:Status-Status}", name], { quiet: true });
  return code === 0 && output === "installed";
}

/**
 * Installs the Debian packages of a list that are missing. Elsewhere than on Debian and its children nothing is
 * checked: what comes next says what it misses.
 * @param {readonly string[]} names
 * @param {string} purpose completes "… needed to"
 */
export async function ensureSystemPackages(names, purpose) {
  if (findOnPath("dpkg-query") === null || findOnPath("apt-get") === null) return;
  /** @type {string[]} */
  const missing = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const command = ["apt-get", "install", "-y", "--no-install-recommends", ...missing];
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (
    prefix.length > 0 &&
    (findOnPath("sudo") === null || (await attempt("sudo", ["-n", "true"], { quiet: true })).code !== 0)
  ) {
    throw new Error(`${missing.join(", ")} needed to ${purpose}. Please run: sudo ${command.join(" ")}`);
  }
  say(`Installing ${missing.join(", ")}, needed to ${purpose}…`);
  const environment = plainEnvironment(noQuestions);
  /** @param {readonly string[]} words */
  const asRoot = async (words) => {
    const [program = "", ...rest] = [...prefix, ...words];
    await run(program, rest, { environment, quiet: true, seconds: 900 });
  };
  await asRoot(["apt-get", "update"]);
  await asRoot(command);
}

/** Programs that playwright-core can drive, in the order of our liking. */
const browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** The path of a Chromium, installed if there is none. */
export async function ensureBrowser() {
  const chosen = process.env["CHROME_PATH"];
  if (chosen !== undefined && chosen !== "") return chosen;
  const find = () => browsers.map(findOnPath).find((path) => path !== null) ?? null;
  const onMac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  let browser = find() ?? (existsSync(onMac) ? onMac : null);
  if (browser !== null) return browser;
  await ensureSystemPackages(["chromium", "fonts-liberation"], "drive an editor in a browser");
  browser = find();
  if (browser === null) throw new Error("No Chromium or Chrome found. Install one, or set CHROME_PATH to its program.");
  return browser;
}
