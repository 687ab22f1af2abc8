// npm start: builds, and opens the demo in the VS Code that is there, or in a code-server in the browser.
// Options: --code-server (even if there is a VS Code), --port <number>.
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { say, script } from "./lib/commands.js";
import { ensureDependencies } from "./lib/dependencies.js";

await script(async () => {
  const { values } = parseArgs({
    options: { "code-server": { type: "boolean", default: false }, port: { type: "string", default: "8391" } },
  });
  await ensureDependencies();
  const { buildOnce } = await import("./lib/bundle.js");
  const { createPackage } = await import("./lib/package.js");
  const { findDesktopEditor, openInCodeServer, openInDesktopEditor, prepareDemo } = await import("./lib/demo.js");
  say("Building…");
  await buildOnce();
  const extension = await createPackage();
  say(`Packed ${basename(extension)}.`);
  const demo = await prepareDemo();
  const found = values["code-server"] ? null : await findDesktopEditor();
  const opened =
    found === null
      ? await openInCodeServer(demo, extension, Number(values.port))
      : await openInDesktopEditor(found, demo, extension);

  console.log(opened.message);
  console.log("Ctrl+C stops the demo and everything it started.");
  await new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
    process.once("SIGHUP", resolve);
    void opened.ended.then(resolve);
  });
  say("Stopping…");
  await opened.close();
});
