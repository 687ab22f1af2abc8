// npm run test:e2e [-- <file>]: a person's clicks in a browser-driven editor with the packaged extension.
// npm run pictures: pictures of every view in every look, into screenshots/, to be looked at.
import { join } from "node:path";
import { attempt, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";
import { root } from "./lib/directories.js";

await script(async () => {
  await ensureDependencies();
  const { buildOnce } = await import("./lib/bundle.js");
  const { createPackage } = await import("./lib/package.js");
  const { editorVersions, ensureEditor } = await import("./lib/editor.js");
  await buildOnce();
  await createPackage();
  await ensureEditor(editorVersions.newest);
  const pictures = process.argv.includes("--pictures");
  const configuration = `test/e2e/${pictures ? "pictures" : "vitest"}.config.ts`;
  // What else is given names tests: a part of a file's name, or `-t` and a part of a title.
  const wanted = process.argv.slice(2).filter((word) => word !== "--pictures");
  const args = [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", configuration, ...wanted];
  const { code } = await attempt(process.execPath, args, { cwd: root });
  process.exitCode = code;
});
