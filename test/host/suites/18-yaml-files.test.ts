import assert from "node:assert/strict";
import { commands, languages, Uri, window, workspace, type CodeLens, type Diagnostic } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import { activated, editorsClosed, folder, until } from "./support.js";

describe("YAML files of other names and languages", () => {
  let api: ExtensionApi;
  const written: Uri[] = [];

  before(async function () {
    this.timeout(60_000);
    api = await activated();
  });

  after(async () => {
    await editorsClosed();
    for (const uri of written) await workspace.fs.delete(uri).then(undefined, () => undefined);
  });

  async function write(name: string, text: string): Promise<Uri> {
    const uri = Uri.file(`${folder()}/${name}`);
    await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    written.push(uri);
    return uri;
  }

  const codes = (uri: Uri): readonly unknown[] =>
    languages.getDiagnostics(uri).map(({ code }: Diagnostic) => (typeof code === "object" ? code.value : code));
  const diagnosed = (holds: () => boolean): Promise<void> =>
    until(holds, (listener) => languages.onDidChangeDiagnostics(listener));

  it("are recognised as those of an earlier program by what is in them, with a way to migrate above it", async () => {
    const uri = await write("sizes.yml", "DEFAULT:\n  poll_interval: 300\n  cpu_upper_threshold: 80\n");
    await window.showTextDocument(uri);
    await diagnosed(() => codes(uri).includes("older-format"));
    assert.deepEqual(codes(uri), ["older-format"]);
    const lenses = await commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", uri);
    assert.deepEqual(
      lenses.map(({ command }) => [command?.title, command?.command]),
      [["Migrate…", "lxcAutoscaler.migrate"]],
    );
  });

  it("are left alone where they are of something else", async () => {
    const uri = await write("compose.yml", "services:\n  web: { image: nginx }\n");
    await window.showTextDocument(uri);
    await api.whenIdle();
    assert.deepEqual(codes(uri), []);
  });

  it("have one finding for one mistake where our file has the language of YAML", async () => {
    const uri = await write("site.autoscaler.yaml", "version: 1\nmode: apply\n");
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(await languages.setTextDocumentLanguage(document, "yaml"));
    await api.whenIdle();
    await workspace.fs.writeFile(uri, new TextEncoder().encode("version: 1\nmode: aply\n"));
    await diagnosed(() => codes(uri).length > 0);
    assert.deepEqual(codes(uri), ["not-a-choice"]);
  });

  it("are checked without being opened, and when they come and go", async () => {
    const uri = await write("unopened.autoscaler.yaml", "version: 1\nnonsense: 1\n");
    await diagnosed(() => codes(uri).includes("unknown-key"));
    assert.ok(workspace.textDocuments.every((document) => document.uri.toString() !== uri.toString()));
    await workspace.fs.delete(uri);
    await diagnosed(() => codes(uri).length === 0);
  });
});
