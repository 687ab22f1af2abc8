import {
  CodeActionKind,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Environment } from "../config/index.js";
import { quickFixes } from "./code-actions.js";
import { completionsAt } from "./completion/index.js";
import { diagnosticsOf } from "./diagnostics.js";
import { formattingEdit } from "./formatting.js";
import { hoverAt } from "./hover/index.js";
import { PushedInventory, type InventorySource } from "./inventory-source.js";
import { offsetAt } from "./positions.js";
import {
  foldersNotification,
  inventoryNotification,
  type ClientCommands,
  type FoldersParameters,
  type InitializationOptions,
  type InventoryParameters,
} from "./protocol.js";
import { Publisher } from "./publisher.js";
import { includeReader } from "./include-reader.js";
import { fileName, isOurs, Readings } from "./readings.js";
import { symbolsOf } from "./symbols.js";

export interface ServerOptions {
  /** For `${env:X}`; default: none is set, and each one is a warning. */
  readonly environment?: Environment;
  /** Where the live inventory comes from; default: the client pushes it. */
  readonly inventory?: InventorySource;
}

/**
 * Serves one client on a connection until it closes. Every feature answers from the one reading of a document's version;
 * nothing is read from the network, and from disk only what a document includes, in the folders that the client has named.
 */
export function runServer(connection: Connection, options: ServerOptions = {}): void {
  const pushed = new PushedInventory();
  const inventory = options.inventory ?? pushed;
  const documents = new TextDocuments(TextDocument);
  const readings = new Readings(options.environment ?? {}, inventory);
  const client = { snippets: false, findingsUrl: undefined as string | undefined, commands: {} as ClientCommands };
  const publisher = new Publisher(
    (document) => diagnosticsOf(document, readings.of(document), client.findingsUrl),
    (parameters) => connection.sendDiagnostics(parameters),
  );

  connection.onInitialize((parameters) => {
    client.snippets = parameters.capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
    client.findingsUrl = findingsUrlOf(parameters);
    client.commands = (parameters.initializationOptions as InitializationOptions | null | undefined)?.commands ?? {};
    return capabilities;
  });
  connection.onNotification(inventoryNotification, (parameters: InventoryParameters) =>
    pushed.push(parameters.inventory),
  );

  const openText = (path: string): string | null =>
    documents
      .all()
      .find(({ uri }) => fileName(uri) === path)
      ?.getText() ?? null;
  /** Documents that name other files are looked at again, but for the one that has changed itself. */
  const othersChanged = (changed: string | null): void => {
    for (const document of documents.all()) {
      if (document.uri === changed || !isOurs(document) || !readings.includes(document)) continue;
      readings.forget(document.uri);
      publisher.changed(document);
    }
  };
  connection.onNotification(foldersNotification, ({ folders }: FoldersParameters) => {
    readings.include(includeReader(folders, openText));
    othersChanged(null);
  });
  connection.onDidChangeWatchedFiles(() => othersChanged(null));

  documents.onDidChangeContent(({ document }) => {
    if (isOurs(document)) publisher.changed(document);
    othersChanged(document.uri);
  });
  documents.onDidClose(({ document }) => {
    readings.forget(document.uri);
    publisher.closed(document.uri);
  });
  const unsubscribe = inventory.onChange(() => {
    for (const document of documents.all()) if (isOurs(document)) publisher.changed(document);
  });
  connection.onShutdown(() => {
    unsubscribe();
    publisher.stop();
  });

  /** Runs a feature on an open document of ours, unless the client has changed its mind meanwhile. */
  const on = async <T>(
    uri: string,
    token: CancellationToken,
    feature: (document: TextDocument) => T,
  ): Promise<T | null> => {
    // A cancellation that came in with the request is only seen after a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (token.isCancellationRequested)
      throw new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
    const document = documents.get(uri);
    return document === undefined || !isOurs(document) ? null : feature(document);
  };

  connection.onCompletion(({ textDocument, position }, token) =>
    on(textDocument.uri, token, (document) =>
      completionsAt(document, document.offsetAt(position), inventory.current(), client.snippets),
    ),
  );
  connection.onHover(({ textDocument, position }, token) =>
    on(textDocument.uri, token, (document) =>
      hoverAt(document, readings.of(document), offsetAt(document, position), inventory.current(), Date.now()),
    ),
  );
  connection.onDocumentSymbol(({ textDocument }, token) =>
    on(textDocument.uri, token, (document) => symbolsOf(document, readings.of(document))),
  );
  connection.onCodeAction(({ textDocument, range }, token) =>
    on(textDocument.uri, token, (document) => quickFixes(document, readings.of(document), range, client.commands)),
  );
  connection.onDocumentFormatting(({ textDocument }, token) =>
    on(textDocument.uri, token, (document) => {
      const edit = formattingEdit(document, readings.of(document));
      return edit === null ? [] : [edit];
    }),
  );

  documents.listen(connection);
  connection.listen();
}

const capabilities: InitializeResult = {
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    completionProvider: { triggerCharacters: [" ", ":", "[", "{", ",", "-"] },
    hoverProvider: true,
    documentSymbolProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
    documentFormattingProvider: true,
  },
  serverInfo: { name: "lxc-autoscaler" },
};

function findingsUrlOf({ initializationOptions }: InitializeParams): string | undefined {
  const options = initializationOptions as InitializationOptions | null | undefined;
  const url: unknown = options?.findingsUrl;
  return typeof url === "string" ? url : undefined;
}
