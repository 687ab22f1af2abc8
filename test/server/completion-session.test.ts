import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { foldersNotification } from "../../src/server/protocol.js";
import { snapshotsRequest } from "../../src/server/index.js";
import { inventory } from "./cluster.js";
import { atMark, startSession } from "./session.js";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "completion-")));
mkdirSync(join(folder, "teams"));
for (const name of ["autoscaler.yaml", "common.yaml", "teams/web.yml", "holidays.ics", "notes.txt"]) {
  writeFileSync(join(folder, name), "");
}
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function offered(marked: string, folders: readonly string[]): Promise<readonly string[]> {
  const session = await startSession();
  await session.connection.sendNotification(foldersNotification, { folders });
  const { text, position } = atMark(marked);
  const uri = pathToFileURL(join(folder, "autoscaler.yaml")).href;
  await session.open(text, uri);
  const items = await session.complete(position, uri);
  await session[Symbol.asyncDispose]();
  return items.map(({ label }) => label);
}

describe("completion of snapshots", () => {
  const group = (rest: string): string => `version: 1\ngroups:\n  - name: g\n    template: ${rest}\n`;

  it("offers those that the client knows of the template, asked once for several keystrokes", async () => {
    const session = await startSession();
    const asked: unknown[] = [];
    session.connection.onRequest(snapshotsRequest, (parameters) => {
      asked.push(parameters);
      return ["golden", "before-update"];
    });
    await session.push(inventory);
    for (const [index, marked] of [
      group("{ vmid: 900, snapshot: | }"),
      group("{ snapshot: go|, vmid: 900 }"),
      group("\n      vmid: 900\n      snapshot: |"),
    ].entries()) {
      const { text, position } = atMark(marked);
      const uri = `file:///snapshots/${index}/autoscaler.yaml`;
      await session.open(text, uri);
      const items = await session.complete(position, uri);
      expect(items.slice(0, 2).map(({ label }) => label)).toEqual(["golden", "before-update"]);
    }
    expect(asked).toEqual([{ vmid: 900, node: "pve1" }]);
    await session[Symbol.asyncDispose]();
  });

  it("offers what else there is where the client knows none", async () => {
    const session = await startSession();
    await session.push(inventory);
    const { text, position } = atMark(group("{ vmid: 900, snapshot: | }"));
    await session.open(text);
    expect((await session.complete(position)).length).toBeGreaterThan(0);
    await session[Symbol.asyncDispose]();
  });
});

describe("completion of files", () => {
  it("offers what stands beside the document, and not the document itself", async () => {
    expect(await offered("include: [|]\n", [folder])).toEqual(["common.yaml", "teams/web.yml"]);
    expect(await offered("holidays:\n  file: |\n", [folder])).toEqual(["holidays.ics"]);
  });

  it("looks into no folder that the client has not named", async () => {
    expect(await offered("include: [|]\n", [])).toEqual([]);
    expect(await offered("include: [|]\n", [join(folder, "teams")])).toEqual([]);
  });
});
