import type { ContainerRef } from "../../model/index.js";
import type { RequestOptions } from "../request-options.js";

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Why a terminal has ended. */
export interface TerminalEnd {
  /** `false` where the connection broke: a new terminal can be opened. */
  readonly orderly: boolean;
  /** One sentence for people. */
  readonly reason: string;
}

/** A terminal that is connected. Whoever opened it disposes it. */
export interface Terminal extends Disposable {
  /** The task that serves it. */
  readonly upid: string;
  /** What is typed or pasted. */
  write(text: string): void;
  resize(size: TerminalSize): void;
  /** Hears what the other side writes, in the bytes of a terminal; from the first byte on if asked for at once. */
  onOutput(listener: (bytes: Uint8Array) => void): void;
  /** Hears once that it has ended, also where that has happened already. */
  onEnd(listener: (end: TerminalEnd) => void): void;
}

/** Terminals through Proxmox's own proxy. */
export interface ConsolePort {
  /**
   * The console of a container, which asks for a login of its own. Rejects with `refused` where this version of Proxmox VE
   * does not take API tokens there (before pve-container of April 2026): a login with a password, or the node's shell, can.
   */
  ofContainer(container: ContainerRef, size: TerminalSize, options?: RequestOptions): Promise<Terminal>;

  /** A shell of a node; needs Sys.Console on it. */
  ofNode(node: string, size: TerminalSize, options?: RequestOptions): Promise<Terminal>;
}
