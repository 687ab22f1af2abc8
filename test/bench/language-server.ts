import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from "vscode-languageserver/node";
import { rounded, type Measurement } from "./measurement.js";
import { policyFile } from "./policy-file.js";

const uri = "file:///bench/autoscaler.yaml";
const schema = pathToFileURL(resolve("schemas/autoscaler.schema.json")).href;

/** A language server that is started as an editor starts it. */
interface Server {
  readonly program: string;
  readonly languageId: string;
  /** What is measured of it in each file: fewer rounds for one that waits after each key. */
  readonly rounds: number;
  /** What it asks of the editor's settings. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const ours: Server = { program: resolve("dist/server.js"), languageId: "lxc-autoscaler", rounds: 120, settings: {} };

/** The server most editors have for YAML, with the same schema. */
const stock: Server = {
  program: createRequire(resolve("package.json")).resolve("yaml-language-server/bin/yaml-language-server"),
  languageId: "yaml",
  rounds: 20,
  settings: {
    yaml: {
      schemas: { [schema]: "autoscaler.yaml" },
      schemaStore: { enable: false },
      validate: true,
      completion: true,
      hover: true,
    },
  },
};

/**
 * Over pipes, as an editor has them: from a keystroke to its diagnostics, a completion and a hover right after a keystroke, from
 * the start to the first diagnostics, and memory after all that. Beside the stock server for YAML, in the same run.
 */
export async function measureLanguageServer(): Promise<Measurement[]> {
  const lines: Measurement[] = [];
  for (const length of [1000, 10_000]) {
    const text = policyFile(length);
    const mine = await use(ours, text);
    const theirs = await use(stock, text);
    const add = (name: string, unit: "ms" | "MB", of: (use: Use) => number): void => {
      const [value, other] = [of(mine), of(theirs)];
      const comparedWith = `yaml-language-server, the same: ${rounded(other)} ${unit}`;
      lines.push({
        name: `language server: ${name}, ${length} lines`,
        value: rounded(value),
        unit,
        comparedWith,
        ratio: rounded(value / other),
      });
    };
    add("keystroke to diagnostics, p50", "ms", ({ diagnostics }) => percentile(diagnostics, 0.5));
    add("keystroke to diagnostics, p95", "ms", ({ diagnostics }) => percentile(diagnostics, 0.95));
    add("keystroke and completion of a key, p95", "ms", ({ completion }) => percentile(completion, 0.95));
    add("keystroke and hover, p95", "ms", ({ hover }) => percentile(hover, 0.95));
    add("start to first diagnostics, the middle of three", "ms", ({ starts }) => percentile(starts, 0.5));
    add("resident memory after use", "MB", ({ megabytes }) => megabytes);
  }
  return lines;
}

/** What was measured while a server was used. Times are milliseconds. */
interface Use {
  readonly diagnostics: readonly number[];
  readonly completion: readonly number[];
  readonly hover: readonly number[];
  readonly starts: readonly number[];
  readonly megabytes: number;
}

async function use(server: Server, text: string): Promise<Use> {
  const starts: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    const opened = await open(server, text);
    starts.push(opened.took);
    await opened.close();
  }
  const { connection, published, took, pid, close } = await open(server, text);
  starts.push(took);
  // A key is typed and taken away again in the middle of the file, where it makes the file wrong and right in turn.
  const line = Math.floor(text.split("\n").length / 18) * 9 + 4;
  let version = 1;
  const type = async (isTyped: boolean): Promise<void> => {
    version += 1;
    const start = { line, character: 4 };
    const end = { line, character: isTyped ? 4 : 5 };
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ range: { start, end }, text: isTyped ? "x" : "" }],
    });
  };
  const position = { line, character: 5 };
  const times = { diagnostics: [] as number[], completion: [] as number[], hover: [] as number[] };
  let isTyped = false;
  const timed = async (kind: keyof typeof times, round: number): Promise<void> => {
    isTyped = !isTyped;
    const told = published();
    const from = performance.now();
    void type(isTyped);
    if (kind === "diagnostics") await told;
    else await connection.sendRequest(`textDocument/${kind}`, { textDocument: { uri }, position });
    if (round >= 0) times[kind].push(performance.now() - from);
    await told;
  };
  for (let round = -Math.ceil(server.rounds / 5); round < server.rounds; round += 1) {
    // Three keystrokes a round, so that each kind meets the file both right and wrong.
    for (const kind of ["diagnostics", "completion", "hover"] as const) await timed(kind, round);
  }
  const megabytes = residentMegabytes(pid);
  await close();
  return { ...times, starts, megabytes };
}

interface Opened {
  readonly connection: ProtocolConnection;
  /** The next findings that are published. */
  readonly published: () => Promise<void>;
  /** From the start of the process to the first findings. */
  readonly took: number;
  readonly pid: number;
  readonly close: () => Promise<void>;
}

async function open({ program, languageId, settings }: Server, text: string): Promise<Opened> {
  const begun = performance.now();
  const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const waiting: (() => void)[] = [];
  const published = (): Promise<void> => new Promise((done) => waiting.push(done));
  connection.onNotification("textDocument/publishDiagnostics", () => {
    for (const done of waiting.splice(0)) done();
  });
  connection.onRequest("workspace/configuration", ({ items }: { items: readonly { readonly section?: string }[] }) =>
    items.map(({ section }) => settings[section ?? ""] ?? {}),
  );
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: null,
    rootUri: null,
    capabilities: { workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } } },
  });
  await connection.sendNotification("initialized", {});
  await connection.sendNotification("workspace/didChangeConfiguration", { settings });
  const first = published();
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId, version: 1, text },
  });
  await first;
  const took = performance.now() - begun;
  const close = async (): Promise<void> => {
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    await ended;
    connection.dispose();
  };
  return { connection, published, took, pid: child.pid ?? 0, close };
}

/** What Linux says a process holds in memory; NaN elsewhere. */
function residentMegabytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
