import assert from "node:assert/strict";
import { commands, Range, Uri, workspace, WorkspaceEdit, type TextDocument } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, editorsClosed, folder, ownSimulator, rowOf, showFile } from "./support.js";

const file =
  "version: 1\ntimezone: UTC\npolicies:\n  - name: db\n    match: { vmids: [110] }\n    memory: { min: 3GiB, max: 8GiB, target: 50% }\n";

describe("a plan while its file is typed on", () => {
  const uri = Uri.joinPath(Uri.file(folder()), "typed.autoscaler.yaml");
  let api: ExtensionApi;
  let simulator: Simulator;
  let document: TextDocument;

  before(async function () {
    this.timeout(60_000);
    api = await activated();
    document = await showFile(uri, file);
    simulator = await ownSimulator();
    await api.connect(simulator);
    await commands.executeCommand("lxcAutoscaler.dryRun", uri);
    await api.whenIdle();
  });

  after(async () => {
    await editorsClosed();
    await disconnected(api);
    await simulator.close();
    await workspace.fs.delete(uri);
  });

  async function type(text: string): Promise<void> {
    const edit = new WorkspaceEdit();
    edit.replace(uri, new Range(document.positionAt(0), document.positionAt(document.getText().length)), text);
    assert.ok(await workspace.applyEdit(edit));
    await api.whenIdle();
  }

  it("shows what the text would do, without a check box, and asks the cluster nothing", async () => {
    assert.equal(rowOf(await api.rows("scaling"), "▲ db-2 memory 2 GiB → 3 GiB").checked, true);
    await type(file.replace("3GiB", "4GiB"));
    const row = rowOf(await api.rows("scaling"), "▲ db-2 memory 2 GiB → 4 GiB");
    assert.deepEqual([row.checked, row.contextValue, row.icon], [null, "decision.scale-up.preview", "edit"]);
    assert.match(api.statusBar(), /1 change · preview$/u);
  });

  it("applies nothing of it, also where it is asked to", async () => {
    api.answerQuestions?.(() => {
      throw new Error("nobody is to be asked about a preview");
    });
    assert.equal(await commands.executeCommand("lxcAutoscaler.applyChecked"), null);
    await api.whenIdle();
    assert.deepEqual(api.outcomes(), []);
  });

  it("keeps the last that could be planned for while the text is broken", async () => {
    await type(`${file.replace("3GiB", "4GiB")}broken: [\n`);
    assert.match(
      api.planMessage(),
      /^typed\.autoscaler\.yaml, line \d+: .* Shown is the last that could be planned for\.$/u,
    );
    rowOf(await api.rows("scaling"), "▲ db-2 memory 2 GiB → 4 GiB");
  });

  it("is the plan of the dry run again, to be applied, when the text is", async () => {
    await type(file);
    assert.equal(api.planMessage(), "");
    assert.equal(rowOf(await api.rows("scaling"), "▲ db-2 memory 2 GiB → 3 GiB").checked, true);
  });
});
