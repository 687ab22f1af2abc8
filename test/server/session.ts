import { PassThrough } from "node:stream";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionItem,
  type CompletionList,
  type Diagnostic,
  type Hover,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from "vscode-languageserver/node";
import {
  inventoryNotification,
  serveStreams,
  type InitializationOptions,
  type ServeOptions,
} from "../../src/server/index.js";
import type { Inventory } from "../../src/model/index.js";

export const uri = "file:///home/anna/cluster/autoscaler.yaml";

/** A client of the server, as an editor is one. */
export class Session {
  readonly connection: ProtocolConnection;
  readonly #waiting = new Map<string, (parameters: PublishDiagnosticsParams) => void>();
  readonly published: PublishDiagnosticsParams[] = [];
  #wishes: {
    readonly uri: string;
    readonly isWanted: (parameters: PublishDiagnosticsParams) => boolean;
    readonly resolve: (parameters: PublishDiagnosticsParams) => void;
  }[] = [];
  #version = 0;

  constructor(connection: ProtocolConnection) {
    this.connection = connection;
    connection.onNotification("textDocument/publishDiagnostics", (parameters: PublishDiagnosticsParams) => {
      this.published.push(parameters);
      const key = `${parameters.uri}@${parameters.version}`;
      this.#waiting.get(key)?.(parameters);
      this.#waiting.delete(key);
      const met = this.#wishes.filter((one) => one.uri === parameters.uri && one.isWanted(parameters));
      this.#wishes = this.#wishes.filter((one) => !met.includes(one));
      for (const { resolve } of met) resolve(parameters);
    });
    connection.listen();
  }

  async initialize(options?: InitializationOptions): Promise<void> {
    await this.connection.sendRequest("initialize", {
      processId: null,
      rootUri: null,
      capabilities: {
        textDocument: {
          completion: { completionItem: { snippetSupport: true } },
          documentSymbol: { hierarchicalDocumentSymbolSupport: true },
        },
      },
      initializationOptions: options,
    });
    await this.connection.sendNotification("initialized", {});
  }

  /** Opens a document and resolves with its diagnostics. */
  async open(text: string, at = uri, languageId = "lxc-autoscaler"): Promise<readonly Diagnostic[]> {
    this.#version += 1;
    const version = this.#version;
    const done = this.#diagnostics(at, version);
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: at, languageId, version, text },
    });
    return done;
  }

  /** Types `text` over a range, as an editor tells it, and resolves with the diagnostics of the new version. */
  async type(
    range: { readonly start: Place; readonly end: Place },
    text: string,
    at = uri,
  ): Promise<readonly Diagnostic[]> {
    this.#version += 1;
    const version = this.#version;
    const done = this.#diagnostics(at, version);
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: at, version },
      contentChanges: [{ range, text }],
    });
    return done;
  }

  /** The next findings for a file that are wanted. */
  publishedFor(
    at: string,
    isWanted: (parameters: PublishDiagnosticsParams) => boolean,
  ): Promise<PublishDiagnosticsParams> {
    return new Promise((resolve) => this.#wishes.push({ uri: at, isWanted, resolve }));
  }

  async push(inventory: Inventory | null): Promise<void> {
    await this.connection.sendNotification(inventoryNotification, { inventory });
  }

  async complete(position: Place, at = uri): Promise<readonly CompletionItem[]> {
    const list = await this.connection.sendRequest<CompletionList | null>("textDocument/completion", {
      textDocument: { uri: at },
      position,
    });
    return list?.items ?? [];
  }

  async hover(position: Place, at = uri): Promise<string | null> {
    const hover = await this.connection.sendRequest<Hover | null>("textDocument/hover", {
      textDocument: { uri: at },
      position,
    });
    return hover === null ? null : (hover.contents as { readonly value: string }).value;
  }

  #diagnostics(at: string, version: number): Promise<readonly Diagnostic[]> {
    return new Promise((resolve) => {
      this.#waiting.set(`${at}@${version}`, ({ diagnostics }) => resolve(diagnostics));
    });
  }
}

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** A server and its client in this process, over two streams. */
export async function startSession(
  options: ServeOptions & { readonly initialization?: InitializationOptions } = {},
): Promise<Session & AsyncDisposable & { readonly ended: Promise<number> }> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const ended = serveStreams(toServer, toClient, options);
  const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
  const session = new Session(connection);
  await session.initialize(options.initialization);
  return Object.assign(session, {
    ended,
    async [Symbol.asyncDispose]() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      await ended;
      connection.dispose();
    },
  });
}

/** Takes the mark `|` out of a text and says where it stood. */
export function atMark(marked: string): { readonly text: string; readonly position: Place } {
  const offset = marked.indexOf("|");
  if (offset === -1) throw new Error(`No | in: ${marked}`);
  const lines = marked.slice(0, offset).split("\n");
  return {
    text: marked.slice(0, offset) + marked.slice(offset + 1),
    position: { line: lines.length - 1, character: lines.at(-1)!.length },
  };
}

/** A text after an item of a completion was taken. */
export function take(text: string, item: CompletionItem): string {
  const edit = item.textEdit;
  if (edit === undefined || !("range" in edit)) throw new Error("The item has no plain edit.");
  const lines = text.split("\n");
  const offset = ({ line, character }: Place): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return text.slice(0, offset(edit.range.start)) + edit.newText + text.slice(offset(edit.range.end));
}
