import type { Container, ContainerRef, Inventory } from "../../model/index.js";
import type { AuditLog, StateStore } from "../../operate/index.js";
import type { ConnectionOptions, Gateway } from "../../proxmox/index.js";
import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import { ProblemError } from "../base/problem.js";
import { loadOperate, loadProxmox } from "../base/rooms.js";
import { hostOf, type Connection } from "./connection.js";
import { Expectations, type Expectation } from "./expectations.js";
import { InventoryModel, systemTimers, type Timers } from "./inventory-model.js";

/** What a cluster needs from around it. */
export interface ClusterServices {
  /** The token's secret; `undefined` where the key store has it no more. */
  readonly secret: (connection: Connection) => Promise<string | undefined>;
  /** Seconds between two reads. */
  readonly refreshSeconds: () => number;
  /** Limit of one request in seconds. */
  readonly timeoutSeconds: () => number;
  /** The folder of state and audit; `null`: where the command line keeps them too. */
  readonly recordsDirectory: (connection: Connection) => string | null;
  readonly timers?: Timers;
}

/** Where the records of runs are kept. */
export interface Records {
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
}

/** One connected cluster: its connection, its gateway (opened on first use), its inventory. */
export class Cluster extends Owner {
  readonly inventory: InventoryModel;
  readonly #services: ClusterServices;
  readonly #doing = new Map<number, string>();
  readonly #doingChanged = this.own(new Emitter<ContainerRef>());
  /** What we are having Proxmox do with a container has begun or ended. */
  readonly onDidChangeDoing: Event<ContainerRef> = this.#doingChanged.event;
  /** Each row of the tree looks its container up, thousands of them at a time. */
  readonly #byVmid = new WeakMap<Inventory, ReadonlyMap<number, Container>>();
  readonly #expectations = new Expectations();
  #connection: Connection;
  #gateway: Promise<Gateway> | null = null;

  constructor(connection: Connection, services: ClusterServices) {
    super();
    this.#connection = connection;
    this.#services = services;
    this.inventory = this.own(
      new InventoryModel({
        read: (signal) => this.#read(signal),
        seconds: services.refreshSeconds,
        ...(services.timers === undefined ? {} : { timers: services.timers }),
      }),
    );
    this.own({ dispose: () => this.#close() });
  }

  get connection(): Connection {
    return this.#connection;
  }

  get id(): string {
    return this.#connection.id;
  }

  /** The cluster's own name once it is known, else how it was saved. */
  get name(): string {
    return this.inventory.inventory?.cluster ?? this.#connection.label;
  }

  /** `pve1.example:8006`. */
  get host(): string {
    return hostOf(this.#connection.endpoints[0] ?? "");
  }

  /** `demo (127.0.0.1:40123)`: names a cluster beyond doubt, for questions before a write. */
  get fullName(): string {
    return `${this.name} (${this.host})`;
  }

  container(vmid: number): Container | undefined {
    const { inventory } = this.inventory;
    if (inventory === null) return undefined;
    let index = this.#byVmid.get(inventory);
    if (index === undefined) {
      index = new Map(inventory.containers.map((container) => [container.vmid, container]));
      this.#byVmid.set(inventory, index);
    }
    return index.get(vmid);
  }

  doing(vmid: number): string | undefined {
    return this.#doing.get(vmid);
  }

  /** Shows at a container that something is under way, until the action has ended and its result has been read. */
  async during<Result>(container: ContainerRef, words: string, action: () => Promise<Result>): Promise<Result> {
    this.#doing.set(container.vmid, words);
    this.#doingChanged.fire(container);
    try {
      return await action();
    } finally {
      await this.inventory.refresh();
      this.#doing.delete(container.vmid);
      this.#doingChanged.fire(container);
    }
  }

  /** Notes what was just confirmed of a container: the cluster's bulk figures lag behind by some seconds. */
  expect(vmid: number, expectation: Expectation): void {
    this.#expectations.note(vmid, expectation, this.#now());
  }

  /** The connection to Proxmox, opened on first use. Rejects where its secret is gone or the options are wrong. */
  gateway(): Promise<Gateway> {
    if (this.disposed) return Promise.reject(new ProblemError(gone(this.fullName)));
    const opened = (this.#gateway ??= this.#open());
    opened.catch(() => {
      // The next call tries again: what is missing may have been entered by then.
      if (this.#gateway === opened) this.#gateway = null;
    });
    return opened;
  }

  /** What the gateway is opened with, the secret included: to be handed on, never shown. */
  async connectionOptions(): Promise<ConnectionOptions> {
    const connection = this.#connection;
    const secret = await this.#services.secret(connection);
    if (secret === undefined) {
      throw new ProblemError({
        kind: "not-authenticated",
        sentence: `The secret of ${connection.tokenId} for ${this.host} is not in the editor's key store (any more). Enter it again.`,
      });
    }
    return {
      endpoints: connection.endpoints,
      trust: { kind: "fingerprints", fingerprints: connection.fingerprints },
      credentials: { kind: "token", token: `${connection.tokenId}=${secret}` },
      timeoutSeconds: this.#services.timeoutSeconds(),
    };
  }

  async records(): Promise<Records> {
    const { AuditLog, StateStore, defaultRecordsDirectory } = await loadOperate();
    const location = {
      directory: this.#services.recordsDirectory(this.#connection) ?? defaultRecordsDirectory(process.env),
      endpoint: this.#connection.endpoints[0] ?? "",
    };
    return { stateStore: new StateStore(location), audit: new AuditLog(location) };
  }

  /** Goes on with another certificate, token or address. What was read through the former one is forgotten. */
  async reconnect(connection: Connection = this.#connection): Promise<void> {
    this.#connection = connection;
    this.#close();
    this.inventory.reset();
    await this.inventory.refresh();
  }

  /** Takes over a new name without a new connection. */
  rename(label: string): void {
    this.#connection = { ...this.#connection, label };
  }

  async #open(): Promise<Gateway> {
    const options = await this.connectionOptions();
    const { connect } = await loadProxmox();
    return connect(options);
  }

  async #read(signal: AbortSignal): Promise<Inventory> {
    const gateway = await this.gateway();
    const inventory = await gateway.inventory({ signal });
    if (inventory.containers.length === 0) await refuseBlindness(gateway, signal);
    return this.#expectations.applyTo(inventory, this.#now());
  }

  #now(): number {
    return (this.#services.timers ?? systemTimers).now();
  }

  #close(): void {
    const opened = this.#gateway;
    this.#gateway = null;
    void opened?.then(
      (gateway) => gateway[Symbol.asyncDispose](),
      () => undefined,
    );
  }
}

/** No containers may mean that there are none, or that the token may see none: Proxmox answers both with an empty list. */
async function refuseBlindness(gateway: Gateway, signal: AbortSignal): Promise<void> {
  const { pveumLines, seesNothing } = await loadOperate();
  if (!seesNothing(await gateway.permissions({ signal }))) return;
  throw new ProblemError({
    kind: "no-privileges",
    sentence:
      `${gateway.identity} is logged in, but may not see any container: it has no role with VM.Audit. ` +
      "A token with privilege separation has nothing until it is given a role itself.",
    lines: pveumLines(gateway.identity),
  });
}

function gone(cluster: string): { readonly kind: "failed"; readonly sentence: string } {
  return { kind: "failed", sentence: `The connection to ${cluster} has been closed.` };
}
