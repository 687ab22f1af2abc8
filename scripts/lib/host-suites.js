// Bundles the suites of test/host with Mocha into an extension for tests, and packs that.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";
import { common } from "./bundle.js";
import { root, scratch } from "./directories.js";

const suites = join(root, "test/host/suites");

/** The bundles and the manifest of the extension for tests. */
export const hostRunner = join(scratch, "host-runner");

const manifest = {
  name: "lxc-autoscaler-host-runner",
  displayName: "Host test runner",
  description: "Runs the suites of LXC Autoscaler inside an extension host.",
  publisher: "lxc-autoscaler-tests",
  version: "0.0.0",
  license: "GPL-3.0-or-later",
  private: true,
  type: "module",
  main: "./extension.js",
  engines: { vscode: "^1.101.0" },
  activationEvents: ["onStartupFinished"],
};

/**
 * Builds and packs the suites. Gives the path of the .vsix.
 * @param {readonly string[]} [only] beginnings of file names; all unless given
 */
export async function packHostSuites(only = []) {
  const files = (await readdir(suites, { recursive: true }))
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => only.length === 0 || only.some((beginning) => file.startsWith(beginning)))
    .sort();
  const list = files
    .map((file) => `{ file: ${JSON.stringify(file)}, load: () => import(${JSON.stringify(`./${file}`)}) }`)
    .join(",\n");
  /** @type {Record<string, string>} */
  const entries = {
    extension: `import { activateWith } from "../runner/extension.js";
export const activate = () => activateWith([${list}]);`,
    desktop: `import { runWith } from "../runner/extension.js";
export const run = () => runWith([${list}]);`,
  };
  await rm(hostRunner, { recursive: true, force: true });
  await mkdir(hostRunner, { recursive: true });
  await build({
    ...common,
    entryPoints: Object.keys(entries).map((name) => ({ in: `entry:${name}`, out: name })),
    outdir: hostRunner,
    sourcemap: "inline",
    plugins: [
      {
        name: "entries",
        setup(inner) {
          inner.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice(6), namespace: "entry" }));
          inner.onLoad({ filter: /.*/, namespace: "entry" }, ({ path }) => ({
            contents: entries[path] ?? "",
            resolveDir: suites,
          }));
        },
      },
    ],
  });
  await writeFile(join(hostRunner, "package.json"), JSON.stringify(manifest));
  await writeFile(join(hostRunner, "README.md"), "For tests only.\n");
  await writeFile(join(hostRunner, ".vscodeignore"), "*.vsix\n");
  const packagePath = join(hostRunner, "host-runner.vsix");
  await createVSIX({
    cwd: hostRunner,
    packagePath,
    dependencies: false,
    allowMissingRepository: true,
    skipLicense: true,
  });
  return packagePath;
}
