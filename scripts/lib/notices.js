// The notices that the licences of bundled packages ask for, from what is really in the bundles.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./directories.js";
import { readJson } from "./json.js";

/** Licences whose code may be part of a program under GPL-3.0-or-later. */
const compatible = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "GPL-3.0",
  "GPL-3.0-only",
  "GPL-3.0-or-later",
  "ISC",
  "MIT",
  "Python-2.0",
  "Unlicense",
]);

/** @typedef {{ name: string, version: string, license?: string, author?: string | { name?: string } }} Manifest */

/**
 * The folders of the packages that have code in the outputs of a build, sorted by name.
 * @param {import("esbuild").Metafile} account
 */
function bundledPackages(account) {
  const folders = new Set();
  for (const output of Object.values(account.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return /** @type {string[]} */ ([...folders]).sort();
}

/**
 * One text with name, version and licence of each bundled package. Rejects if a licence does not go with ours.
 * @param {import("esbuild").Metafile} account
 */
export async function thirdPartyNotices(account) {
  const parts = [
    "LXC Autoscaler for Proxmox VE contains code of the following packages, under the licences that follow their names.",
  ];
  /** @type {Set<string>} */
  const seen = new Set();
  for (const folder of bundledPackages(account)) {
    const manifest = /** @type {Manifest} */ (await readJson(join(root, folder, "package.json")));
    const title = `${manifest.name} ${manifest.version}`;
    if (seen.has(title)) continue;
    seen.add(title);
    const license = manifest.license ?? "none named";
    const choices = license.replace(/[()]/g, "").split(" OR ");
    if (!choices.some((choice) => choice.split(" AND ").every((part) => compatible.has(part)))) {
      throw new Error(`${title} is bundled, but its licence (${license}) is not known to go with GPL-3.0-or-later.`);
    }
    const files = (await readdir(join(root, folder)))
      .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
      .sort();
    const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), "utf8")));
    const author = typeof manifest.author === "object" ? manifest.author.name : manifest.author;
    const text =
      texts.length > 0 ? texts.join("\n\n") : `By ${author ?? "its authors"}; the package brings no licence text.`;
    parts.push(`${title} (${license})\n${"-".repeat(72)}\n${text.trim()}`);
  }
  return `${parts.join("\n\n\n")}\n`;
}
