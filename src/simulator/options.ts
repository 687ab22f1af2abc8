import type { TokenOptions, UserOptions } from "./access/accounts.js";
import type { TaskFault } from "./cluster/tasks.js";
import type { Population } from "./load/index.js";
import type { FaultRule } from "./wire/faults.js";

/** Starting states that can be asked for by name. */
export const scenarioNames = [
  "demo",
  "quiet",
  "rush",
  "recorded",
  "no-privileges",
  "audit-only",
  "scale-only",
  "node-offline",
  "no-quorum",
  "locked",
  "second-factor",
  "flaky",
] as const;

export type ScenarioName = (typeof scenarioNames)[number];

export interface SimulatorOptions {
  /** Default 3. */
  readonly nodes?: number;
  /** Default 20. */
  readonly containers?: number;
  /** Nodes and containers of one's own, in place of so many of the demo's. */
  readonly population?: Population;
  /** A storage `shared` for backups, templates and disks that all nodes see, beside those each has of its own. */
  readonly sharedStorage?: boolean;
  /** The console of a container takes API tokens, as it does since pve-container of April 2026. Default: as before, not. */
  readonly tokenConsoles?: boolean;
  /** Default 1. The same seed gives the same cluster, the same loads and the same faults. */
  readonly seed?: number;
  /** Simulated seconds per second. Default 1. */
  readonly speed?: number;
  /**
   * `manual`: time stands still but for `clock.advance`, and but for what a request has to wait for (a refused login's three seconds,
   * a held lock), which passes at once. Default `running`.
   */
  readonly clock?: "running" | "manual";
  /** Simulated time at the start, milliseconds since the epoch. Default: now, or the time of the recordings. */
  readonly start?: number;
  /** Default `demo`. */
  readonly scenario?: ScenarioName;
  /** Default 9. */
  readonly pve?: 8 | 9;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. With several listeners the others get free ones. */
  readonly port?: number;
  /** How many of the nodes listen, each on a port and with a certificate of its own. Default 1. */
  readonly listeners?: number;
  /** Keeps certificates, ticket key and the token's secret, so that a restart is recognised. Default: kept nowhere. */
  readonly stateDirectory?: string;
  /** Besides what the scenario has. */
  readonly users?: Readonly<Record<string, UserOptions>>;
  /** `user@realm!name` → options; the user is created if it is not there. */
  readonly tokens?: Readonly<Record<string, TokenOptions>>;
  readonly grants?: readonly {
    readonly path: string;
    /** A user or `user!token`. */
    readonly id: string;
    readonly role: string;
    readonly propagate?: boolean;
  }[];
  /** What goes wrong on the wire from the first request on. */
  readonly faults?: readonly FaultRule[];
  /** How tasks misbehave from the first one on. */
  readonly taskFaults?: readonly TaskFault[];
  /** Roles beside those of Proxmox: name → privileges. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}
