import { window } from "vscode";
import type { App } from "../../app.js";
import { isContainersElement } from "../../containers/elements.js";
import { viewIds } from "../../ids.js";

/** Reads every cluster anew, or the one that was clicked. */
export async function refresh(app: App, target?: unknown): Promise<void> {
  const clusters = isContainersElement(target) ? [target.cluster] : app.clusters.all;
  await window.withProgress({ location: { viewId: viewIds.containers } }, async () => {
    await Promise.all(clusters.map(({ inventory }) => inventory.refresh()));
  });
}
