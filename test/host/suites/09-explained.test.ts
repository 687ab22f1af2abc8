import assert from "node:assert/strict";
import type { DocumentLink } from "vscode";
import { commands, Uri, window, workspace } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, editorsClosed, folder, ownSimulator } from "./support.js";

const file = [
  "version: 1",
  "defaults: { cpu: { min: 1, max: 4, target: 60% } }",
  "policies:",
  "  - name: web",
  "    match: { tags: [web] }",
  "    cpu: { max: 6 }",
  "",
].join("\n");

describe("a container explained", () => {
  let api: ExtensionApi;
  let simulator: Simulator;
  const uri = Uri.joinPath(Uri.file(folder()), "explained.autoscaler.yaml");

  before(async function () {
    this.timeout(60_000);
    api = await activated();
    await workspace.fs.writeFile(uri, new TextEncoder().encode(file));
    await window.showTextDocument(uri);
    simulator = await ownSimulator();
    await api.connect(simulator);
  });

  after(async () => {
    await editorsClosed();
    await disconnected(api);
    await simulator.close();
    await workspace.fs.delete(uri);
  });

  it("shows its effective settings, read-only, with a link to each line", async function () {
    this.timeout(60_000);
    const shown = await commands.executeCommand<Uri>("lxcAutoscaler.showEffectiveSettings", api.element(101));
    const document = await workspace.openTextDocument(shown);
    assert.match(document.getText(), /^ {2}max: 6 +# policy web, line 6$/mu);
    assert.equal(workspace.fs.isWritableFileSystem(shown.scheme) ?? false, false);
    const links = await commands.executeCommand<DocumentLink[]>("vscode.executeLinkProvider", shown);
    const targets = links.map(({ target }) => target?.toString());
    assert.ok(targets.includes(uri.with({ fragment: "L6" }).toString()), targets.join(", "));
  });

  it("gets a policy of its own, in the editor and not on the disk", async function () {
    this.timeout(60_000);
    assert.equal(await commands.executeCommand("lxcAutoscaler.addPolicy", api.element(102)), true);
    const document = await workspace.openTextDocument(uri);
    assert.match(document.getText(), /\n {2}- name: \S+\n {4}match: \{ vmids: \[102\] \}\n {4}cpu: \{ min: /u);
    assert.equal(document.isDirty, true);
    assert.equal(new TextDecoder().decode(await workspace.fs.readFile(uri)), file);
    await commands.executeCommand("workbench.action.files.revert");
  });

  it("shows why it has its size, by the plan that was made", async function () {
    this.timeout(60_000);
    await commands.executeCommand("lxcAutoscaler.dryRun", uri);
    await api.whenIdle();
    const shown = await commands.executeCommand<Uri>("lxcAutoscaler.whyThisSize", api.element(101));
    const text = (await workspace.openTextDocument(shown)).getText();
    assert.match(text, /^The present plan: explained\.autoscaler\.yaml, made at /mu);
    assert.match(text, /^ {2}(?:[▲▼] )?web-1 cores .*\n {4}- /mu);
  });
});
