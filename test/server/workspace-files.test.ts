import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileChangeType } from "vscode-languageserver/node";
import { foldersNotification } from "../../src/server/index.js";
import { inventory } from "./cluster.js";
import { startSession, type Session } from "./session.js";

let folder: string;
let session: Awaited<ReturnType<typeof startSession>>;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-")));
  await mkdir(join(folder, "teams", "web"), { recursive: true });
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await writeFile(join(folder, "autoscaler.yaml"), "version: 1\nmode: aply\n");
  await writeFile(join(folder, "teams", "web", "site.autoscaler.yml"), "version: 1\ninterval: 5\n");
  await writeFile(join(folder, "node_modules", "autoscaler.yaml"), "version: 1\nmode: aply\n");
  await writeFile(join(folder, "notes.yaml"), "mode: aply\n");
  session = await startSession({ initialization: { announcesFolders: true } });
});
afterEach(async () => {
  await session[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const address = (...path: readonly string[]): string => pathToFileURL(join(folder, ...path)).href;

/** Resolves with the codes of the next findings that are published for a file and satisfy the condition. */
function codesOf(
  at: string,
  isWanted: (codes: readonly unknown[]) => boolean,
  of: Session = session,
): Promise<readonly unknown[]> {
  return of
    .publishedFor(at, ({ diagnostics }) => isWanted(diagnostics.map(({ code }) => code)))
    .then(({ diagnostics }) => diagnostics.map(({ code }) => code));
}
const some = (codes: readonly unknown[]): boolean => codes.length > 0;
const none = (codes: readonly unknown[]): boolean => codes.length === 0;

const look = (): Promise<void> => session.connection.sendNotification(foldersNotification, { folders: [folder] });
const changed = (...changes: readonly { readonly uri: string; readonly type: FileChangeType }[]): Promise<void> =>
  session.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });

describe("autoscaler files of the workspace that are not open", () => {
  it("are checked, and no others", async () => {
    const [one, other] = [
      codesOf(address("autoscaler.yaml"), some),
      codesOf(address("teams/web/site.autoscaler.yml"), some),
    ];
    await look();
    expect(await one).toEqual(["not-a-choice"]);
    expect(await other).toEqual(["missing-unit"]);
    expect(new Set(session.published.map(({ uri }) => uri)).size).toBe(2);
  });

  it("are left alone where the client has named no folder", async () => {
    await session.connection.sendNotification(foldersNotification, { folders: [] });
    await session.open("version: 1\n", "file:///elsewhere/autoscaler.yaml");
    expect(session.published.map(({ uri }) => uri)).toEqual(["file:///elsewhere/autoscaler.yaml"]);
  });

  it("are checked again when they are changed, made, renamed or deleted on the disk", async () => {
    const at = address("autoscaler.yaml");
    const first = codesOf(at, some);
    await look();
    await first;

    const mended = codesOf(at, none);
    await writeFile(join(folder, "autoscaler.yaml"), "version: 1\nmode: apply\n");
    await changed({ uri: at, type: FileChangeType.Changed });
    expect(await mended).toEqual([]);

    // Beside others that came at the same time.
    const made = codesOf(address("new.autoscaler.yaml"), some);
    await writeFile(join(folder, "new.autoscaler.yaml"), "version: 2\n");
    await changed(
      { uri: address("notes.yaml"), type: FileChangeType.Changed },
      { uri: address("new.autoscaler.yaml"), type: FileChangeType.Created },
    );
    expect(await made).toEqual(["unsupported-version"]);

    const [gone, moved] = [
      codesOf(address("new.autoscaler.yaml"), none),
      codesOf(address("moved.autoscaler.yaml"), some),
    ];
    await rename(join(folder, "new.autoscaler.yaml"), join(folder, "moved.autoscaler.yaml"));
    await changed(
      { uri: address("new.autoscaler.yaml"), type: FileChangeType.Deleted },
      { uri: address("moved.autoscaler.yaml"), type: FileChangeType.Created },
    );
    expect(await gone).toEqual([]);
    expect(await moved).toEqual(["unsupported-version"]);

    const deleted = codesOf(address("moved.autoscaler.yaml"), none);
    await rm(join(folder, "moved.autoscaler.yaml"));
    await changed({ uri: address("moved.autoscaler.yaml"), type: FileChangeType.Deleted });
    expect(await deleted).toEqual([]);
  });

  it("lose what was said when their folder is gone, told by the folders alone", async () => {
    const at = address("teams/web/site.autoscaler.yml");
    const first = codesOf(at, some);
    await look();
    await first;
    const gone = codesOf(at, none);
    await rm(join(folder, "teams"), { recursive: true });
    await look();
    expect(await gone).toEqual([]);
  });

  it("are told of as they are in the editor while they are open, and as they are on the disk afterwards", async () => {
    const at = address("autoscaler.yaml");
    const first = codesOf(at, some);
    await look();
    await first;
    expect(await session.open("version: 1\nmode: apply\n", at)).toEqual([]);
    await changed({ uri: at, type: FileChangeType.Changed });
    // An answer to a request comes after all that was due before it.
    await session.hover({ line: 0, character: 0 }, at);
    expect(session.published.findLast(({ uri }) => uri === at)?.diagnostics).toEqual([]);
    const again = codesOf(at, some);
    await session.connection.sendNotification("textDocument/didClose", { textDocument: { uri: at } });
    expect(await again).toEqual(["not-a-choice"]);
  });

  it("are checked against the cluster, again when other things are there", async () => {
    const at = address("autoscaler.yaml");
    await writeFile(
      join(folder, "autoscaler.yaml"),
      "version: 1\npolicies:\n  - match: { tags: [nowhere] }\n    cpu: { target: 60%, max: 4 }\n",
    );
    await look();
    const found = codesOf(at, (codes) => codes.includes("matches-nothing"));
    await session.push(inventory);
    expect(await found).toContain("matches-nothing");
    const told = (): number => session.published.filter(({ uri }) => uri === at).length;
    const before = told();
    await session.push({ ...inventory, observedAt: inventory.observedAt + 10_000 });
    await session.hover({ line: 0, character: 0 }, at);
    expect(told()).toBe(before);
    const mended = codesOf(at, (codes) => !codes.includes("matches-nothing"));
    await session.push({
      ...inventory,
      containers: inventory.containers.map((one) => (one.vmid === 101 ? { ...one, tags: ["nowhere"] } : one)),
    });
    expect(await mended).not.toContain("matches-nothing");
  });
});

describe("an included file", () => {
  beforeEach(() => writeFile(join(folder, "autoscaler.yaml"), "version: 1\ninclude: [common.yaml]\n"));

  it("has its findings where they are, once for all that include it, as long as it has them", async () => {
    await writeFile(join(folder, "common.yaml"), "mode: aply\n");
    await writeFile(join(folder, "other.autoscaler.yaml"), "version: 1\ninclude: [common.yaml]\n");
    const [inside, outside] = [codesOf(address("common.yaml"), some), codesOf(address("autoscaler.yaml"), some)];
    await look();
    expect(await inside).toEqual(["not-a-choice"]);
    expect(await outside).toEqual(["not-a-choice"]);
    const { diagnostics } = session.published.find(({ uri }) => uri === address("common.yaml"))!;
    expect(diagnostics).toMatchObject([
      { range: { start: { line: 0, character: 6 }, end: { line: 0, character: 10 } } },
    ]);

    const mended = codesOf(address("common.yaml"), none);
    await writeFile(join(folder, "common.yaml"), "mode: apply\n");
    await changed({ uri: address("common.yaml"), type: FileChangeType.Changed });
    expect(await mended).toEqual([]);
  });
});
