// Installs code-server, the VS Code workbench and extension host as an npm package, and the Node it asks for.
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { plainEnvironment, run, say } from "./commands.js";
import { sharedCache } from "./directories.js";
import { ensureSystemPackages } from "./system-packages.js";

/** code-server 4.N carries VS Code 1.N. The oldest is the oldest that npm alone can install. */
export const editorVersions = /** @type {const} */ ({ newest: "4.139.1", oldest: "4.133.0" });

/** The major version of Node that these code-servers are built against. */
const nodeMajor = 24;

/**
 * Makes a folder in one step: filled beside its place, then moved there, so that what is there is whole.
 * @param {string} folder
 * @param {(partial: string) => Promise<void>} fill
 */
async function createWhole(folder, fill) {
  const partial = `${folder}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await writeFile(join(partial, "package.json"), '{"private":true}\n');
    await fill(partial);
    // Two runs at once: the first one in place wins.
    if (!existsSync(folder)) await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The Node program for code-server, installed if it is missing. */
async function ensureNode() {
  const folder = join(sharedCache(), `node-${nodeMajor}`);
  const program = join(folder, "node_modules/node/bin/node");
  if (existsSync(program)) return program;
  say(`Installing Node ${nodeMajor}, which code-server needs, in ${folder}…`);
  await rm(folder, { recursive: true, force: true });
  await createWhole(folder, async (partial) => {
    await run("npm", ["install", `node@${nodeMajor}`, "--no-audit", "--no-fund"], {
      cwd: partial,
      environment: plainEnvironment(),
      quiet: true,
    });
  });
  return program;
}

/**
 * @typedef {object} Editor
 * @property {string} version of VS Code, `1.139`
 * @property {string} node the Node program to start it with
 * @property {string} entry the script to start
 */

/**
 * A code-server of the given version, installed if it is missing (a minute or two, half a gigabyte).
 * @param {string} version of code-server
 * @returns {Promise<Editor>}
 */
export async function ensureEditor(version) {
  const node = await ensureNode();
  const folder = join(sharedCache(), "editors", version);
  const editor = {
    version: version.replace(/^4\.(\d+)\..*$/, "1.$1"),
    node,
    entry: join(folder, "node_modules/code-server/out/node/entry.js"),
  };
  const modules = join(folder, "node_modules/code-server/lib/vscode/node_modules");
  if (existsSync(editor.entry) && existsSync(modules)) return editor;
  await ensureSystemPackages(["build-essential", "python3", "libkrb5-dev"], "build code-server's native modules");
  say(`Installing code-server ${version} in ${folder} (a minute or two)…`);
  await rm(folder, { recursive: true, force: true });
  await createWhole(folder, async (partial) => {
    await run("npm", ["install", `code-server@${version}`, "--no-audit", "--no-fund"], {
      cwd: partial,
      environment: plainEnvironment({
        PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}`,
        // Native modules are built against this Node's headers, and its own npm package brings them.
        npm_config_nodedir: nodeHeaders(node),
        npm_config_unsafe_perm: "true",
      }),
      quiet: true,
      seconds: 1200,
    });
  });
  return editor;
}

/** The folder that holds `include/node` for a Node that came as an npm package. @param {string} node */
function nodeHeaders(node) {
  const architecture = process.arch === "x64" ? "x64" : process.arch;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const installed = join(dirname(node), "../node_modules", `node-${platform}-${architecture}`);
  return existsSync(installed) ? installed : join(dirname(node), "../..", `node-${platform}-${architecture}`);
}
