import { createConnection, type WatchDog } from "vscode-languageserver";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageReader,
  type MessageWriter,
} from "vscode-languageserver/node";
import { runServer, type ServerOptions } from "./server.js";

export interface ServeOptions extends ServerOptions {
  /** Ends the server as it should (0). */
  readonly signal?: AbortSignal;
}

/**
 * Serves one client on a pair of streams, and resolves with the exit code of the protocol once it is over: 0 after
 * `shutdown` and `exit`, or when asked to end by the signal; 1 where the client went away without a word.
 */
export function serveStreams(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  options: ServeOptions = {},
): Promise<number> {
  return serve(new StreamMessageReader(input), new StreamMessageWriter(output), options);
}

/** The same on any transport. */
export function serve(reader: MessageReader, writer: MessageWriter, options: ServeOptions = {}): Promise<number> {
  const { signal } = options;
  return new Promise((resolve) => {
    let shutDown = false;
    const end = (code: number): void => {
      signal?.removeEventListener("abort", abort);
      protocol?.dispose();
      protocol = null;
      resolve(code);
    };
    const abort = (): void => end(0);
    // The library's own would end the whole process.
    const watchDog: WatchDog = {
      get shutdownReceived() {
        return shutDown;
      },
      set shutdownReceived(value) {
        shutDown = value;
      },
      initialize: () => undefined,
      exit: end,
    };
    let protocol: ReturnType<typeof createProtocolConnection> | null = null;
    const connection = createConnection(
      (logger) => (protocol = createProtocolConnection(reader, writer, logger)),
      watchDog,
    );
    reader.onClose(() => end(shutDown ? 0 : 1));
    // A client that has gone away can't be told anything; the reader's end says the same.
    writer.onError(() => end(shutDown ? 0 : 1));
    runServer(connection, options);
    if (signal?.aborted === true) end(0);
    else signal?.addEventListener("abort", abort);
  });
}
