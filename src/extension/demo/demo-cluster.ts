import { fork, type ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { ProblemError } from "../base/problem.js";
import { splitToken, type Connection } from "../cluster/connection.js";

/** What the simulator says once it listens. */
interface Started {
  readonly url: string;
  readonly fingerprint: string;
  readonly token: string;
}

/** Seconds until the simulator must have said where it listens. */
const startSeconds = 30;
/** Seconds for it to end by itself before it is killed. */
const endSeconds = 3;

export const demoId = "demo";

/**
 * The demo cluster: the bundled Proxmox VE stand-in as a child process on loopback. A channel connects the
 * two, so that it ends when this process does, however that comes about.
 */
export class DemoCluster extends Owner {
  readonly #program: string;
  readonly #records: string;
  readonly #log: (line: string) => void;
  readonly #ended = this.own(new Emitter<string>());
  /** The child ended without being asked; says how. */
  readonly onDidEnd: Event<string> = this.#ended.event;
  #child: ChildProcess | null = null;

  /** `program` is the file to start, `records` a folder that is emptied at each start. */
  constructor(options: { readonly program: string; readonly records: string; readonly log: (line: string) => void }) {
    super();
    this.#program = options.program;
    this.#records = options.records;
    this.#log = options.log;
    this.own({ dispose: () => this.stop() });
  }

  get recordsDirectory(): string {
    return this.#records;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  /** Starts it and gives how to connect. Rejects with a sentence. */
  async start(): Promise<{ readonly connection: Connection; readonly secret: string }> {
    this.stop();
    await rm(this.#records, { recursive: true, force: true });
    const child = fork(this.#program, [], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      execArgv: [],
      // The desktop's own binary behaves as Node only when told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    });
    this.#child = child;
    if (child.stderr !== null) createInterface(child.stderr).on("line", (line) => this.#log(line));
    try {
      const { url, fingerprint, token } = await firstLine(child);
      const parts = splitToken(token);
      if (parts === null) throw new ProblemError({ kind: "failed", sentence: "The demo cluster gave no token." });
      child.once("exit", (code, signal) => {
        if (this.#child !== child) return;
        this.#child = null;
        this.#ended.fire(`The demo cluster has ended (${signal ?? `exit ${code ?? "?"}`}).`);
      });
      const connection: Connection = {
        id: demoId,
        label: "demo",
        endpoints: [url],
        fingerprints: [fingerprint],
        tokenId: parts.tokenId,
        demo: true,
      };
      return { connection, secret: parts.secret };
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** Ends the child: politely, then by force. */
  stop(): void {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const force = setTimeout(() => child.kill("SIGKILL"), endSeconds * 1000);
    child.once("exit", () => clearTimeout(force));
    if (child.connected) child.disconnect();
    child.kill("SIGTERM");
  }
}

function firstLine(child: ChildProcess): Promise<Started> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(limit);
      reject(new ProblemError({ kind: "failed", sentence: `The demo cluster could not be started: ${why}.` }));
    };
    const limit = setTimeout(() => fail(`it said nothing within ${startSeconds} seconds`), startSeconds * 1000);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`it ended with ${signal ?? `exit ${code ?? "?"}`}; the log has more`));
    if (child.stdout === null) return;
    createInterface(child.stdout).once("line", (line) => {
      clearTimeout(limit);
      const started = parseStarted(line);
      if (started === null) fail("what it said can't be understood");
      else resolve(started);
    });
  });
}

function parseStarted(line: string): Started | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { url, fingerprint, token } = value as Record<string, unknown>;
  if (typeof url !== "string" || typeof fingerprint !== "string" || typeof token !== "string") return null;
  return { url, fingerprint, token };
}
