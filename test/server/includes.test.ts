import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { includeReader } from "../../src/server/include-reader.js";
import { Readings } from "../../src/server/readings.js";
import { diagnosticsOf } from "../../src/server/diagnostics.js";
import { PushedInventory } from "../../src/server/inventory-source.js";
import { TextDocument } from "vscode-languageserver-textdocument";

let outside: string;
let workspace: string;

beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  workspace = join(outside, "workspace");
  await mkdir(workspace);
  await writeFile(join(workspace, "common.yaml"), "mode: aply\n");
  await writeFile(join(outside, "secret.yaml"), "mode: paused\n");
  await symlink(join(outside, "secret.yaml"), join(workspace, "link.yaml"));
});

afterEach(() => rm(outside, { recursive: true, force: true }));

describe("what a document includes", () => {
  it("is read from the folders that were named, and from nowhere else", () => {
    const read = includeReader([workspace], () => null);
    const from = join(workspace, "autoscaler.yaml");
    expect(read("common.yaml", from)).toMatchObject({ text: "mode: aply\n" });
    expect(read(join(workspace, "common.yaml"), from)).toMatchObject({ text: "mode: aply\n" });
    expect(read("none.yaml", from)).toEqual({ fault: "missing" });
    expect(read(".", from)).toEqual({ fault: "not-allowed" });
    expect(read("../secret.yaml", from)).toEqual({ fault: "not-allowed" });
    expect(read("link.yaml", from)).toEqual({ fault: "not-allowed" });
    // Not even whether it is there is told.
    expect(read("../none.yaml", from)).toEqual({ fault: "not-allowed" });
    expect(read("/dev/zero", from)).toEqual({ fault: "not-allowed" });
    expect(includeReader([], () => null)("common.yaml", from)).toEqual({ fault: "not-allowed" });
  });

  it("is read as it is in the editor, where it is open", () => {
    const read = includeReader([workspace], (path) => (path.endsWith("common.yaml") ? "mode: paused\n" : null));
    expect(read("common.yaml", join(workspace, "autoscaler.yaml"))).toMatchObject({ text: "mode: paused\n" });
  });

  it("is told at the entry that names it, with a way to the place", () => {
    const readings = new Readings({}, new PushedInventory());
    const uri = pathToFileURL(join(workspace, "autoscaler.yaml")).href;
    const document = TextDocument.create(uri, "lxc-autoscaler", 1, "version: 1\ninclude: [common.yaml]\n");
    expect(diagnosticsOf(document, readings.of(document), undefined)).toMatchObject([{ code: "include-not-read" }]);
    readings.include(includeReader([workspace], () => null));
    expect(diagnosticsOf(document, readings.of(document), undefined)).toMatchObject([
      {
        code: "not-a-choice",
        message: expect.stringMatching(/^common\.yaml, line 1: /u) as unknown,
        range: { start: { line: 1, character: 10 }, end: { line: 1, character: 21 } },
        relatedInformation: [{ location: { uri: pathToFileURL(join(workspace, "common.yaml")).href } }],
      },
    ]);
  });
});
