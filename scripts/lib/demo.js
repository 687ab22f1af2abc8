// The demo: a scratch copy of media/demo, and an editor that starts the demo cluster by itself.
import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { attempt, endGroup, findOnPath, own, plainEnvironment, run, say, stop } from "./commands.js";
import { folderAddress, startCodeServer, writeSettings } from "./code-server.js";
import { root, sharedCache } from "./directories.js";
import { editorVersions, ensureEditor } from "./editor.js";
import { readJson } from "./json.js";

/** The extension starts the demo cluster on activation where it finds this. */
const environment = { LXC_AUTOSCALER_DEMO: "1" };

/** The least version of VS Code that the extension runs in. */
export async function leastVersion() {
  const manifest = /** @type {{ engines: { vscode: string } }} */ (await readJson(join(root, "package.json")));
  return manifest.engines.vscode.replace("^", "");
}

/**
 * The folder that the demo opens: a copy, so that the checkout stays clean. What was edited there is kept; the rest
 * follows the checkout.
 * @returns {Promise<{ home: string, workspace: string }>}
 */
export async function prepareDemo() {
  const home = join(sharedCache(), "demo");
  const workspace = join(home, "workspace");
  const asGiven = join(home, "as-given");
  const source = join(root, "media/demo");
  await mkdir(workspace, { recursive: true });
  for (const file of await readdir(source)) {
    const present = await textOf(join(workspace, file));
    if (present === null || present === (await textOf(join(asGiven, file)))) {
      await cp(join(source, file), join(workspace, file));
    }
  }
  await cp(source, asGiven, { recursive: true });
  return { home, workspace };
}

/** @param {string} file */
async function textOf(file) {
  return existsSync(file) ? readFile(file, "utf8") : null;
}

/** @param {string} version @param {string} least */
function isAtLeast(version, least) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The `code` on PATH, if it can open a window here. @returns {Promise<string | null>} */
export async function findDesktopEditor() {
  const code = findOnPath("code");
  if (code === null) return null;
  if (process.env["VSCODE_IPC_HOOK_CLI"] !== undefined) {
    say("The code command here belongs to a remote window, which can't have a profile of its own.");
    return null;
  }
  if (process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"]) {
    say(`${code} is there, but no display to open a window on.`);
    return null;
  }
  const { output } = await attempt(code, [...asRoot(), "--version"], { quiet: true, seconds: 60 });
  const version = /^\d+\.\d+\.\d+/m.exec(output)?.[0];
  const least = await leastVersion();
  if (version === undefined || !isAtLeast(version, least)) {
    say(`${code} is ${version ?? "of an unknown version"}; the extension needs VS Code ${least} or later.`);
    return null;
  }
  return code;
}

/** VS Code refuses to start as root unless told twice; a folder for its data is given anyway. */
function asRoot() {
  return process.getuid?.() === 0 ? ["--no-sandbox", "--user-data-dir", join(sharedCache(), "demo/code/user")] : [];
}

/** @typedef {{ message: string, ended: Promise<void>, close: () => Promise<void> }} Opened */

/**
 * Opens the demo in a desktop VS Code, in a profile of its own: nobody's settings and extensions are touched.
 * @param {string} code
 * @param {{ home: string, workspace: string }} demo
 * @param {string} extension the .vsix
 * @returns {Promise<Opened>}
 */
export async function openInDesktopEditor(code, { home, workspace }, extension) {
  const userData = join(home, "code/user");
  const base = ["--user-data-dir", userData, "--extensions-dir", join(home, "code/extensions")];
  if (process.getuid?.() === 0) base.push("--no-sandbox");
  await writeSettings(userData);
  await run(code, [...base, "--force", "--install-extension", extension], {
    environment: plainEnvironment(),
    quiet: true,
    seconds: 120,
  });
  const log = openSync(join(home, "code.log"), "w");
  // --verbose keeps the window's process a child of ours, where it would otherwise go its own way.
  const child = spawn(code, [...base, "--disable-workspace-trust", "--new-window", "--verbose", workspace], {
    env: plainEnvironment(environment),
    stdio: ["ignore", log, log],
    detached: true,
  });
  own(child);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
  return {
    message: `The demo is open in VS Code (${workspace}).`,
    ended,
    close: async () => {
      await endWindow(userData);
      await stop(child);
      endGroup(child, "SIGKILL");
    },
  };
}

/** On macOS the window is not a child of ours; its profile says which process it is. @param {string} userData */
async function endWindow(userData) {
  try {
    process.kill(Number(await readFile(join(userData, "code.lock"), "utf8")), "SIGTERM");
  } catch (error) {
    // No lock, or nobody behind it: there is no window any more.
    if (!(error instanceof Error)) throw error;
  }
}

/** Whether a port on loopback can be listened on. @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/**
 * Opens the demo in a code-server, installed if it is missing.
 * @param {{ home: string, workspace: string }} demo
 * @param {string} extension the .vsix
 * @param {number} port the one to take if it is free
 * @returns {Promise<Opened>}
 */
export async function openInCodeServer({ home, workspace }, extension, port) {
  const editor = await ensureEditor(editorVersions.newest);
  const server = await startCodeServer({
    editor,
    profile: join(home, "code-server"),
    extensions: [extension],
    environment,
    port: (await isFree(port)) ? port : 0,
  });
  return {
    message: `The demo is open at ${folderAddress(server.address, workspace)} (this machine only).`,
    ended: server.ended,
    close: server.close,
  };
}
