import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { parseDocument } from "yaml";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from "vscode-languageserver/node";
import { rounded, type Measurement } from "./measurement.js";
import { policyFile } from "./policy-file.js";
import { runNode } from "./programs.js";

const uri = "file:///bench/autoscaler.yaml";
const keystrokes = 150;

/** Over pipes, as an editor has it: from a keystroke to its diagnostics, beside the parsing with ranges alone. */
export async function measureLanguageServer(): Promise<Measurement[]> {
  const lines: Measurement[] = [];
  for (const length of [100, 1000]) {
    const text = policyFile(length);
    const { times, started } = await typeInto(text);
    const floor = parsing(text);
    lines.push({
      name: `language server: keystroke to diagnostics in ${length} lines, p95`,
      value: rounded(percentile(times.diagnostics, 0.95)),
      unit: "ms",
      comparedWith: "yaml parseDocument with ranges, p95",
      ratio: rounded(percentile(times.diagnostics, 0.95) / percentile(floor, 0.95)),
    });
    lines.push({
      name: `language server: keystroke and completion of a key in ${length} lines, p95`,
      value: rounded(percentile(times.completion, 0.95)),
      unit: "ms",
      comparedWith: "yaml parseDocument with ranges, p95",
      ratio: rounded(percentile(times.completion, 0.95) / percentile(floor, 0.95)),
    });
    lines.push({
      name: `language server: spawn to first diagnostics of ${length} lines`,
      value: rounded(started),
      unit: "ms",
      comparedWith: "node -e 0",
      ratio: rounded(started / bareStart()),
    });
  }
  return lines;
}

interface Times {
  readonly diagnostics: number[];
  readonly completion: number[];
}

async function typeInto(text: string): Promise<{ readonly times: Times; readonly started: number }> {
  const begun = performance.now();
  const child = spawn(process.execPath, [resolve("dist/server.js"), "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map<number, () => void>();
  connection.onNotification("textDocument/publishDiagnostics", ({ version }: PublishDiagnosticsParams) =>
    published.get(version ?? 0)?.(),
  );
  connection.listen();
  const answer = (version: number): Promise<void> => new Promise((done) => published.set(version, done));
  await connection.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} });
  const first = answer(1);
  await connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "lxc-autoscaler", version: 1, text },
  });
  await first;
  const started = performance.now() - begun;

  // A key is typed and taken away again in the middle of the file, where it makes the file wrong and right in turn.
  const line = Math.floor(text.split("\n").length / 18) * 9 + 4;
  const times: Times = { diagnostics: [], completion: [] };
  let version = 1;
  for (let round = -20; round < keystrokes; round += 1) {
    const isTyped = round % 2 === 0;
    version += 1;
    const done = answer(version);
    const from = performance.now();
    void change(connection, version, line, isTyped);
    await done;
    if (round >= 0) times.diagnostics.push(performance.now() - from);
    version += 1;
    const later = answer(version);
    const again = performance.now();
    void change(connection, version, line, !isTyped);
    await connection.sendRequest("textDocument/completion", {
      textDocument: { uri },
      position: { line, character: 4 },
    });
    if (round >= 0) times.completion.push(performance.now() - again);
    await later;
    // Back to where the next round begins.
    version += 1;
    const back = answer(version);
    void change(connection, version, line, isTyped);
    await back;
  }
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  await ended;
  connection.dispose();
  return { times, started };
}

/** Types a character at the beginning of the name of a key, or takes it away. */
function change(connection: ProtocolConnection, version: number, line: number, isTyped: boolean): Promise<void> {
  const start = { line, character: 4 };
  const end = { line, character: isTyped ? 4 : 5 };
  return connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version },
    contentChanges: [{ range: { start, end }, text: isTyped ? "x" : "" }],
  });
}

/** What starting any program of Node takes. */
function bareStart(): number {
  const from = performance.now();
  runNode(["-e", "0"]);
  return performance.now() - from;
}

function parsing(text: string): readonly number[] {
  const times: number[] = [];
  for (let round = -10; round < 40; round += 1) {
    const from = performance.now();
    parseDocument(text);
    if (round >= 0) times.push(performance.now() - from);
  }
  return times;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
