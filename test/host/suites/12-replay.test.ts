import assert from "node:assert/strict";
import { commands, Range, Uri, workspace, WorkspaceEdit, type CodeLens, type TextDocument } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import type { Simulator } from "../../../src/simulator/index.js";
import { activated, disconnected, editorsClosed, folder, ownSimulator, until, showFile } from "./support.js";

const file = [
  "version: 1",
  "timezone: UTC",
  "policies:",
  "  - name: web",
  "    match: { tags: [web] }",
  "    cpu: { min: 1, max: 4, target: 60% }",
  "  - name: db",
  "    match: { tags: [db] }",
  "    memory: { min: 1GiB, max: 8GiB, target: 60% }",
  "",
].join("\n");

describe("a replay from the editor", () => {
  const uri = Uri.joinPath(Uri.file(folder()), "replayed.autoscaler.yaml");
  const trace = Uri.joinPath(Uri.file(folder()), "usage.csv");
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
    for (const one of [uri, trace]) await workspace.fs.delete(one).then(undefined, () => undefined);
  });

  /** What is shown, once it is: in an editor that is open already a new text arrives a little later. */
  async function textOf(shown: Uri, begins: RegExp): Promise<string> {
    const document = await workspace.openTextDocument(shown);
    await until(
      () => begins.test(document.getText()),
      (listener) => workspace.onDidChangeTextDocument(listener),
    );
    return document.getText();
  }

  it("shows what the file would have done with the server's own record of the day", async function () {
    this.timeout(60_000);
    const shown = await commands.executeCommand<Uri>("lxcAutoscaler.replay", uri);
    const text = await textOf(
      shown,
      /^# Replay of replayed\.autoscaler\.yaml\n\nOver [\d,]+ readings of \d+ containers, /u,
    );
    assert.match(text, /^\| 101 web-1 \| /mu);
    assert.match(text, /^## Changes$/mu);
    assert.match(text, /^\| \d{4}-\d\d-\d\d \d\d:\d\d \| (?:cores|memory) \| \S+ → \S+ \| \S/mu);
    assert.equal(workspace.fs.isWritableFileSystem(shown.scheme) ?? false, false);
    const writes = simulator.control.requests().filter(({ method }) => method !== "GET");
    assert.deepEqual(writes, []);
  });

  it("is offered above each policy, and is about that policy's containers", async function () {
    this.timeout(60_000);
    const lenses = await commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", uri);
    const offered = lenses.flatMap(({ command }) => (command?.command === "lxcAutoscaler.replay" ? [command] : []));
    assert.equal(offered.length, 2);
    const [first] = offered;
    assert.ok(first);
    const shown = await commands.executeCommand<Uri>(first.command, ...((first.arguments ?? []) as unknown[]));
    const text = await textOf(shown, /^# Replay of policy web in replayed\.autoscaler\.yaml$/mu);
    assert.match(text, /\bweb-1\b/u);
    assert.doesNotMatch(text, /\bdb-\d/u);
  });

  it("sets what is typed beside what is saved", async function () {
    this.timeout(60_000);
    const edit = new WorkspaceEdit();
    const at = document.positionAt(file.indexOf("max: 4") + "max: ".length);
    edit.replace(uri, new Range(at, at.translate(0, 1)), "6");
    assert.ok(await workspace.applyEdit(edit));
    const shown = await commands.executeCommand<Uri>("lxcAutoscaler.replay", uri);
    const text = await textOf(shown, /^\| saved \| [\s\S]*^\| as typed \| /mu);
    assert.match(text, /^## Changes of saved$[\s\S]*^## Changes of as typed$/mu);
    await commands.executeCommand("workbench.action.files.revert", uri);
  });

  it("takes a recorded trace as well, and says what is wrong with one", async function () {
    this.timeout(60_000);
    const rows = Array.from(
      { length: 30 },
      (_, minute) =>
        `2026-11-20T10:${String(minute).padStart(2, "0")}:00Z,101,pve1,web-1,0.97,2,402653184,1073741824\n`,
    );
    const header = "time,vmid,node,name,cpu,cores,memory,memory_limit\n";
    await workspace.fs.writeFile(trace, new TextEncoder().encode(header + rows.join("")));
    const shown = await commands.executeCommand<Uri>("lxcAutoscaler.replayTrace", uri, trace);
    await textOf(shown, /^Over 30 readings of 1 container, 2026-11-20 10:00 to 2026-11-20 10:29 UTC\./mu);
    await workspace.fs.writeFile(trace, new TextEncoder().encode("not,a,trace\n"));
    assert.equal(await commands.executeCommand("lxcAutoscaler.replayTrace", uri, trace), null);
  });
});
