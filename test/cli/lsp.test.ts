import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CodeLens,
  type MessageConnection,
} from "vscode-languageserver/node";
import { run } from "../../src/cli/run.js";
import { startSimulator } from "../../src/simulator/index.js";
import { connectionTo } from "./harness.js";

interface Served {
  readonly client: MessageConnection;
  readonly stdin: PassThrough;
  readonly ended: Promise<number>;
  readonly stderr: () => string;
  readonly interrupt: () => void;
}

function serve(env: Readonly<Record<string, string>> = {}, ...file: readonly string[]): Served {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  let said = "";
  stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const interruption = new AbortController();
  const ended = run(["lsp", "--stdio", ...file], { stdin, stdout, stderr, env, signal: interruption.signal });
  const client = createMessageConnection(
    new StreamMessageReader(Readable.from(stdout)),
    new StreamMessageWriter(stdin),
  );
  client.listen();
  return { client, stdin, ended, stderr: () => said, interrupt: () => interruption.abort() };
}

const initialize = { processId: null, rootUri: null, capabilities: {} };
const uri = "file:///srv/autoscaler.yaml";

function open(client: MessageConnection, text: string): Promise<void> {
  return client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "lxc-autoscaler", version: 1, text },
  });
}

/** The codes of the findings that are published until one of them is the wanted one. */
function published(client: MessageConnection, wanted: string): Promise<readonly unknown[]> {
  return new Promise((resolve) => {
    client.onNotification(
      "textDocument/publishDiagnostics",
      ({ diagnostics }: { diagnostics: readonly { code: unknown }[] }) => {
        const codes = diagnostics.map(({ code }) => code);
        if (codes.includes(wanted)) resolve(codes);
      },
    );
  });
}

describe("lsp", () => {
  it("serves an editor, and ends with 0 after shutdown and exit", async () => {
    const { client, ended, stderr } = serve();
    expect(await client.sendRequest("initialize", initialize)).toMatchObject({ capabilities: { hoverProvider: true } });
    const found = published(client, "unknown-key");
    await open(client, 'version: 1\npolicies: [{ match: { names: ["*"] }, cpu: { max: 2 } }]\npolicy: 3\n');
    expect(await found).toContain("unknown-key");
    await client.sendRequest("shutdown");
    await client.sendNotification("exit");
    expect(await ended).toBe(0);
    expect(stderr()).toBe("");
    client.dispose();
  });

  it("knows the cluster that the environment names", async () => {
    await using simulator = await startSimulator({ clock: "manual" });
    const { client, ended, interrupt } = serve(connectionTo(simulator));
    await client.sendRequest("initialize", initialize);
    const found = published(client, "matches-nothing");
    await open(client, "version: 1\npolicies: [{ match: { vmids: [4711] }, cpu: { max: 2 } }]\n");
    expect(await found).toContain("matches-nothing");
    interrupt();
    expect(await ended).toBe(0);
    client.dispose();
  });

  it("says how many containers would change, once it has read the sizes of those that an open file is about", async () => {
    await using simulator = await startSimulator({ clock: "manual" });
    const { client, ended, interrupt } = serve(connectionTo(simulator));
    await client.sendRequest("initialize", {
      ...initialize,
      capabilities: { workspace: { codeLens: { refreshSupport: true } } },
    });
    const titles = async (): Promise<readonly (string | undefined)[]> => {
      const lenses = await client.sendRequest<readonly CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
      return lenses.map(({ command }) => command?.title);
    };
    const told = new Promise<string>((resolve) => {
      client.onRequest("workspace/codeLens/refresh", () => {
        void titles().then(([title]) => title?.includes("would change") === true && resolve(title));
        return null;
      });
    });
    await open(client, 'version: 1\npolicies: [{ match: { names: ["web-*"] }, cpu: { fixed: 7, min: 1, max: 8 } }]\n');
    expect(await told).toMatch(/^\d+ containers · would change \d+$/u);
    interrupt();
    expect(await ended).toBe(0);
    client.dispose();
  });

  it("knows the cluster of the file that it is started with, and of no other that is opened", async () => {
    await using simulator = await startSimulator({ clock: "manual" });
    const folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
    const file = join(folder, "autoscaler.yaml");
    const connection = `connection: { url: "${simulator.url}", token: "\${env:TOKEN}", fingerprint: "${simulator.fingerprint}" }\n`;
    await writeFile(file, `version: 1\n${connection}policies: [{ match: { vmids: [101] }, cpu: { max: 2 } }]\n`);
    const text = "version: 1\npolicies: [{ match: { vmids: [4711] }, cpu: { target: 60%, max: 2 } }]\n";
    const merely = serve({ TOKEN: simulator.token });
    await merely.client.sendRequest("initialize", initialize);
    const checked = published(merely.client, "unknown-key");
    await open(merely.client, `${text}${connection}nonsense: 1\n`);
    await checked;
    await merely.client.sendRequest("shutdown");
    expect(simulator.control.requests()).toEqual([]);
    const named = serve({ TOKEN: simulator.token }, file);
    await named.client.sendRequest("initialize", initialize);
    const found = published(named.client, "matches-nothing");
    await open(named.client, text);
    expect(await found).toContain("matches-nothing");
    for (const { interrupt, ended, client } of [merely, named]) {
      interrupt();
      expect(await ended).toBe(0);
      client.dispose();
    }
    await rm(folder, { recursive: true, force: true });
  });

  it("goes on without a cluster that can't be reached, and says so once", async () => {
    const { client, ended, stderr, interrupt } = serve({
      PROXMOX_URL: "https://127.0.0.1:1",
      PROXMOX_TOKEN: "a@pam!b=c",
    });
    await client.sendRequest("initialize", initialize);
    const found = published(client, "unknown-key");
    await open(client, "version: 1\npolicy: 3\n");
    expect(await found).toContain("unknown-key");
    while (!stderr().includes("refuses the connection")) await new Promise((resolve) => setImmediate(resolve));
    interrupt();
    expect(await ended).toBe(0);
    client.dispose();
  });
});
