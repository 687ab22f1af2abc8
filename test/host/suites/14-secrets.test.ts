import assert from "node:assert/strict";
import { commands, languages, Uri, workspace, type CodeAction, type TextDocument } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, editorsClosed, folder, ownSimulator, until, showFile } from "./support.js";

const secret = "lxc@pve!scaler=0c1a5f9e-7f43-4a6e-8f0b-3f2f6f4a1b2c";
const file = [
  "version: 1",
  "timezone: UTC",
  "history:",
  `  prometheus: { url: "http://127.0.0.1:9", token: "${secret}" }`,
  "  source: proxmox",
  "policies:",
  "  - name: web",
  "    match: { tags: [web] }",
  "    cpu: { min: 1, max: 4, target: 60% }",
  "",
].join("\n");

describe("a secret in clear text", () => {
  const uri = Uri.joinPath(Uri.file(folder()), "secret.autoscaler.yaml");
  let api: ExtensionApi;
  let simulator: Simulator;
  let document: TextDocument;

  before(async function () {
    this.timeout(60_000);
    api = await activated();
    document = await showFile(uri, file);
    simulator = await ownSimulator();
    await api.connect(simulator);
    await api.whenIdle();
  });

  after(async () => {
    await editorsClosed();
    await disconnected(api);
    await simulator.close();
    await workspace.fs.delete(uri);
  });

  const codes = (): readonly string[] =>
    languages.getDiagnostics(uri).map(({ code }) => String(typeof code === "object" ? code.value : code));
  const found = (code: string, is: boolean): Promise<void> =>
    until(
      () => codes().includes(code) === is,
      (listener) => languages.onDidChangeDiagnostics(listener),
    );

  it("moves into the editor's key store by its quick fix, and leaves a reference that resolves here", async function () {
    this.timeout(60_000);
    await found("secret-in-clear-text", true);
    const [about] = languages
      .getDiagnostics(uri)
      .filter(({ code }) => typeof code === "object" && code.value === "secret-in-clear-text");
    assert.ok(about);
    const actions = await commands.executeCommand<CodeAction[]>("vscode.executeCodeActionProvider", uri, about.range);
    const keep = actions.find(({ command }) => command?.command === "lxcAutoscaler.keepSecret")?.command;
    assert.ok(keep, actions.map(({ title }) => title).join(", "));
    const name = await commands.executeCommand<string>(keep.command, ...((keep.arguments ?? []) as unknown[]));
    assert.equal(name, "PROXMOX_TOKEN");
    assert.match(document.getText(), /token: "\$\{env:PROXMOX_TOKEN\}" \}/u);
    assert.ok(!document.getText().includes(secret));
    await found("secret-in-clear-text", false);
    await api.whenIdle();
    assert.deepEqual(
      codes().filter((code) => code === "unresolved-reference"),
      [],
    );
    assert.ok(api.told().every((words) => !words.includes(secret)));
  });

  it("is known to the dry run", async function () {
    this.timeout(60_000);
    await commands.executeCommand("lxcAutoscaler.dryRun", uri);
    await api.whenIdle();
    assert.notEqual(api.plan(), null);
  });

  it("is forgotten when that is asked for, and then the reference is unresolved", async function () {
    this.timeout(60_000);
    api.answerQuestions?.(({ message }) => message === "Forget the secret PROXMOX_TOKEN?");
    assert.equal(await commands.executeCommand("lxcAutoscaler.forgetSecret", "PROXMOX_TOKEN"), true);
    await found("unresolved-reference", true);
  });
});
