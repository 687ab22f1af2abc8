import { afterEach, describe, expect, it } from "vitest";
import type { CodeAction, Range } from "vscode-languageserver/node";
import { inventory } from "./cluster.js";
import { startSession, uri } from "./session.js";

let session: Awaited<ReturnType<typeof startSession>>;

afterEach(() => session[Symbol.asyncDispose]());

function actionsAt(range: Range, only?: readonly string[]): Promise<readonly CodeAction[]> {
  return session.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range,
    context: { diagnostics: [], ...(only === undefined ? {} : { only }) },
  });
}

const start: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const older = "DEFAULT:\n  poll_interval: 300\n";

describe("an older file", () => {
  it("is migrated by a command of the editor", async () => {
    session = await startSession({ initialization: { commands: { migrate: "lxcAutoscaler.migrate" } } });
    const diagnostics = await session.open(older);
    expect(diagnostics).toMatchObject([{ code: "older-format" }]);
    expect(await actionsAt(start)).toMatchObject([
      {
        title: "Migrate to version 1…",
        kind: "quickfix",
        isPreferred: true,
        diagnostics: [{ code: "older-format" }],
        command: { command: "lxcAutoscaler.migrate", arguments: [uri] },
      },
    ]);
  });

  it("offers no command to a client that has none", async () => {
    session = await startSession();
    await session.open(older);
    expect(await actionsAt(start)).toEqual([]);
  });
});

describe("on the id of a container", () => {
  const text = "version: 1\npolicies:\n  - name: web\n    match: { vmids: [101] }\n    cpu: { target: 60%, max: 4 }\n";
  const onId: Range = { start: { line: 3, character: 22 }, end: { line: 3, character: 22 } };

  it("a policy of its own is offered, or to ignore it, where the cluster has it", async () => {
    session = await startSession();
    await session.open(text);
    expect(await actionsAt(onId)).toEqual([]);
    await session.push(inventory);
    expect((await actionsAt(onId)).map(({ title, kind }) => [title, kind])).toEqual([
      ["Add a policy for web-1 (101)", "refactor"],
      ["Ignore web-1 (101)", "refactor"],
    ]);
  });
});

describe("fix-all", () => {
  const text = "version: 1\nintervall: 60\npolicies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { mni: 1 }\n";

  it("applies what is safe in one edit, where it is asked for by name", async () => {
    session = await startSession();
    await session.open(text);
    const [action, ...more] = await actionsAt(start, ["source.fixAll"]);
    expect(more).toEqual([]);
    expect(action?.kind).toBe("source.fixAll.lxcAutoscaler");
    const [edit] = action?.edit?.changes?.[uri] ?? [];
    expect(edit?.newText).toMatch(/^.*60s[\s\S]*$/u);
    expect((await actionsAt(start)).map(({ kind }) => kind)).not.toContain("source.fixAll.lxcAutoscaler");
    expect(await actionsAt(start, ["source.organizeImports"])).toEqual([]);
  });
});
