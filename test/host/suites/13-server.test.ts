import assert from "node:assert/strict";
import { commands, languages, window, workspace, type CompletionList, type TextDocument } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import { languageId } from "../../../src/extension/ids.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, editorsClosed, ownSimulator, until } from "./support.js";

const text = "version: 1\npolicies:\n  - name: web\n    match: { vmids: [ ] }\n    cpu: { maxx: 4 }\n";

describe("a language server that dies", () => {
  let api: ExtensionApi;
  let simulator: Simulator;
  let document: TextDocument;

  before(async function () {
    this.timeout(60_000);
    api = await activated();
    document = await workspace.openTextDocument({ language: languageId, content: text });
    await window.showTextDocument(document);
    simulator = await ownSimulator();
    await api.connect(simulator);
    await api.whenIdle();
    await commands.executeCommand("lxcAutoscaler.restartLanguageServer");
    await diagnosed(true);
  });

  after(async () => {
    await editorsClosed();
    await disconnected(api);
    await simulator.close();
  });

  const diagnosed = (are: boolean): Promise<void> =>
    until(
      () => languages.getDiagnostics(document.uri).length > 0 === are,
      (listener) => languages.onDidChangeDiagnostics(listener),
    );

  /** Kills it, and waits until the editor has noticed: what it had found is gone. */
  async function kill(): Promise<number> {
    const pid = await api.languageServerPid();
    assert.ok(pid, "no language server runs");
    const gone = diagnosed(false);
    process.kill(pid, "SIGKILL");
    await gone;
    return pid;
  }

  it("is started again, with a word about why, and knows everything that it knew", async function () {
    this.timeout(60_000);
    const pid = await kill();
    await diagnosed(true);
    await api.whenIdle();
    const now = await api.languageServerPid();
    assert.ok(now !== null && now !== pid);
    const why = /was started again\. It was ended from outside \(SIGKILL\)/u;
    assert.match(api.told().at(-1) ?? "", why);
    const proposed = await commands.executeCommand<CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      document.positionAt(text.indexOf("[ ]") + 1),
    );
    const labels = proposed.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    assert.ok(labels.includes("101"), labels.join(", "));
  });

  it("is left when it dies again, until somebody asks for it", async function () {
    this.timeout(60_000);
    await kill();
    assert.match(api.told().at(-1) ?? "", /has ended again: autoscaler files are not checked any more\. It was/u);
    assert.equal(await api.languageServerPid(), null);
    await commands.executeCommand("lxcAutoscaler.restartLanguageServer");
    await diagnosed(true);
    assert.notEqual(await api.languageServerPid(), null);
  });
});
