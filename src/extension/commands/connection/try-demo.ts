import { l10n, window } from "vscode";
import type { App } from "../../app.js";
import { demoId } from "../../demo/demo-cluster.js";
import { viewIds } from "../../ids.js";
import { focusView } from "../../notify.js";

/** Starts the built-in cluster in the background, connects to it, and opens a file to try. */
export async function tryDemo(app: App): Promise<void> {
  // First, not last: whatever the person does meanwhile must not lose the keyboard.
  await focusView("containers");
  await window.withProgress(
    { location: { viewId: viewIds.containers }, title: l10n.t("Starting the demo cluster") },
    async () => {
      const known = app.clusters.byId(demoId);
      if (known === undefined || !app.demo.running) {
        const { connection, secret } = await app.demo.start();
        await app.clusters.connect(connection, secret);
        app.log.info(`The demo cluster listens on ${connection.endpoints.join(", ")}.`);
      }
      await app.demoFile.open();
    },
  );
}
