import assert from "node:assert/strict";
import {
  commands,
  Range,
  languages,
  window,
  workspace,
  WorkspaceEdit,
  DiagnosticSeverity,
  type CompletionList,
  type TextDocument,
} from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import { languageId } from "../../../src/extension/ids.js";
import { activated, disconnected, editorsClosed, ownSimulator, until } from "./support.js";

const good =
  "version: 1\npolicies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { min: 1, max: 4, target: 60% }\n";

describe("an autoscaler file in the editor", () => {
  let api: ExtensionApi;
  let document: TextDocument;

  before(async function () {
    this.timeout(60_000);
    api = await activated();
    document = await workspace.openTextDocument({ language: languageId, content: good });
    await window.showTextDocument(document);
    await api.whenIdle();
  });

  after(() => editorsClosed());

  const found = () => languages.getDiagnostics(document.uri);
  const diagnosed = (holds: () => boolean): Promise<void> =>
    until(holds, (listener) => languages.onDidChangeDiagnostics(listener));

  async function replace(text: string): Promise<void> {
    const edit = new WorkspaceEdit();
    edit.replace(document.uri, new Range(document.positionAt(0), document.positionAt(document.getText().length)), text);
    assert.ok(await workspace.applyEdit(edit));
  }

  it("is underlined where it is wrong, and no more once it is right", async () => {
    await replace(good.replace("max: 4", "maxx: 4"));
    await diagnosed(() => found().some(({ severity }) => severity === DiagnosticSeverity.Error));
    const errors = found().filter(({ severity }) => severity === DiagnosticSeverity.Error);
    assert.equal(errors.length, 1);
    assert.equal(errors[0]?.range.start.line, 4);
    assert.match(errors[0].message, /maxx/u);
    const { code } = errors[0];
    assert.ok(typeof code === "object", "the code of a finding links to its explanation");
    assert.equal(code.value, "unknown-key");
    assert.equal(code.target.fragment, "unknown-key");
    const explanations = await workspace.fs.readFile(code.target.with({ fragment: "" }));
    assert.match(new TextDecoder().decode(explanations), /unknown-key/u);
    await replace(good);
    await diagnosed(() => found().every(({ severity }) => severity !== DiagnosticSeverity.Error));
  });

  it("proposes what there is in the cluster, while one is connected", async function () {
    this.timeout(60_000);
    const simulator = await ownSimulator();
    try {
      await api.connect(simulator);
      await api.whenIdle();
      const text = good.replace("tags: [web]", "vmids: [ ]");
      await replace(text);
      const proposed = await commands.executeCommand<CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        document.positionAt(text.indexOf("[ ]") + 1),
      );
      const container = proposed.items.find(({ label }) => (typeof label === "string" ? label : label.label) === "101");
      assert.match(container?.detail ?? "", /^web-1 · /u);
    } finally {
      await disconnected(api);
      await simulator.close();
    }
  });
});
