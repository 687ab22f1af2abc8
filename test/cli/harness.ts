import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { afterEach } from "vitest";
import { run } from "../../src/cli/run.js";
import type { Simulator } from "../../src/simulator/index.js";

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly stdin?: string | Uint8Array | Readable;
  readonly env?: Readonly<Record<string, string>>;
  /** Columns of a terminal on all three streams. */
  readonly terminal?: number;
  readonly signal?: AbortSignal;
  /** Called with everything standard error has received so far. */
  readonly onStderr?: (text: string) => void;
  /** The same of standard output. */
  readonly onStdout?: (text: string) => void;
  readonly onHangup?: (listener: () => void) => () => void;
}

class Collector extends Writable {
  text = "";
  isTTY?: boolean;
  columns?: number;

  constructor(
    terminal: number | undefined,
    private readonly onText: ((text: string) => void) | undefined,
  ) {
    super({ decodeStrings: false });
    if (terminal !== undefined) {
      this.isTTY = true;
      this.columns = terminal;
    }
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    this.onText?.(this.text);
    // Later, as a pipe does: a command that does not wait for its writes loses them.
    setImmediate(done);
  }
}

/** Runs the command line in this process, as the program would. */
export async function cli(argv: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const stdout = new Collector(options.terminal, options.onStdout);
  const stderr = new Collector(options.terminal, options.onStderr);
  const { stdin = "" } = options;
  const input = stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin as string)]);
  if (options.terminal !== undefined) Object.assign(input, { isTTY: true });
  const exitCode = await run(argv, {
    stdin: input,
    stdout,
    stderr,
    env: { HOME: "/nonexistent", ...options.env },
    signal: options.signal ?? new AbortController().signal,
    ...(options.onHangup === undefined ? {} : { onHangup: options.onHangup }),
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** Standard input of a terminal at which a person types. */
export function keyboard(): PassThrough {
  return Object.assign(new PassThrough(), { isTTY: true });
}

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A folder that is gone after the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  folders.push(path);
  return path;
}

/** Writes a file into a folder of its own and returns its path. */
export async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await folder(), name);
  await writeFile(path, content);
  return path;
}

/** The variables that lead to a simulator. */
export function connectionTo(simulator: Simulator, token = simulator.token): Record<string, string> {
  return { PROXMOX_URL: simulator.url, PROXMOX_FINGERPRINT: simulator.fingerprint, PROXMOX_TOKEN: token };
}

/** Everything below a folder by path, for “nothing was written” and for looking into records. */
export async function contents(path: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  let entries;
  try {
    entries = await readdir(path, { recursive: true, withFileTypes: true });
  } catch {
    return found;
  }
  for (const entry of entries) {
    const whole = join(entry.parentPath, entry.name);
    found[whole.slice(path.length + 1)] = entry.isFile() ? await readFile(whole, "utf8") : "<folder>";
  }
  return found;
}

/** Writes that reached the simulated cluster. */
export function writes(simulator: Simulator): readonly string[] {
  return simulator.control
    .requests()
    .filter(({ method }) => method !== "GET")
    .map(({ method, path }) => `${method} ${path}`);
}
