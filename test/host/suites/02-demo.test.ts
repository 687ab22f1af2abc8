import assert from "node:assert/strict";
import { commands, window } from "vscode";
import type { ExtensionApi } from "../../../src/extension/api.js";
import { languageId } from "../../../src/extension/ids.js";
import { activated, disconnected, editorsClosed, flat, rowOf } from "./support.js";

describe("the demo cluster", () => {
  let api: ExtensionApi;

  before(async function () {
    this.timeout(60_000);
    api = await activated();
    api.answerQuestions?.(() => {
      throw new Error("nothing is changed without a question of this suite's");
    });
    await commands.executeCommand("lxcAutoscaler.tryDemo");
    await api.whenIdle();
  });

  after(async () => {
    await editorsClosed();
    await disconnected(api);
  });

  it("fills the tree: three nodes, twenty containers, one of them in trouble", async () => {
    const rows = await api.rows("containers");
    const of = (kind: RegExp): number => flat(rows).filter(({ contextValue }) => kind.test(contextValue)).length;
    assert.deepEqual([of(/^cluster\./u), of(/^node\./u), of(/^container\./u)], [1, 3, 20]);
    assert.equal(api.containersState(), "tree");
    const trouble = rowOf(rows, "web-2");
    assert.equal(trouble.icon, "warning");
    assert.match(trouble.description, /^102 · \d+ % · \d\.\d\/1\.0 GiB$/u);
    assert.equal(rowOf(rows, "golden").contextValue, "container.template");
    assert.equal(rowOf(rows, "forum-old").description, "119 · stopped");
  });

  it("is summed up in the status bar", () => {
    assert.equal(api.statusBar(), "$(server-environment) 3 nodes · 20 LXC");
  });

  it("opens a file to try, in our language", () => {
    const document = window.visibleTextEditors.at(0)?.document;
    assert.equal(document?.languageId, languageId);
    assert.match(document.getText(), /mode: recommend/u);
  });

  it("plans without a question: changes, what is blocked and what holds, each with reasons", async function () {
    this.timeout(60_000);
    await commands.executeCommand("lxcAutoscaler.dryRun");
    const sections = await api.rows("scaling");
    assert.deepEqual(
      sections.map(({ label }) => label),
      ["Changes", "Blocked", "Holding"],
    );
    for (const section of sections) {
      assert.ok(section.children.length > 0, `${section.label} is empty`);
      for (const decision of section.children)
        assert.ok(decision.children.length > 0, `${decision.label} has no reason`);
    }
    const growth = rowOf(sections, "▲ db-2 memory 2 GiB → 3 GiB");
    assert.equal(growth.checked, true);
    assert.match(api.statusBar(), /· \d+ changes$/u);
  });

  it("shows the new size at once after a change was applied", async function () {
    this.timeout(60_000);
    const questions: { readonly message: string; readonly detail: string }[] = [];
    api.answerQuestions?.((question) => {
      questions.push(question);
      return true;
    });
    await commands.executeCommand("lxcAutoscaler.applyChecked");
    await api.whenIdle();
    assert.equal(questions.length, 1);
    assert.match(questions[0]?.message ?? "", /^Apply \d+ changes on demo \(127\.0\.0\.1:\d+\)\?$/u);
    assert.match(questions[0]?.detail ?? "", /▲ db-2 memory 2 GiB → 3 GiB {2}\(CT 110\)/u);
    for (const { name, resource, outcome, verified, error } of api.outcomes()) {
      assert.equal(`${name} ${resource} ${outcome} ${verified} ${error ?? ""}`, `${name} ${resource} applied true `);
    }
    assert.match(rowOf(await api.rows("containers"), "db-2").description, /\/3\.0 GiB/u);
    assert.match(rowOf(await api.rows("scaling"), "▲ db-2 memory").description, /read back as 3 GiB/u);
    assert.match(api.statusBar(), /· 0 changes$/u);
  });
});
