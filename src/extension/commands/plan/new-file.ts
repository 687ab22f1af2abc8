import { l10n, SnippetString, window, workspace } from "vscode";
import type { App } from "../../app.js";
import { languageId } from "../../ids.js";

/** A file to begin with: it recommends, and bounds every size. */
function beginning(): SnippetString {
  const lines = [
    `# ${l10n.t("Which containers are scaled, and between which sizes.")}`,
    "version: 1",
    "interval: 60s",
    "timezone: ${1:UTC}",
    "mode: recommend",
    "",
    "defaults:",
    "  cpu:",
    "    min: 1",
    "    max: ${2:4}",
    "    scaleUp: { above: 80%, for: 2m, step: 1 }",
    "    scaleDown: { below: 25%, for: 15m, step: 1 }",
    "  memory:",
    "    min: 512MiB",
    "    max: ${3:4GiB}",
    "    scaleUp: { above: 85%, for: 2m, step: 512MiB }",
    "    scaleDown: { below: 40%, for: 30m, step: 256MiB }",
    "    headroom: 20%",
    "",
    "policies:",
    "  - name: ${4:web}",
    "    match: { tags: [${5:web}] }",
    "$0",
  ];
  return new SnippetString(lines.join("\n"));
}

/** Opens a new autoscaler file that is to be filled in and saved. */
export async function newFile({ files }: App): Promise<void> {
  const document = await workspace.openTextDocument({ language: languageId });
  const editor = await window.showTextDocument(document);
  await editor.insertSnippet(beginning());
  files.activate(document.uri);
}
