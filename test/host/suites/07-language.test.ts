import assert from "node:assert/strict";
import { Range, languages, window, workspace, WorkspaceEdit, DiagnosticSeverity, type TextDocument } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import { languageId } from "../../../src/extension/ids.js";
import { activated, editorsClosed, until } from "./support.js";

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
    await replace(good);
    await diagnosed(() => found().every(({ severity }) => severity !== DiagnosticSeverity.Error));
  });
});
