import { fork, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inventory } from "./cluster.js";
import { buildServer } from "./server-program.js";
import { atMark, Session } from "./session.js";

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxc-autoscaler-server-"));
  program = await buildServer(folder);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}

/** Started by an editor over standard input and output, in a process that may read nothing but the server itself. */
function startConfined(): ChildProcess {
  return spawn(
    process.execPath,
    ["--experimental-permission", "--no-warnings", `--allow-fs-read=${folder}/*`, program, "--stdio"],
    { stdio: ["pipe", "pipe", "pipe"], cwd: folder, env: { PROXMOX_TOKEN: "root@pam!a=b" } },
  );
}

function stdioSession(child: ChildProcess): Session {
  if (child.stdout === null || child.stdin === null) throw new Error("The server has no pipes.");
  return new Session(
    createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)),
  );
}

describe("the language server as a process", () => {
  it("serves an editor on standard input and output, and ends as the protocol says, without reading a file", async () => {
    const child = startConfined();
    const ended = ending(child);
    const session = stdioSession(child);
    await session.initialize();
    const hostile =
      'version: 1\nconnection: { url: "https://127.0.0.1:1", token: "${file:/etc/passwd}", ca: /etc/shadow }\ntimezone: ${file:/etc/hostname}\nmode: aply\n';
    const findings = await session.open(hostile);
    expect(findings.map(({ code }) => code)).toEqual(["not-a-choice"]);
    const fixed = await session.type({ start: { line: 3, character: 6 }, end: { line: 3, character: 10 } }, "apply");
    expect(fixed).toEqual([]);
    await session.push(inventory);
    const { text, position } = atMark("version: 1\nignore: { vmids: [|] }\n");
    await session.open(text, "file:///b/autoscaler.yaml");
    const items = await session.complete(position, "file:///b/autoscaler.yaml");
    expect(items.map(({ label }) => label)).toContain("105");
    await session.connection.sendRequest("shutdown");
    await session.connection.sendNotification("exit");
    expect(await ended).toBe(0);
  });

  it("ends with 0 on SIGTERM, and with 1 when its client goes away without a word", async () => {
    const asked = startConfined();
    const askedEnd = ending(asked);
    await stdioSession(asked).initialize();
    asked.kill("SIGTERM");
    expect(await askedEnd).toBe(0);

    const left = startConfined();
    const leftEnd = ending(left);
    const session = stdioSession(left);
    await session.initialize();
    session.connection.end();
    left.stdin?.end();
    expect(await leftEnd).toBe(1);
  });

  it("serves over the channel of a fork, and ends when the editor is gone", async () => {
    const child = fork(program, ["--node-ipc"], { execArgv: [], stdio: "ignore" });
    const ended = ending(child);
    const session = new Session(createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child)));
    await session.initialize();
    expect((await session.open("version: 1\nmode: aply\n")).map(({ code }) => code)).toEqual(["not-a-choice"]);
    child.disconnect();
    expect(await ended).toBe(0);
  });
});
