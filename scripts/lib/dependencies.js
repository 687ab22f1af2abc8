// Brings node_modules in line with package-lock.json. Uses nothing from node_modules itself.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plainEnvironment, run, say } from "./commands.js";
import { root } from "./directories.js";
import { parseJson } from "./json.js";

/**
 * @typedef {{ packages: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }> }} Lockfile
 */

/** @param {string} path @returns {Lockfile} */
function readLockfile(path) {
  return /** @type {Lockfile} */ (parseJson(readFileSync(path, "utf8")));
}

/** Why node_modules does not serve, or null. */
function difference() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installed)) return "they are not installed yet";
  const present = readLockfile(installed).packages;
  for (const [path, wanted] of Object.entries(readLockfile(join(root, "package-lock.json")).packages)) {
    if (path === "" || wanted.optional === true || wanted.devOptional === true) continue;
    if (present[path]?.version !== wanted.version)
      return `${path.replace("node_modules/", "")} is not ${wanted.version ?? "there"}`;
  }
  return null;
}

/** Installs the dependencies if they are missing or older than the lock file. */
export async function ensureDependencies() {
  const reason = difference();
  if (reason === null) return;
  say(`Installing dependencies (${reason})…`);
  // Where others may be working with what is there, only the difference is installed.
  const args = existsSync(join(root, "node_modules/.package-lock.json")) ? ["install", "--no-save"] : ["ci"];
  await run("npm", [...args, "--no-audit", "--no-fund"], { cwd: root, environment: plainEnvironment(), quiet: true });
}
