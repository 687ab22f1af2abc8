import assert from "node:assert/strict";
import { commands, DiagnosticSeverity, languages, TabInputTextDiff, Uri, window, workspace } from "vscode";
import { activated, editorsClosed, folder } from "./support.js";

const older = ["DEFAULT:", "  poll_interval: 300", "  ssh_password: hunter22", "  cpu_upper_threshold: 85", ""].join(
  "\n",
);

describe("a file of an earlier program", () => {
  const source = Uri.joinPath(Uri.file(folder()), "lxc_autoscale.yaml");
  const target = Uri.joinPath(Uri.file(folder()), "autoscaler.yaml");

  before(async () => {
    await activated();
    await workspace.fs.writeFile(source, new TextEncoder().encode(older));
  });

  after(async () => {
    await editorsClosed();
    for (const uri of [source, target]) await workspace.fs.delete(uri).then(undefined, () => undefined);
  });

  it("is shown beside what it becomes, which is saved as autoscaler.yaml when asked", async function () {
    this.timeout(60_000);
    const proposed = await commands.executeCommand<Uri>("lxcAutoscaler.migrate", source);
    const input = window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof TabInputTextDiff);
    assert.deepEqual([input.original.toString(), input.modified.toString()], [String(source), String(proposed)]);
    const document = await workspace.openTextDocument(proposed);
    assert.match(document.getText(), /^version: 1$/mu);
    assert.doesNotMatch(document.getText(), /hunter22/u);
    const notes = languages.getDiagnostics(source).filter((one) => one.source === "lxc-autoscaler migrate");
    assert.ok(notes.some(({ severity }) => severity === DiagnosticSeverity.Warning));

    const saved = await commands.executeCommand<Uri>("lxcAutoscaler.saveMigrated");
    assert.equal(String(saved), String(target));
    assert.equal(new TextDecoder().decode(await workspace.fs.readFile(target)), document.getText());
    assert.equal(new TextDecoder().decode(await workspace.fs.readFile(source)), older);
  });
});
