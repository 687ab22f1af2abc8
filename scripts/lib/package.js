// Packs dist/ and what goes with it into the .vsix.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { root, scratch } from "./directories.js";
import { readJson } from "./json.js";

/** The file that `npm run package` makes. */
export async function packageFile() {
  const { version } = /** @type {{ version: string }} */ (await readJson(join(root, "package.json")));
  return join(root, `lxc-autoscaler-${version}.vsix`);
}

/** Packs what is built. Gives the path of the .vsix. */
export async function createPackage() {
  const packagePath = await packageFile();
  const readmePath = join(scratch, "vsix/README.md");
  await mkdir(join(scratch, "vsix"), { recursive: true });
  // Pictures of the repository's front page stay there: VS Code shows an extension's page without a base for them.
  const readme = (await readFile(join(root, "README.md"), "utf8")).replace(/^!\[[^\]]*\]\((?!https:)[^)]*\)\n+/gm, "");
  await writeFile(readmePath, readme);
  await rm(packagePath, { force: true });
  await createVSIX({
    cwd: root,
    packagePath,
    readmePath: ".cache/vsix/README.md",
    dependencies: false,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  return packagePath;
}
