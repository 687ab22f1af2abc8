import { afterEach, describe, expect, it } from "vitest";
import type { CodeAction, Range } from "vscode-languageserver/node";
import { startSession, uri } from "./session.js";

let session: Awaited<ReturnType<typeof startSession>>;

afterEach(() => session[Symbol.asyncDispose]());

function actionsAt(range: Range): Promise<readonly CodeAction[]> {
  return session.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range,
    context: { diagnostics: [] },
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
