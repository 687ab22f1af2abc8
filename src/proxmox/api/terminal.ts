import type { RawData, WebSocket } from "ws";
import { ProxmoxError } from "../errors.js";
import type { Terminal, TerminalEnd, TerminalSize } from "../ports/consoles.js";

/** A terminal that says nothing is kept alive; Proxmox's own page does so every thirty seconds. */
const keepAlive = 30_000;
/** Milliseconds for the proxy to accept the ticket: it lets one go after three seconds. */
const longestGreeting = 15_000;

export interface TerminalOptions {
  readonly upid: string;
  /** `user:ticket\n`, sent first. */
  readonly greeting: string;
  readonly size: TerminalSize;
  readonly signal: AbortSignal | undefined;
}

/**
 * Speaks with Proxmox's terminal proxy: the greeting, its `OK`, then `0:BYTES:data`, `1:COLUMNS:ROWS:` and `2` one way and
 * bare bytes the other. `refusal` is what it rejects with where the proxy closes instead of saying `OK`.
 */
export function openTerminal(client: WebSocket, options: TerminalOptions, refusal: () => Error): Promise<Terminal> {
  return new Promise((resolve, reject) => {
    let greeted = false;
    const early: Uint8Array[] = [];
    let output: ((bytes: Uint8Array) => void) | null = null;
    let end: TerminalEnd | null = null;
    const endListeners: ((end: TerminalEnd) => void)[] = [];
    let byUs = false;

    const deliver = (bytes: Uint8Array): void => {
      if (bytes.length === 0) return;
      if (output === null) early.push(bytes);
      else output(bytes);
    };
    const send = (frame: string): void => {
      if (client.readyState === client.OPEN) client.send(Buffer.from(frame));
    };
    const terminal: Terminal = {
      upid: options.upid,
      write: (text) => send(`0:${Buffer.byteLength(text)}:${text}`),
      resize: ({ columns, rows }) => send(`1:${Math.max(1, columns)}:${Math.max(1, rows)}:`),
      onOutput(listener) {
        output = listener;
        for (const bytes of early.splice(0)) listener(bytes);
      },
      onEnd(listener) {
        if (end === null) endListeners.push(listener);
        else listener(end);
      },
      [Symbol.dispose]() {
        byUs = true;
        client.close();
        // The other side may be gone: what is left of the connection goes with it.
        setTimeout(() => client.terminate(), 1000).unref();
      },
    };
    const alive = setInterval(() => send("2"), keepAlive);
    const greeting = setTimeout(() => client.terminate(), longestGreeting);
    const onAbort = (): void => {
      if (greeted) return;
      client.terminate();
      reject(new ProxmoxError("cancelled", "Cancelled: opening a terminal."));
    };
    options.signal?.addEventListener("abort", onAbort, { once: true });

    client.on("message", (data: RawData) => {
      const bytes = bytesOf(data);
      if (greeted) {
        deliver(bytes);
        return;
      }
      if (bytes.toString("latin1", 0, 2) !== "OK") {
        client.terminate();
        return;
      }
      greeted = true;
      clearTimeout(greeting);
      options.signal?.removeEventListener("abort", onAbort);
      terminal.resize(options.size);
      deliver(bytes.subarray(2));
      resolve(terminal);
    });
    // `close` follows, and says the same.
    client.on("error", () => undefined);
    client.on("close", (code) => {
      clearInterval(alive);
      clearTimeout(greeting);
      options.signal?.removeEventListener("abort", onAbort);
      if (!greeted) {
        reject(refusal());
        return;
      }
      // 1006: without a word, as where the network or the node is gone.
      const orderly = byUs || code !== 1006;
      end = { orderly, reason: orderly ? "The terminal has been closed." : "The connection to the terminal broke." };
      for (const listener of endListeners.splice(0)) listener(end);
    });
    client.send(Buffer.from(options.greeting));
  });
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
