import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../clock.js";
import type { Identity } from "../access/permissions.js";
import { nameOf } from "../access/permissions.js";
import { failure } from "../http/problem.js";
import type { Guest } from "./guest.js";

/** A terminal that waits for its client. */
export interface WaitingConsole {
  readonly node: string;
  readonly port: number;
  /** Null: the node's own shell. */
  readonly guest: Guest | null;
  readonly by: Identity;
  readonly ticket: string;
  /** Called with the client's address once one connects; what it answers is called when that ends, with why it failed. */
  readonly connect: (address: string) => (failure: string | null) => void;
}

/** Seconds for which a ticket is good. */
const ticketLife = 40;
const firstPort = 5900;
const lastPort = 5999;

/** The terminals of all nodes, each on a port of its own until its client has come. */
export class Consoles {
  private readonly waiting = new Map<string, WaitingConsole>();
  private readonly key = randomBytes(32);

  constructor(private readonly clock: Clock) {}

  /** Takes the terminal that waits at a port: one client each. */
  take(node: string, port: number): WaitingConsole | null {
    const key = `${node} ${port}`;
    const found = this.waiting.get(key) ?? null;
    this.waiting.delete(key);
    return found;
  }

  add(console: WaitingConsole): () => void {
    const key = `${console.node} ${console.port}`;
    this.waiting.set(key, console);
    return () => {
      if (this.waiting.get(key) === console) this.waiting.delete(key);
    };
  }

  freePort(node: string): number {
    for (let port = firstPort; port <= lastPort; port += 1) if (!this.waiting.has(`${node} ${port}`)) return port;
    throw failure("unable to find free port (5900-5999)");
  }

  /** `PVEVNC:6B0113C4::…`, for one user and one path. */
  issue(identity: Identity, path: string): string {
    const time = this.clock.seconds().toString(16).toUpperCase().padStart(8, "0");
    return `PVEVNC:${time}::${this.sign(`${time}:${nameOf(identity)}:${path}`)}`;
  }

  isTicket(ticket: string, identity: Identity, path: string): boolean {
    const [, time = ""] = /^PVEVNC:([0-9A-F]{8})::/u.exec(ticket) ?? [];
    const age = this.clock.seconds() - Number.parseInt(time, 16);
    if (!(age >= -300 && age < ticketLife)) return false;
    return ticket === `PVEVNC:${time}::${this.sign(`${time}:${nameOf(identity)}:${path}`)}`;
  }

  private sign(text: string): string {
    return createHmac("sha512", this.key).update(text).digest("base64");
  }
}
