// npm run budgets: holds what was built and packed against the sizes we promise. Prints one line for each.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { bytesOf, loadedWith, packageOf } from "./lib/account.js";
import { script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { root } from "./lib/directories.js";
import { readJson } from "./lib/json.js";

/** @typedef {import("esbuild").Metafile} Account */
/** @typedef {{ name: string, value: number, limit: number, unit: string, detail?: string }} Line */

const packageLimit = 2_500_000;
const picturesLimit = 400_000;
const activationLimit = 150_000;
const pageLimit = 110_000;
/** Two small helpers in two versions are nobody's trouble; two of a heavy part are. */
const secondVersionsLimit = 20_000;

/** Parts that have no business in what activation loads. */
const heavy = ["undici", "vscode-languageclient", "vscode-languageserver-protocol", "yaml", "ajv", "luxon"];

/** @param {Account} account @returns {Line[]} */
function activation(account) {
  const files = loadedWith(account, "dist/extension.js");
  const bytes = bytesOf(account, files);
  const packages = new Set(files.flatMap((file) => Object.keys(account.outputs[file]?.inputs ?? {})).map(packageOf));
  const early = heavy.filter((name) => packages.has(name));
  return [
    { name: "loaded on activation", value: bytes, limit: activationLimit, unit: "bytes", detail: files.join(", ") },
    {
      name: "heavy parts loaded on activation",
      value: early.length,
      limit: 0,
      unit: "parts",
      detail: early.join(", "),
    },
  ];
}

/** Code that is in more than one file of dist/, or in a package that is there in two versions. @param {Account} account @returns {Line[]} */
function duplicates(account) {
  /** @type {Map<string, Set<string>>} */
  const outputsOf = new Map();
  /** Bytes of a package by the folder that it is installed in. @type {Map<string, Map<string, number>>} */
  const copiesOf = new Map();
  for (const [output, { inputs }] of Object.entries(account.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      if (bytesInOutput === 0) continue;
      outputsOf.set(input, (outputsOf.get(input) ?? new Set()).add(output));
      const name = packageOf(input);
      if (name === null) continue;
      const folder = input.slice(0, input.lastIndexOf(`node_modules/${name}/`));
      /** @type {Map<string, number>} */
      const copies = copiesOf.get(name) ?? new Map();
      copiesOf.set(name, copies.set(folder, (copies.get(folder) ?? 0) + bytesInOutput));
    }
  }
  const twice = [...outputsOf].filter(([, outputs]) => outputs.size > 1).map(([input]) => input);
  const versions = [...copiesOf].filter(([, copies]) => copies.size > 1);
  const bytes = versions.map(([, copies]) => Math.min(...copies.values())).reduce((sum, size) => sum + size, 0);
  return [
    { name: "source files carried twice", value: twice.length, limit: 0, unit: "files", detail: twice.join(", ") },
    {
      name: "packages carried in a second version",
      value: bytes,
      limit: secondVersionsLimit,
      unit: "bytes",
      detail: versions.map(([name]) => name).join(", "),
    },
  ];
}

/** The bytes of the files below a folder whose names match. @param {string} folder @param {RegExp} pattern */
async function bytesBelow(folder, pattern) {
  let sum = 0;
  for (const file of await readdir(folder, { recursive: true })) {
    if (pattern.test(file)) sum += (await stat(join(folder, file))).size;
  }
  return sum;
}

await script(async () => {
  await ensureDependencies();
  const { accountFile, pagesAccountFile } = await import("./lib/bundle.js");
  const { packageFile } = await import("./lib/package.js");
  const account = /** @type {Account} */ (await readJson(accountFile));
  const pages = /** @type {Account} */ (await readJson(pagesAccountFile));
  /** @type {Line[]} */
  const lines = [
    { name: "package", value: (await stat(await packageFile())).size, limit: packageLimit, unit: "bytes" },
    {
      name: "pictures in the package",
      value: await bytesBelow(join(root, "media"), /\.(png|jpe?g|webp|gif|svg)$/),
      limit: picturesLimit,
      unit: "bytes",
    },
    ...activation(account),
    {
      name: "what a chart's page loads",
      value: bytesOf(pages, Object.keys(pages.outputs)),
      limit: pageLimit,
      unit: "bytes",
    },
    ...duplicates(account),
  ];
  for (const { name, value, limit, unit, detail } of lines) {
    const over = value > limit;
    if (over) process.exitCode = 1;
    console.log(
      `${over ? "✗" : "✓"} ${name}: ${value} of at most ${limit} ${unit}${over && detail ? ` (${detail})` : ""}`,
    );
  }
});
