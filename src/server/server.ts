import {
  CodeActionKind,
  CodeLensRefreshRequest,
  DidChangeWatchedFilesNotification,
  LSPErrorCodes,
  PositionEncodingKind,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeResult,
  type PublishDiagnosticsParams,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { pathToFileURL } from "node:url";
import { effectiveSettings, type AutoscalerReading, type Environment } from "../config/index.js";
import { clientProfile, unknownClient } from "./client-profile.js";
import { quickFixes } from "./code-actions.js";
import { fixAll, fixAllKind, isWanted, refactorings } from "./code-actions-refactor.js";
import { codeLensesOf } from "./code-lenses.js";
import { completionsAt } from "./completion/index.js";
import { diagnosticsOf, includedDiagnostics } from "./diagnostics.js";
import { documentLinksOf, linkedFileAt } from "./document-links.js";
import { foldingRangesOf, selectionRangesAt } from "./folding.js";
import { formattingEdit } from "./formatting.js";
import { hoverAt } from "./hover/index.js";
import { inlayHintsOf } from "./inlay-hints.js";
import { PushedInventory, type InventorySource } from "./inventory-source.js";
import { definitionAt, placesOf, rename, renameAt } from "./names.js";
import { offsetAt } from "./positions.js";
import {
  foldersNotification,
  inventoryNotification,
  languageId,
  planNotification,
  snapshotsRequest,
  yamlServerNotification,
  type FoldersParameters,
  type InventoryParameters,
  type PlanParameters,
  type SnapshotsParameters,
  type YamlServerParameters,
} from "./protocol.js";
import { autoscalerKind, kindOf, type DocumentFormat, type DocumentKind } from "./document-kind.js";
import { Publisher } from "./publisher.js";
import { includableFiles } from "./include-files.js";
import { includeReader } from "./include-reader.js";
import { IncludedFindings } from "./included-findings.js";
import { fileName } from "./file-name.js";
import { Readings } from "./readings.js";
import { onTypeEdits, rangeFormattingEdits } from "./range-formatting.js";
import { SnapshotNames, templateAt } from "./snapshot-names.js";
import { olderFindings, serviceOf, type Service } from "./service.js";
import { flatSymbols, symbolsOf } from "./symbols.js";
import { WorkspaceFiles } from "./workspace-files.js";
import { ObservedUsage, outlookOf, outlookOfPlan, planOf, type Outlook } from "./would-change.js";

export interface ServerOptions {
  /** For `${env:X}`; default: none is set, and each one is a warning. */
  readonly environment?: Environment;
  /** Where the live inventory comes from; default: the client pushes it. */
  readonly inventory?: InventorySource;
  /** The kinds of documents that are served; default: autoscaler files. */
  readonly kinds?: readonly DocumentKind[];
}

/**
 * Serves one client on a connection until it closes. Every feature answers from the one reading of a document's version;
 * nothing is read from the network, and from disk only what a document includes, in the folders that the client has named.
 */
export function runServer(connection: Connection, options: ServerOptions = {}): void {
  const { kinds = [autoscalerKind] } = options;
  const isNamedAsOurs = (path: string): boolean => kinds.some(({ isNamed }) => isNamed(path));
  const formatOf = (document: TextDocument): DocumentFormat => (kindOf(document, kinds) ?? autoscalerKind).format;
  const pushed = new PushedInventory();
  pushed.snapshots = ({ vmid, node }) =>
    connection.sendRequest<readonly string[]>(snapshotsRequest, { vmid, node } satisfies SnapshotsParameters);
  const inventory = options.inventory ?? pushed;
  const documents = new TextDocuments(TextDocument);
  const readings = new Readings(options.environment ?? {}, inventory, kinds);
  let client = unknownClient;
  let yamlElsewhere = false;
  const usage = new ObservedUsage();
  const snapshots = new SnapshotNames(inventory);
  const send = (parameters: PublishDiagnosticsParams): Promise<void> => connection.sendDiagnostics(parameters);
  const serviceFor = (document: TextDocument): Service => serviceOf(document, kindOf(document, kinds), yamlElsewhere);
  const isOurs = (document: TextDocument): boolean => serviceFor(document) === "whole";
  const isOpen = (path: string): boolean =>
    documents.all().some((document) => fileName(document.uri) === path && serviceFor(document) !== "none");

  const included = new IncludedFindings(send);
  /** What is said of an included file is said there, unless it is read as a file of its own. */
  const sayOfIncluded = (source: string, reading: AutoscalerReading): void => {
    const about = [...includedDiagnostics(reading, client.findingsUrl)];
    included.put(source, new Map(about.filter(([uri]) => !isNamedAsOurs(fileName(uri)))));
  };
  const publisher = new Publisher(
    (document) => {
      const reading = readings.of(document);
      if (serviceFor(document) === "older") return olderFindings(document, reading, client.findingsUrl);
      sayOfIncluded(document.uri, reading);
      return diagnosticsOf(document, reading, client.findingsUrl);
    },
    send,
    (uri, error) => {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(`${fileName(uri)} can't be checked: ${why}`);
    },
  );
  const files = new WorkspaceFiles({
    isNamed: isNamedAsOurs,
    isOpen,
    send,
    check: (path, text) => {
      const language = kinds.find(({ isNamed }) => isNamed(path))?.languageId ?? languageId;
      const document = TextDocument.create(pathToFileURL(path).href, language, 0, text);
      const reading = readings.of(document);
      // It is not open: nobody will ask for it again.
      readings.forget(document.uri);
      sayOfIncluded(document.uri, reading);
      return diagnosticsOf(document, reading, client.findingsUrl);
    },
  });

  connection.onInitialize((parameters) => {
    client = clientProfile(parameters);
    return capabilities;
  });
  connection.onInitialized(() => {
    if (client.watchesFiles) {
      const watchers = [{ globPattern: "**/*.{yaml,yml,ics}" }];
      connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => undefined);
    }
    if (client.folders.length > 0) open(client.folders);
  });
  connection.onNotification(inventoryNotification, (parameters: InventoryParameters) =>
    pushed.push(parameters.inventory),
  );
  /** Of dry runs that the client has made, by document. */
  const outlooks = new Map<string, Outlook>();
  connection.onNotification(planNotification, ({ uri, decisions }: PlanParameters) => {
    if (decisions === null) outlooks.delete(uri);
    else outlooks.set(uri, outlookOf(decisions));
    if (client.refreshesLenses) connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  });

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
  let includable: readonly string[] = [];
  /** From now on files of these folders may be read, and no others. */
  const open = (folders: readonly string[]): void => {
    readings.include(includeReader(folders, openText));
    includable = folders;
    othersChanged(null);
    void files.look(folders);
  };
  connection.onNotification(foldersNotification, ({ folders }: FoldersParameters) => open(folders));
  connection.onDidChangeWatchedFiles(({ changes }) => {
    othersChanged(null);
    const paths = changes.map(({ uri }) => fileName(uri));
    files.changed(paths);
    // What ours include may be among them.
    if (!paths.every(isNamedAsOurs)) files.again();
  });
  connection.onNotification(yamlServerNotification, ({ present }: YamlServerParameters) => {
    if (present === yamlElsewhere) return;
    yamlElsewhere = present;
    for (const document of documents.all()) {
      if (serviceFor(document) === "none") forget(document);
      else publisher.changed(document);
    }
  });

  const forget = ({ uri }: TextDocument): void => {
    readings.forget(uri);
    included.remove(uri);
    publisher.closed(uri);
  };
  documents.onDidChangeContent(({ document }) => {
    if (serviceFor(document) === "none") forget(document);
    else publisher.changed(document);
    othersChanged(document.uri);
  });
  documents.onDidClose(({ document }) => {
    forget(document);
    files.closed(fileName(document.uri));
  });
  inventory.concerns?.((container) =>
    documents.all().some((document) => {
      const config = isOurs(document) ? readings.of(document).config : null;
      return config !== null && effectiveSettings(config, container, Date.now()).matched;
    }),
  );
  const unfollow = usage.follow(inventory);
  const unsubscribe = inventory.onChange(() => {
    files.inventoryChanged(inventory.current());
    const ours = documents.all().filter(isOurs);
    for (const document of ours) publisher.changed(document);
    if (ours.length === 0) return;
    // A client that can't be asked keeps what it shows until the next change of the text.
    if (client.refreshesHints) connection.languages.inlayHint.refresh().catch(() => undefined);
    if (client.refreshesLenses) connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  });
  connection.onShutdown(() => {
    unsubscribe();
    unfollow();
    files.stop();
    publisher.stop();
  });

  /** What a document would change: as its dry run says, else as far as it can be planned here. */
  const outlookAt = ({ uri }: TextDocument, reading: AutoscalerReading): Outlook | null => {
    const pushedOutlook = outlooks.get(uri);
    if (pushedOutlook !== undefined) return pushedOutlook;
    const current = inventory.current();
    const plan = planOf(reading, current, usage.history);
    return plan === null || current === null ? null : outlookOfPlan(plan, current);
  };

  /** Runs a feature on an open document of ours, unless the client has changed its mind meanwhile. */
  const on = async <T>(
    uri: string,
    token: CancellationToken,
    feature: (document: TextDocument) => T | Promise<T>,
    isServed: (document: TextDocument) => boolean = isOurs,
  ): Promise<T | null> => {
    // A cancellation that came in with the request is only seen after a turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (token.isCancellationRequested) throw cancelled();
    const document = documents.get(uri);
    return document === undefined || !isServed(document) ? null : feature(document);
  };
  /** An older file has nothing but the way to make a new one of it. */
  const isNamed = (document: TextDocument): boolean => serviceFor(document) !== "none";

  connection.onCompletion(({ textDocument, position }, token) =>
    on(textDocument.uri, token, async (document) => {
      const { version } = document;
      const offset = document.offsetAt(position);
      const template = templateAt(document.getText(), offset);
      const named = template === null ? [] : await snapshots.of(template, Date.now());
      if (token.isCancellationRequested) throw cancelled();
      if (document.version !== version) throw new ResponseError(LSPErrorCodes.ContentModified, "The text has changed.");
      return completionsAt(document, offset, inventory.current(), client.snippets, {
        files: (path) => includableFiles(includable, fileName(document.uri), path),
        snapshots: named,
        format: formatOf(document),
      });
    }),
  );
  connection.onHover(({ textDocument, position }, token) =>
    on(textDocument.uri, token, (document) =>
      hoverAt(
        document,
        readings.of(document),
        offsetAt(document, position),
        inventory.current(),
        Date.now(),
        client.presetsUrl,
        formatOf(document),
      ),
    ),
  );
  connection.onDocumentSymbol(({ textDocument }, token) =>
    on(textDocument.uri, token, (document) => {
      const symbols = symbolsOf(document, readings.of(document));
      return client.nestedSymbols ? symbols : flatSymbols(document.uri, symbols);
    }),
  );
  connection.onCodeAction(({ textDocument, range, context: { only } }, token) =>
    on(
      textDocument.uri,
      token,
      (document) => {
        const reading = readings.of(document);
        return [
          ...(isWanted(CodeActionKind.QuickFix, only) ? quickFixes(document, reading, range, client.commands) : []),
          ...(only === undefined || only.some((kind) => kind === "" || /^refactor\b/u.test(kind))
            ? refactorings(document, reading, range, inventory.current())
            : []
          ).filter(({ kind }) => isWanted(kind ?? CodeActionKind.Refactor, only)),
          // Tried out on the whole text, so only where it is asked for by name.
          ...(only !== undefined && isWanted(fixAllKind, only) ? fixAll(document, reading) : []),
        ];
      },
      isNamed,
    ),
  );
  connection.onDocumentFormatting(({ textDocument }, token) =>
    on(textDocument.uri, token, (document) => {
      const edit = formattingEdit(document, readings.of(document));
      return edit === null ? [] : [edit];
    }),
  );

  connection.onDocumentRangeFormatting(({ textDocument, range }, token) =>
    on(textDocument.uri, token, (document) => rangeFormattingEdits(document, readings.of(document), range)),
  );
  connection.onDocumentOnTypeFormatting(({ textDocument, position }, token) =>
    on(textDocument.uri, token, (document) => onTypeEdits(document, position)),
  );
  connection.languages.inlayHint.on(({ textDocument, range }, token) =>
    on(textDocument.uri, token, (document) =>
      inlayHintsOf(document, readings.of(document), range, inventory.current(), Date.now()),
    ),
  );
  connection.onCodeLens(({ textDocument }, token) =>
    on(
      textDocument.uri,
      token,
      (document) => {
        const reading = readings.of(document);
        const current = inventory.current();
        return codeLensesOf(document, reading, current, outlookAt(document, reading), client.commands);
      },
      isNamed,
    ),
  );
  connection.onFoldingRanges(({ textDocument }, token) =>
    on(textDocument.uri, token, (document) => foldingRangesOf(document, readings.of(document))),
  );
  connection.onSelectionRanges(({ textDocument, positions }, token) =>
    on(textDocument.uri, token, (document) => selectionRangesAt(document, readings.of(document), positions)),
  );
  connection.onDocumentLinks(({ textDocument }, token) =>
    on(textDocument.uri, token, (document) => documentLinksOf(document, readings.of(document), client.presetsUrl)),
  );
  connection.onDefinition(({ textDocument, position }, token) =>
    on(textDocument.uri, token, (document) => {
      const reading = readings.of(document);
      const named = definitionAt(document, reading, offsetAt(document, position));
      return named ?? linkedFileAt(document, reading, position);
    }),
  );
  connection.onReferences(({ textDocument, position, context }, token) =>
    on(textDocument.uri, token, (document) =>
      placesOf(document, readings.of(document), offsetAt(document, position), context.includeDeclaration).map(
        (range) => ({ uri: document.uri, range }),
      ),
    ),
  );
  connection.onDocumentHighlight(({ textDocument, position }, token) =>
    on(textDocument.uri, token, (document) =>
      placesOf(document, readings.of(document), offsetAt(document, position), true).map((range) => ({ range })),
    ),
  );
  connection.onPrepareRename(({ textDocument, position }, token) =>
    on(textDocument.uri, token, (document) => renameAt(document, readings.of(document), offsetAt(document, position))),
  );
  connection.onRenameRequest(({ textDocument, position, newName }, token) =>
    on(textDocument.uri, token, (document) =>
      rename(document, readings.of(document), offsetAt(document, position), newName),
    ),
  );

  documents.listen(connection);
  connection.listen();
}

function cancelled(): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}

const capabilities: InitializeResult = {
  capabilities: {
    // Every client knows it, and it is how the editors that most people use count.
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    completionProvider: { triggerCharacters: [" ", ":", "[", "{", ",", "-", "$", '"', "'"] },
    hoverProvider: true,
    documentSymbolProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, fixAllKind] },
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    documentOnTypeFormattingProvider: { firstTriggerCharacter: "\n" },
    inlayHintProvider: true,
    codeLensProvider: {},
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    documentLinkProvider: {},
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
  },
  serverInfo: { name: "lxc-autoscaler" },
};
