import { Accounts } from "../access/accounts.js";
import { Permissions } from "../access/permissions.js";
import type { Identity } from "../access/permissions.js";
import { Tickets } from "../access/tickets.js";
import type { Clock } from "../clock.js";
import { failure } from "../http/problem.js";
import type { GuestSpec } from "../load/index.js";
import { FileLocks } from "./file-lock.js";
import type { Guest, GuestHost } from "./guest.js";
import { Consoles } from "./consoles.js";
import { HighAvailability } from "./high-availability.js";
import type { SimulatedNode } from "./node.js";
import { ownStorages } from "./storage.js";
import type { Storage } from "./storage.js";
import { Tasks } from "./tasks.js";
import type { Worker } from "./tasks.js";
import { Volumes } from "./volumes.js";

/** A copy of a container's disks on another node, as the API lists it. */
interface ReplicationJob {
  /** `101-0` */
  readonly id: string;
  readonly type: "local";
  readonly guest: number;
  readonly jobnum: number;
  readonly target: string;
  readonly schedule: string;
}

/** Containers and storages that are granted together. */
interface Pool {
  comment: string | null;
  readonly members: Set<number>;
  readonly storages: Set<string>;
}

export interface ClusterOptions {
  readonly clock: Clock;
  readonly pve: 8 | 9;
  /** Null for a single host that is no cluster. */
  readonly name: string | null;
  readonly ticketKey: Buffer;
  /** Besides those that every node has of its own. */
  readonly moreStorages?: readonly Storage[];
  readonly tokenConsoles?: boolean;
}

/** Everything the simulated hosts share. */
export class Cluster {
  readonly clock: Clock;
  readonly pve: 8 | 9;
  readonly name: string | null;
  readonly nodes = new Map<string, SimulatedNode>();
  readonly guests = new Map<number, Guest>();
  readonly pools = new Map<string, Pool>();
  readonly accounts: Accounts;
  readonly permissions: Permissions;
  readonly tickets: Tickets;
  readonly locks: FileLocks;
  /** One backup at a time on each node. */
  readonly backupLocks: FileLocks<string>;
  readonly tasks: Tasks;
  readonly storages: readonly Storage[];
  readonly volumes: Volumes;
  readonly consoles: Consoles;
  /** Whether the console of a container takes API tokens, as it does since pve-container of April 2026. */
  readonly tokenConsoles: boolean;
  readonly ha: HighAvailability;
  readonly replication: ReplicationJob[] = [];
  private readonly poolOfGuest = new Map<number, string>();
  /** Forced by a test; null: by the votes of the nodes that are there. */
  quorumOverride: boolean | null = null;
  /** Counts containers that come and go, and pools that change. */
  revision = 0;

  constructor(options: ClusterOptions) {
    this.clock = options.clock;
    this.pve = options.pve;
    this.name = options.name;
    this.accounts = new Accounts(options.pve);
    this.locks = new FileLocks(options.clock);
    this.backupLocks = new FileLocks(options.clock);
    this.tasks = new Tasks(options.clock);
    this.storages = [...ownStorages, ...(options.moreStorages ?? [])];
    this.ha = new HighAvailability(options.clock);
    this.consoles = new Consoles(options.clock);
    this.tokenConsoles = options.tokenConsoles ?? false;
    this.volumes = new Volumes(this);
    this.tickets = new Tickets(options.ticketKey);
    this.permissions = new Permissions(this.accounts, (vmid) => this.poolOf(vmid));
  }

  poolOf(vmid: number): string | null {
    return this.poolOfGuest.get(vmid) ?? null;
  }

  addGuest(guest: Guest): void {
    this.guests.set(guest.vmid, guest);
    this.nodes.get(guest.node.name)?.guests.set(guest.vmid, guest);
    guest.node.touched();
    this.revision += 1;
  }

  removeGuest(guest: Guest): void {
    this.guests.delete(guest.vmid);
    this.nodes.get(guest.node.name)?.guests.delete(guest.vmid);
    this.removeFromPool(guest.vmid);
    for (const entry of this.accounts.acl()) {
      if (entry.path === `/vms/${guest.vmid}`) this.accounts.revoke(entry.path, entry.id, entry.role);
    }
    guest.node.touched();
    this.revision += 1;
  }

  /** Puts a container under another node. */
  moveGuest(guest: Guest, node: SimulatedNode): void {
    guest.node.catchUp();
    node.catchUp();
    guest.advance(this.clock.now());
    const before = guest.node;
    this.nodes.get(before.name)?.guests.delete(guest.vmid);
    guest.node = node;
    node.guests.set(guest.vmid, guest);
    before.touched();
    node.touched();
    this.revision += 1;
  }

  /** A new pool, or the one of that name. */
  addPool(name: string, comment: string | null): Pool {
    const pool = this.pools.get(name) ?? { comment, members: new Set<number>(), storages: new Set<string>() };
    this.pools.set(name, pool);
    this.revision += 1;
    return pool;
  }

  removeFromPool(vmid: number): void {
    this.pools.get(this.poolOf(vmid) ?? "")?.members.delete(vmid);
    this.poolOfGuest.delete(vmid);
    this.revision += 1;
  }

  addToPool(pool: string, vmid: number): void {
    this.addPool(pool, null).members.add(vmid);
    this.poolOfGuest.set(vmid, pool);
    this.revision += 1;
  }

  isQuorate(): boolean {
    if (this.quorumOverride !== null) return this.quorumOverride;
    const online = [...this.nodes.values()].filter((node) => node.isOnline()).length;
    return online * 2 > this.nodes.size;
  }

  /** What start, create and migrate ask first. */
  requireQuorum(): void {
    if (!this.isQuorate()) throw failure("cluster not ready - no quorum?");
  }

  /** The container, which must be on that node, after its node's figures have been brought up to date. */
  guestOn(node: SimulatedNode, vmid: number): Guest {
    const guest = node.guests.get(vmid);
    if (guest === undefined) throw failure(`Configuration file 'nodes/${node.name}/lxc/${vmid}.conf' does not exist`);
    node.catchUp();
    return guest;
  }

  /** Writes what `change` does to a container's configuration; without quorum the file system refuses. */
  write(guest: Guest, change: () => void, pid?: number): void {
    if (!this.isQuorate()) {
      const file = `/etc/pve/nodes/${guest.node.name}/lxc/${guest.vmid}.conf.tmp.${pid ?? this.tasks.nextPid(guest.node.name)}`;
      throw failure(`unable to open file '${file}' - Permission denied`);
    }
    guest.node.catchUp();
    guest.advance(this.clock.now());
    change();
    guest.configuration.changed();
    guest.node.touched();
  }

  /** Forks a worker on a node. */
  fork(node: GuestHost, type: string, id: string, by: Identity, work: (worker: Worker) => Promise<void>): string {
    return this.tasks.start({ node: node.name, pstart: node.jiffies(), type, id, by }, work);
  }

  /** Specification of a container made by hand, whose workload idles. */
  idleSpecification(vmid: number, node: string): GuestSpec {
    return {
      vmid,
      node,
      name: `CT${vmid}`,
      cores: 1,
      cpulimit: null,
      memory: 512,
      swap: 512,
      disk: 4,
      tags: [],
      pool: null,
      status: "stopped",
      template: false,
      description: null,
      onboot: false,
      unprivileged: true,
      load: "idle",
      seed: vmid,
    };
  }
}
