import { spawn } from "node:child_process";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type LogMessageParams,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from "vscode-languageserver/node";
import { expect } from "vitest";
import { inventoryNotification } from "../../src/server/index.js";
import { inventory } from "./cluster.js";

const uri = "file:///home/anna/cluster/autoscaler.yaml";
/** A request that is not answered within so many milliseconds never is, however busy the machine. */
const patience = 60_000;

interface Position {
  readonly line: number;
  readonly character: number;
}

/** A change of a text, by offsets. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A server in a process of its own, which a loop without end can't take the test with. Whatever it is asked must be answered, with
 * positions inside of the document alone.
 */
export class TriedServer {
  readonly #connection: ProtocolConnection;
  readonly #child: ReturnType<typeof spawn>;
  readonly #ended: Promise<number | null>;
  readonly #complaints: string[] = [];
  #diagnostics: unknown = null;
  #waiting: { readonly version: number; readonly done: () => void } | null = null;
  #version = 0;
  #text = "";

  constructor(program: string) {
    this.#child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("The server has no pipes.");
    this.#ended = new Promise((resolve) => this.#child.once("exit", resolve));
    stderr.on("data", (bytes: Buffer) => this.#complaints.push(String(bytes)));
    const connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    connection.onNotification("window/logMessage", ({ message }: LogMessageParams) => {
      this.#complaints.push(message);
    });
    connection.onNotification(
      "textDocument/publishDiagnostics",
      ({ version, diagnostics }: PublishDiagnosticsParams) => {
        this.#diagnostics = diagnostics;
        if (version === this.#waiting?.version) this.#waiting?.done();
      },
    );
    connection.onRequest("workspace/inlayHint/refresh", () => null);
    connection.onRequest("workspace/codeLens/refresh", () => null);
    connection.listen();
    this.#connection = connection;
  }

  async start(): Promise<void> {
    const textDocument = {
      completion: { completionItem: { snippetSupport: true } },
      documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    };
    const initializationOptions = { commands: { dryRun: "x" }, presetsUrl: "file:///presets.md" };
    await this.#within(
      "initialize",
      this.#connection.sendRequest("initialize", {
        processId: null,
        rootUri: null,
        capabilities: { textDocument },
        initializationOptions,
      }),
    );
    await this.#connection.sendNotification("initialized", {});
    await this.#connection.sendNotification(inventoryNotification, { inventory });
  }

  async end(): Promise<void> {
    await this.#within("shutdown", this.#connection.sendRequest("shutdown"));
    await this.#connection.sendNotification("exit");
    expect(await this.#within("exit", this.#ended)).toBe(0);
    this.#connection.dispose();
  }

  /** Kills a server that did not answer. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Opens a text in place of the one before. */
  async open(text: string): Promise<void> {
    if (this.#version > 0) {
      await this.#connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    }
    this.#version += 1;
    this.#text = text;
    const told = this.#findings();
    await this.#connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "lxc-autoscaler", version: this.#version, text },
    });
    await told;
  }

  /** Changes the text as an editor does, and waits for its findings. */
  async change({ start, end, text }: Change): Promise<void> {
    this.#version += 1;
    const range = { start: positionAt(this.#text, start), end: positionAt(this.#text, end) };
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    const told = this.#findings();
    await this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: this.#version },
      contentChanges: [{ range, text }],
    });
    await told;
  }

  /** Asks what is asked after each keystroke, at an offset. */
  async askAt(offset: number): Promise<void> {
    await this.#ask(["completion", "hover"], offset);
  }

  /** Asks everything that there is to ask, at an offset. */
  async askAll(offset: number): Promise<void> {
    await this.#ask(Object.keys(requests), offset);
  }

  get text(): string {
    return this.#text;
  }

  async #ask(methods: readonly string[], offset: number): Promise<void> {
    const position = positionAt(this.#text, offset);
    await Promise.all(
      methods.map(async (method) => {
        const parameters = requests[method]?.(position, positionAt(this.#text, this.#text.length)) ?? {};
        const answer = await this.#within(
          method,
          this.#connection
            .sendRequest(`textDocument/${method}`, { textDocument: { uri }, ...parameters })
            .catch(refusal),
        );
        this.#expectInside(method, answer);
      }),
    );
  }

  #findings(): Promise<void> {
    const version = this.#version;
    const told = new Promise<void>((done) => {
      this.#waiting = { version, done };
    });
    return this.#within("findings", told).then(() => this.#expectInside("findings", this.#diagnostics));
  }

  async #within<T>(what: string, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(this.#told(`${what}: no answer`))), patience);
    });
    const death = this.#ended.then((code) => {
      if (what === "exit") return new Promise<never>(() => undefined);
      throw new Error(this.#told(`${what}: the server ended with ${code ?? "a signal"}`));
    });
    try {
      return await Promise.race([answer, silence, death]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a failure needs to be seen again. */
  #told(what: string): string {
    return `${what}\n${this.#complaints.splice(0).join("\n")}\n${JSON.stringify(this.#text.slice(0, 20_000))}`;
  }

  #expectInside(what: string, answer: unknown): void {
    if (answer instanceof Error) throw new Error(this.#told(`${what}: ${answer.message}`));
    if (this.#complaints.length > 0) throw new Error(this.#told(`${what}: the server complained`));
    // Between the two characters of a line end an editor takes the end of the line.
    const lengths = this.#text
      .split(/(?<=\r\n|\n|\r(?!\n))/u)
      .map((line) => line.replace(/\r?\n$|\r$/u, (end) => (end === "\r\n" ? "\r" : "")).length);
    if (/[\r\n]$/u.test(this.#text) || this.#text === "") lengths.push(0);
    for (const { line, character } of positionsIn(answer)) {
      const isInside = line >= 0 && line < lengths.length && character >= 0 && character <= (lengths[line] ?? -1);
      if (!isInside) throw new Error(this.#told(`${what}: ${line}:${character} is not in the document`));
    }
    for (const [start, end] of rangesIn(answer)) {
      const isForward = start.line < end.line || (start.line === end.line && start.character <= end.character);
      if (!isForward) throw new Error(this.#told(`${what}: a range ends before it begins, at line ${start.line}`));
    }
  }
}

/** What each request says beside the document. */
const requests: Readonly<Record<string, (position: Position, end: Position) => object>> = {
  completion: (position) => ({ position }),
  hover: (position) => ({ position }),
  definition: (position) => ({ position }),
  documentHighlight: (position) => ({ position }),
  references: (position) => ({ position, context: { includeDeclaration: true } }),
  prepareRename: (position) => ({ position }),
  rename: (position) => ({ position, newName: "another" }),
  selectionRange: (position) => ({ positions: [position] }),
  documentSymbol: () => ({}),
  foldingRange: () => ({}),
  documentLink: () => ({}),
  codeLens: () => ({}),
  inlayHint: (_, end) => ({ range: { start: { line: 0, character: 0 }, end } }),
  codeAction: (position, end) => ({
    range: { start: position, end },
    context: { diagnostics: [], only: ["quickfix", "refactor", "source.fixAll"] },
  }),
  formatting: () => ({ options: { tabSize: 2, insertSpaces: true } }),
  rangeFormatting: (position, end) => ({
    range: { start: position, end },
    options: { tabSize: 2, insertSpaces: true },
  }),
  onTypeFormatting: (position) => ({ position, ch: "\n", options: { tabSize: 2, insertSpaces: true } }),
};

/** Refusals that are answers: what can't be renamed is said so. Everything else that is thrown is a defect. */
function refusal(error: unknown): unknown {
  const isRefusal = error instanceof Error && "code" in error && (error.code === -32803 || error.code === -32801);
  return isRefusal ? null : error;
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/u);
}

function positionAt(text: string, offset: number): Position {
  const before = linesOf(text.slice(0, offset));
  // Between the two characters of a line end there is no position.
  const isSplit = text[offset - 1] === "\r" && text[offset] === "\n";
  const line = before.length - (isSplit ? 2 : 1);
  return { line, character: before[line]?.length ?? 0 };
}

/** Every position of an answer that is about this document. */
function positionsIn(answer: unknown): readonly Position[] {
  if (typeof answer !== "object" || answer === null) return [];
  if ("line" in answer && "character" in answer) return [answer as Position];
  if ("startLine" in answer && "endLine" in answer) {
    const { startLine, endLine } = answer as { readonly startLine: number; readonly endLine: number };
    return [startLine, endLine].map((line) => ({ line, character: 0 }));
  }
  // What is said about other files is not about this one.
  if ("uri" in answer && answer.uri !== uri) return [];
  return Object.values(answer).flatMap(positionsIn);
}

function rangesIn(answer: unknown): readonly (readonly [Position, Position])[] {
  if (typeof answer !== "object" || answer === null) return [];
  if ("start" in answer && "end" in answer) {
    const { start, end } = answer as { readonly start: Position; readonly end: Position };
    return [[start, end]];
  }
  return Object.values(answer).flatMap(rangesIn);
}
