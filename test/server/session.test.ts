import { CancellationTokenSource, LSPErrorCodes, ErrorCodes } from "vscode-languageserver/node";
import { describe, expect, it } from "vitest";
import type { InventorySource } from "../../src/server/inventory-source.js";
import { inventory } from "./cluster.js";
import { startSession, uri } from "./session.js";

const text = "version: 1\npolicies:\n  - name: web\n    match: { tags: [web] }\n    cpu: { max: 4 }\n";
const position = { line: 4, character: 6 };
const textDocument = { uri };

/** An inventory that counts how often it is asked for, and can't be read while `broken`. */
function brittle(): InventorySource & { broken: boolean } {
  const source = {
    broken: false,
    current() {
      if (source.broken) throw new Error("The inventory is out of order.");
      return inventory;
    },
    onChange: () => () => undefined,
  };
  return source;
}

const requests: Readonly<Record<string, object>> = {
  completion: { position },
  hover: { position },
  definition: { position },
  documentHighlight: { position },
  references: { position, context: { includeDeclaration: true } },
  prepareRename: { position },
  rename: { position, newName: "other" },
  selectionRange: { positions: [position] },
  documentSymbol: {},
  foldingRange: {},
  documentLink: {},
  codeLens: {},
  inlayHint: { range: { start: { line: 0, character: 0 }, end: position } },
  codeAction: { range: { start: position, end: position }, context: { diagnostics: [] } },
  formatting: { options: { tabSize: 2, insertSpaces: true } },
  rangeFormatting: { range: { start: position, end: position }, options: { tabSize: 2, insertSpaces: true } },
  onTypeFormatting: { position, ch: "\n", options: { tabSize: 2, insertSpaces: true } },
};

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}

describe("a server that meets a mistake of its own", () => {
  it("answers the request with an error, says what happened, and serves the next one", async () => {
    const source = brittle();
    await using session = await startSession({ inventory: source });
    const logged: string[] = [];
    session.connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      logged.push(message);
    });
    await session.open(text);
    source.broken = true;
    const refused = await session.connection
      .sendRequest("textDocument/hover", { textDocument, position })
      .then(() => null, codeOf);
    expect(refused).toBe(ErrorCodes.InternalError);

    // Nobody waits for findings: what keeps them from being made is told beside.
    await session.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: 1000 },
      contentChanges: [{ text }],
    });
    await session.connection.sendRequest("textDocument/hover", { textDocument, position }).catch(() => null);
    expect(logged.join("\n")).toContain("The inventory is out of order.");

    source.broken = false;
    expect(await session.hover(position)).toContain("max");
    expect(
      await session.type({ start: { line: 4, character: 16 }, end: { line: 4, character: 17 } }, "no"),
    ).not.toEqual([]);
  });
});

describe("a request that is cancelled", () => {
  it.each(Object.keys(requests))("is answered as cancelled: %s", async (method) => {
    await using session = await startSession();
    await session.open(text);
    const cancelling = new CancellationTokenSource();
    const answer = session.connection.sendRequest(
      `textDocument/${method}`,
      { textDocument, ...requests[method] },
      cancelling.token,
    );
    cancelling.cancel();
    expect(await answer.then(() => "answered", codeOf)).toBe(LSPErrorCodes.RequestCancelled);
  });
});

describe("a version of a document", () => {
  it("is read once, whatever is asked about it", async () => {
    let readings = 0;
    const environment = new Proxy<Record<string, string>>(
      { LEVEL: "4" },
      {
        get(target, name) {
          if (name === "LEVEL") readings += 1;
          return Reflect.get(target, name) as string | undefined;
        },
      },
    );
    await using session = await startSession({ environment });
    await session.push(inventory);
    await session.open(text.replace("max: 4", 'max: "${env:LEVEL}"'));
    const once = readings;
    expect(once).toBeGreaterThan(0);
    const reading = Object.entries(requests).filter(([method]) => method !== "completion");
    await Promise.all(
      reading.map(([method, parameters]) =>
        session.connection
          .sendRequest(`textDocument/${method}`, { textDocument, ...parameters })
          .catch((error: unknown) => expect(codeOf(error)).toBe(LSPErrorCodes.RequestFailed)),
      ),
    );
    expect(readings).toBe(once);

    await session.type({ start: { line: 2, character: 10 }, end: { line: 2, character: 10 } }, "x");
    expect(readings).toBe(2 * once);
  });
});
