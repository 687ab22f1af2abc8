import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { DocumentSymbol } from "vscode-languageserver/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  parseDocument,
  rangeOf,
  type AutoscalerReading,
  type KeyPath,
  type SchemaInfo,
} from "../../src/config/index.js";
import { foldersNotification } from "../../src/server/index.js";
import { autoscalerKind, type DocumentKind } from "../../src/server/document-kind.js";
import { atMark, startSession } from "./session.js";

const plain: SchemaInfo = {
  description: "",
  type: "text",
  default: undefined,
  choices: [],
  examples: [],
  minimum: null,
  maximum: null,
  properties: [],
  required: [],
  secret: false,
  deprecated: false,
};

/** Recipes: nothing that an autoscaler file has. */
const places: Readonly<Record<string, SchemaInfo>> = {
  "": { ...plain, type: "map", properties: ["dish", "oven"], required: ["dish"] },
  dish: { ...plain, description: "What it is called." },
  oven: { ...plain, type: "map", properties: ["heat"] },
  "oven.heat": {
    ...plain,
    type: "choice",
    description: "From where.",
    choices: [
      { value: "above", description: "Grill." },
      { value: "below", description: "Pizza." },
    ],
  },
};

const recipes: DocumentKind = {
  languageId: "recipe",
  isNamed: (path) => path.endsWith("recipe.yaml"),
  createReader: () => (text, options) => {
    const document = parseDocument(text);
    const findings = text.includes("dish:")
      ? []
      : ([
          {
            file: options.file,
            ...rangeOf(document, { start: 0, end: Math.min(4, document.text.length) }),
            severity: "error",
            code: "missing-key",
            message: "A dish is missing.",
          },
        ] as const);
    const reading: AutoscalerReading = {
      findings,
      config: null,
      document,
      problems: new Map(),
      texts: new Map(),
      options,
    };
    return reading;
  },
  format: {
    schemaAt: (path: KeyPath) => places[path.join(".")] ?? null,
    piecesFor: () => [],
    entryPieces: () => [],
  },
};

let session: Awaited<ReturnType<typeof startSession>>;
beforeAll(async () => {
  session = await startSession({ kinds: [autoscalerKind, recipes] });
});
afterAll(() => session[Symbol.asyncDispose]());

describe("another kind of document", () => {
  const uri = "file:///kitchen/recipe.yaml";

  it("is told by its name or language, and has its own findings, completions, hovers and outline", async () => {
    expect((await session.open("oven: { heat: below }\n", uri, "yaml")).map(({ message }) => message)).toEqual([
      "A dish is missing.",
    ]);
    expect(await session.hover({ line: 0, character: 9 }, uri)).toContain("From where.");
    const symbols = await session.connection.sendRequest<DocumentSymbol[]>("textDocument/documentSymbol", {
      textDocument: { uri },
    });
    expect(symbols.map(({ name }) => name)).toEqual(["oven"]);
    const offered = async (marked: string): Promise<readonly string[]> => {
      const { text, position } = atMark(marked);
      await session.open(text, "file:///kitchen/other", "recipe");
      return (await session.complete(position, "file:///kitchen/other")).map(({ label }) => label);
    };
    expect(await offered("|")).toEqual(["dish", "oven"]);
    expect(await offered("dish: x\noven: { heat: | }\n")).toEqual(["above", "below"]);
  });

  it("leaves autoscaler files what they are", async () => {
    expect((await session.open("version: 1\nmode: aply\n")).map(({ code }) => code)).toEqual(["not-a-choice"]);
    expect((await session.complete({ line: 1, character: 6 })).map(({ label }) => label)).toContain("apply");
  });

  it("is checked where it is not open", async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-")));
    await writeFile(join(folder, "recipe.yaml"), "oven: {}\n");
    const at = pathToFileURL(join(folder, "recipe.yaml")).href;
    const found = session.publishedFor(at, ({ diagnostics }) => diagnostics.length === 1);
    await session.connection.sendNotification(foldersNotification, { folders: [folder] });
    expect((await found).diagnostics[0]?.message).toBe("A dish is missing.");
    await rm(folder, { recursive: true, force: true });
  });
});
