import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { workspace } from "vscode";
import { activated, folder, until } from "./support.js";

describe("settings", () => {
  const file = (): string => join(folder(), ".vscode/settings.json");

  before(async () => {
    await activated();
    const changed = until(
      () => workspace.getConfiguration("lxcAutoscaler").get("refreshInterval") === 120,
      (listener) => workspace.onDidChangeConfiguration(listener),
    );
    await mkdir(join(folder(), ".vscode"), { recursive: true });
    await writeFile(
      file(),
      JSON.stringify({
        "lxcAutoscaler.refreshInterval": 120,
        "lxcAutoscaler.requestTimeout": 1,
        "lxcAutoscaler.recordsDirectory": "/tmp/elsewhere",
      }),
    );
    await changed;
  });

  after(async () => {
    const changed = until(
      () => workspace.getConfiguration("lxcAutoscaler").get("refreshInterval") === 10,
      (listener) => workspace.onDidChangeConfiguration(listener),
    );
    await rm(join(folder(), ".vscode"), { recursive: true });
    await changed;
  });

  it("of how a host is reached and where records go can't come from a workspace", () => {
    const settings = workspace.getConfiguration("lxcAutoscaler");
    assert.equal(settings.get("requestTimeout"), 30);
    assert.equal(settings.get("recordsDirectory"), "");
  });

  it("of the looks can", () => {
    assert.equal(workspace.getConfiguration("lxcAutoscaler").get("refreshInterval"), 120);
  });
});
