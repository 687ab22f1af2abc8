// Starts a code-server with extensions of ours in a profile of its own.
import { spawn } from "node:child_process";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { own, plainEnvironment, run, stop } from "./commands.js";

/** What any of our profiles starts with: no pages and side bars that nobody asked for. */
const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
};

/**
 * Writes the user's settings of a new profile; one that has been used keeps its own.
 * @param {string} userData
 * @param {Readonly<Record<string, unknown>>} [settings] beside the quiet ones
 */
export async function writeSettings(userData, settings = {}) {
  const file = join(userData, "User/settings.json");
  if (existsSync(file)) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ...quietSettings, ...settings }, null, 2)}\n`);
}

/**
 * @typedef {object} CodeServerOptions
 * @property {import("./editor.js").Editor} editor
 * @property {string} profile a folder for the user's data and the extensions; made if it is missing
 * @property {readonly string[]} extensions .vsix files to install
 * @property {Readonly<Record<string, unknown>>} [settings] of the user, beside the quiet ones; written once
 * @property {Readonly<Record<string, string>>} [environment] beside ours, for the server and the extension host
 * @property {boolean} [trust] ask whether a folder is trusted, as VS Code does; without it every folder is
 * @property {number} [port] on loopback; 0 is any free one
 */

/**
 * Starts a server; it listens on loopback only.
 * @param {CodeServerOptions} options
 * @returns {Promise<{ address: string, log: string, ended: Promise<void>, close: () => Promise<void> }>}
 */
export async function startCodeServer({
  editor,
  profile,
  extensions,
  settings = {},
  environment = {},
  trust = false,
  port = 0,
}) {
  const userData = join(profile, "user");
  await mkdir(join(profile, "extensions"), { recursive: true });
  await writeSettings(userData, settings);
  const configuration = join(profile, "code-server.yaml");
  await writeFile(configuration, "");
  const base = [
    editor.entry,
    ...["--user-data-dir", userData],
    ...["--extensions-dir", join(profile, "extensions")],
    ...["--config", configuration],
  ];
  const childEnvironment = plainEnvironment(environment);
  // code-server reads these, and they may be set for something else.
  for (const name of ["PORT", "PASSWORD", "HASHED_PASSWORD", "VSCODE_IPC_HOOK_CLI"])
    Reflect.deleteProperty(childEnvironment, name);
  for (const extension of extensions) {
    await run(editor.node, [...base, "--force", "--install-extension", extension], {
      environment: childEnvironment,
      quiet: true,
      seconds: 120,
    });
  }

  const log = join(profile, "code-server.log");
  const output = createWriteStream(log);
  const child = spawn(
    editor.node,
    [
      ...base,
      ...["--auth", "none"],
      ...["--bind-addr", `127.0.0.1:${port}`],
      "--disable-telemetry",
      "--disable-update-check",
      ...(trust ? [] : ["--disable-workspace-trust"]),
      "--disable-getting-started-override",
      "--disable-file-downloads",
      "--disable-proxy",
    ],
    { env: childEnvironment, stdio: ["ignore", "pipe", "pipe"], detached: true },
  );
  own(child);
  child.stderr.pipe(output, { end: false });
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once("exit", () => {
      output.end();
      resolve();
    });
  });
  const lines = createInterface(child.stdout);
  /** @type {Promise<string>} */
  const listening = new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`code-server did not start within a minute; see ${log}.`)), 60_000);
    child.once("error", reject);
    void ended.then(() => {
      clearTimeout(limit);
      reject(new Error(`code-server ended instead of starting; see ${log}.`));
    });
    lines.on("line", (line) => {
      if (output.writable) output.write(`${line}\n`);
      const address = /HTTP server listening on (http:\/\/\S+?)\/?$/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(limit);
      resolve(address);
    });
  });
  try {
    return { address: await listening, log, ended, close: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** The address that opens a folder. @param {string} address @param {string} folder */
export function folderAddress(address, folder) {
  return `${address}/?folder=${encodeURIComponent(folder).replaceAll("%2F", "/")}`;
}
