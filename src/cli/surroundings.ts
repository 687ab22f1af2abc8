import type { Readable, Writable } from "node:stream";

/** Standard input; `isTTY` where a person types into it. */
export type InputStream = Readable & { readonly isTTY?: boolean };

/** Standard output or error; with a terminal it has a width. */
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything a command knows of the process it runs in, so that it can run in a test as well. */
export interface Surroundings {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Calls back at each SIGHUP, which ends the process while nobody listens; returns how to take that back. */
  readonly onHangup?: (listener: () => void) => () => void;
}
