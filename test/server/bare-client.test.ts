import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CodeAction,
  type CodeLens,
  type CompletionList,
  type InitializeParams,
  type InitializeResult,
  type SymbolInformation,
} from "vscode-languageserver/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveStreams } from "../../src/server/index.js";
import { Session } from "./session.js";

let folder: string;
let bare: ReturnType<typeof start>;

/** A client that sends what Neovim and Helix send, and knows nothing of this server. */
function start(): Session & { readonly ended: Promise<number>; readonly asked: readonly string[] } {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const ended = serveStreams(toServer, toClient);
  const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const asked: string[] = [];
  for (const method of ["client/registerCapability", "workspace/codeLens/refresh", "workspace/inlayHint/refresh"]) {
    connection.onRequest(method, () => {
      asked.push(method);
      return null;
    });
  }
  return Object.assign(new Session(connection), { ended, asked });
}

async function initialize(
  capabilities: ClientCapabilities,
  more: Partial<InitializeParams> = {},
): Promise<InitializeResult> {
  const result = await bare.connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    clientInfo: { name: "helix", version: "25.7" },
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: null,
    capabilities,
    ...more,
  });
  await bare.connection.sendNotification("initialized", {});
  return result;
}

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-")));
  bare = start();
});
afterEach(async () => {
  await bare.connection.sendRequest("shutdown");
  await bare.connection.sendNotification("exit");
  expect(await bare.ended).toBe(0);
  await rm(folder, { recursive: true, force: true });
});

const address = (name: string): string => pathToFileURL(join(folder, name)).href;
const text = "version: 1\npolicies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { target: 60%, max: 4 }\n";

describe("a client without any extension", () => {
  it("is told what there is at once, counts UTF-16 units, and is asked for nothing", async () => {
    const { capabilities } = await initialize({ general: { positionEncodings: ["utf-8", "utf-32", "utf-16"] } });
    expect(capabilities.positionEncoding).toBe("utf-16");
    expect(capabilities).toMatchObject({
      hoverProvider: true,
      completionProvider: {},
      textDocumentSync: { change: 2 },
    });
    await bare.open(text, address("autoscaler.yaml"), "yaml");
    expect(bare.asked).toEqual([]);
  });

  it("has plain completions, a flat outline, hovers, fixes and formatting of a file that it calls YAML", async () => {
    await initialize({});
    const uri = address("autoscaler.yaml");
    const findings = await bare.open(`${text}mode: aply\n`, uri, "yaml");
    expect(findings.map(({ code }) => code)).toEqual(["not-a-choice"]);
    const textDocument = { uri };
    const list = await bare.connection.sendRequest<CompletionList>("textDocument/completion", {
      textDocument,
      position: { line: 4, character: 33 },
    });
    expect(list.items.every(({ insertTextFormat }) => insertTextFormat !== 2)).toBe(true);
    expect(await bare.hover({ line: 4, character: 6 }, uri)).toContain("cpu");
    const symbols = await bare.connection.sendRequest<SymbolInformation[]>("textDocument/documentSymbol", {
      textDocument,
    });
    expect(symbols.find(({ name }) => name === "web")).toMatchObject({
      containerName: "policies",
      location: { uri, range: { start: { line: 2 } } },
    });
    const range = { start: { line: 5, character: 6 }, end: { line: 5, character: 10 } };
    const [fix] = await bare.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument,
      range,
      context: { diagnostics: findings },
    });
    expect(fix?.edit?.changes?.[uri]?.[0]?.newText).toBe("apply");
    // What it could not run is not offered.
    const lenses = await bare.connection.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument });
    expect(lenses).toEqual([]);
  });

  it("has the other files of its folder checked, and what a file includes read from there", async () => {
    await writeFile(join(folder, "common.yaml"), "mode: paused\n");
    await writeFile(join(folder, "site.autoscaler.yaml"), "version: 1\nmode: aply\n");
    const found = bare.publishedFor(address("site.autoscaler.yaml"), ({ diagnostics }) => diagnostics.length > 0);
    await initialize({}, { workspaceFolders: [{ name: "cluster", uri: pathToFileURL(folder).href }] });
    expect((await found).diagnostics.map(({ code }) => code)).toEqual(["not-a-choice"]);
    expect(await bare.open("version: 1\ninclude: [common.yaml]\n", address("autoscaler.yaml"), "yaml")).toEqual([]);
  });

  it("is asked to watch files where it can, and told of older files by their content alone", async () => {
    await initialize({ workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } });
    const older = await bare.open("DEFAULT:\n  poll_interval: 300\n", address("lxc_autoscale.yaml"), "yaml");
    expect(older.map(({ code }) => code)).toEqual(["older-format"]);
    expect(bare.asked).toEqual(["client/registerCapability"]);
    expect(await bare.complete({ line: 1, character: 2 }, address("lxc_autoscale.yaml"))).toEqual([]);
    const other = address("compose.yaml");
    await bare.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: other, languageId: "yaml", version: 1, text: "services:\n  web: { image: nginx }\n" },
    });
    expect(await bare.hover({ line: 0, character: 2 }, other)).toBeNull();
    expect(bare.published.filter(({ uri }) => uri === other).flatMap(({ diagnostics }) => diagnostics)).toEqual([]);
  });
});

describe("a file that names a schema", () => {
  it("makes nobody ask for it, neither over the network nor from the disk", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await writeFile(join(folder, "schema.json"), '{ "type": "string" }');
    await initialize({});
    for (const schema of [`http://127.0.0.1:${port}/schema.json`, address("schema.json"), "./schema.json"]) {
      const uri = address(`${schema.length}.autoscaler.yaml`);
      expect(await bare.open(`# yaml-language-server: $schema=${schema}\n${text}`, uri, "yaml")).toEqual([]);
      await bare.hover({ line: 5, character: 6 }, uri);
      await bare.complete({ line: 5, character: 33 }, uri);
      const named = await bare.open(
        `$schema: ${schema}\n${text}`,
        address(`key-${schema.length}.autoscaler.yaml`),
        "yaml",
      );
      expect(named.map(({ code }) => code)).toEqual(["unknown-key"]);
    }
    await new Promise((resolve) => server.close(resolve));
    expect(asked).toEqual([]);
  });
});

describe("with another server for YAML there", () => {
  it("what has the language yaml is left to that one, at once, and taken again when it goes", async () => {
    await initialize({});
    const uri = address("autoscaler.yaml");
    expect(await bare.open("version: 1\nmode: aply\n", uri, "yaml")).toHaveLength(1);
    const gone = bare.publishedFor(uri, ({ diagnostics }) => diagnostics.length === 0);
    await bare.connection.sendNotification("lxcAutoscaler/yamlServer", { present: true });
    await gone;
    expect(await bare.hover({ line: 1, character: 1 }, uri)).toBeNull();
    expect(await bare.complete({ line: 1, character: 6 }, uri)).toEqual([]);
    // What has our own language is nobody else's.
    expect(await bare.open("version: 1\nmode: aply\n", address("own.autoscaler.yaml"))).toHaveLength(1);
    const back = bare.publishedFor(uri, ({ diagnostics }) => diagnostics.length === 1);
    await bare.connection.sendNotification("lxcAutoscaler/yamlServer", { present: false });
    await back;
  });
});
