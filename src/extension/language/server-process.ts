import { fork } from "node:child_process";
import type { LogOutputChannel } from "vscode";
import { IPCMessageReader, IPCMessageWriter, type MessageTransports } from "vscode-languageclient/node";
import { keptOfErrors, whyEnded } from "./why-ended.js";

/** Seconds after which a server that was told to end is ended. */
const patience = 3;

/** A language server in a process of its own. */
export interface ServerProcess {
  readonly transports: MessageTransports;
  readonly pid: number | undefined;
  /** Why it has ended, in a sentence, or that it does not answer. */
  readonly why: () => string;
  readonly ended: () => boolean;
  /** Ends it, where it has not ended by itself soon. */
  readonly end: () => void;
}

/** Starts the server; what it writes besides the protocol goes to the log. */
export function startServerProcess(module: string, log: LogOutputChannel): ServerProcess {
  // As the editor's own host of extensions is debugged, so is the server.
  const debugged = process.execArgv.some((argument) => argument.startsWith("--inspect"));
  const child = fork(module, ["--node-ipc", `--clientProcessId=${process.pid}`], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", ELECTRON_NO_ASAR: "1" },
    execArgv: debugged ? ["--nolazy", "--inspect=6019"] : [],
    silent: true,
  });
  let errors = "";
  child.stdout?.on("data", (chunk: Buffer) => log.info(`language server: ${chunk.toString().trimEnd()}`));
  child.stderr?.on("data", (chunk: Buffer) => {
    const text = chunk.toString();
    errors = (errors + text).slice(-keptOfErrors);
    log.error(`language server: ${text.trimEnd()}`);
  });
  child.on("error", (error) => {
    errors = `${errors}\nError: ${error.message}`;
  });
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    transports: { reader: new IPCMessageReader(child), writer: new IPCMessageWriter(child) },
    pid: child.pid,
    why: () => whyEnded(child.exitCode, child.signalCode, errors),
    ended,
    end: () => {
      if (ended()) return;
      const timer = setTimeout(() => child.kill(), patience * 1000);
      // The window that closes is not held up by it: the server ends by itself when nobody listens any more.
      timer.unref();
      child.once("exit", () => clearTimeout(timer));
    },
  };
}
