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

describe("a secret in clear text", () => {
  const text =
    "version: 1\nconnection:\n  url: https://pve1.example:8006\n  token: root@pam!a=12345678-1234-1234-1234-123456789abc\n";
  const onToken: Range = { start: { line: 3, character: 12 }, end: { line: 3, character: 12 } };

  it("is kept by a command that is not given the secret, or replaced by a variable", async () => {
    session = await startSession({ initialization: { commands: { keepSecret: "x.keepSecret" } } });
    await session.open(text);
    const [keep, replace] = await actionsAt(onToken, ["quickfix"]);
    expect(keep).toMatchObject({
      title: "Keep it in the key store of this editor, and refer to it as PROXMOX_TOKEN",
      command: {
        command: "x.keepSecret",
        arguments: [uri, { start: { line: 3, character: 9 }, end: { line: 3, character: 56 } }, "PROXMOX_TOKEN"],
      },
    });
    expect(JSON.stringify(keep)).not.toContain("12345678");
    expect(replace?.edit?.changes?.[uri]?.[0]?.newText).toBe('"${env:PROXMOX_TOKEN}"');
  });
});

describe("what every policy says alike", () => {
  it("is moved into defaults by an action of the kind that extracts", async () => {
    session = await startSession();
    await session.open(
      "version: 1\npolicies:\n  - { match: { tags: [a] }, cpu: { max: 4 } }\n  - { match: { tags: [b] }, cpu: { max: 4 } }\n",
    );
    const onMax: Range = { start: { line: 2, character: 36 }, end: { line: 2, character: 36 } };
    expect((await actionsAt(onMax, ["refactor.extract"])).map(({ title, kind }) => [title, kind])).toEqual([
      ["Move “cpu: { max: 4 }” of all 2 policies into “defaults”", "refactor.extract"],
    ]);
    expect((await actionsAt(onMax, ["refactor.rewrite"])).map(({ kind }) => kind)).toEqual([]);
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
