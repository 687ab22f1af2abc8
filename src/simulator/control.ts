import type { Clock } from "./clock.js";
import type { Cluster } from "./cluster/cluster.js";
import type { Pretended } from "./cluster/figures.js";
import type { Guest } from "./cluster/guest.js";
import type { RequestedState } from "./cluster/high-availability.js";
import type { Outage, SimulatedNode } from "./cluster/node.js";
import type { TaskFault } from "./cluster/tasks.js";
import type { StoredFile } from "./cluster/volumes.js";
import type { GuestReading } from "./load/index.js";
import type { Authority } from "./wire/certificates.js";
import type { RequestRecord } from "./wire/endpoint.js";
import type { Faults, FaultRule } from "./wire/faults.js";
import type { Listener } from "./wire/listener.js";

/** A listening node and how it is reached. */
export interface OpenEndpoint {
  readonly node: SimulatedNode;
  readonly listener: Listener;
}

export interface ControlContext {
  readonly clock: Clock;
  readonly cluster: Cluster;
  readonly authority: Authority;
  readonly endpoints: readonly OpenEndpoint[];
  readonly faults: Faults;
  readonly requests: RequestRecord[];
}

/** What tests do to a running simulator: look behind the wire, and break things. */
export class Control {
  constructor(private readonly context: ControlContext) {}

  /** Requests received so far, oldest first. */
  requests(): readonly RequestRecord[] {
    return [...this.context.requests];
  }

  forgetRequests(): void {
    this.context.requests.length = 0;
  }

  /** TCP connections accepted so far by all endpoints, whether or not a request followed. */
  connections(): number {
    return this.context.endpoints.reduce((sum, { listener }) => sum + listener.connections(), 0);
  }

  /** Lets something go wrong on the wire. Returns an id to take it back with. */
  addFault(rule: FaultRule): number {
    return this.context.faults.add(rule);
  }

  removeFault(id: number): void {
    this.context.faults.remove(id);
  }

  clearFaults(): void {
    this.context.faults.clear();
    this.context.cluster.tasks.clearFaults();
  }

  /** Makes tasks slow, fail or end with a warning. */
  addTaskFault(fault: TaskFault): void {
    this.context.cluster.tasks.addFault(fault);
  }

  /** Puts a lock (`backup`, `snapshot`, …) into a container's configuration. */
  lock(vmid: number, lock: string): void {
    this.setConfiguration(vmid, { lock });
  }

  unlock(vmid: number): void {
    this.setConfiguration(vmid, { lock: null });
  }

  /** Takes the container's lock file until the answer is called. */
  holdLockFile(vmid: number): Promise<() => void> {
    return this.context.cluster.locks.take(vmid);
  }

  /** Changes a configuration as somebody else would: at once, past every check. `null` removes a key. */
  setConfiguration(vmid: number, values: Readonly<Record<string, string | number | null>>): void {
    const guest = this.guest(vmid);
    this.context.cluster.write(guest, () => {
      for (const [key, value] of Object.entries(values)) {
        if (value === null) guest.configuration.current.delete(key);
        else guest.configuration.current.set(key, String(value));
      }
      if (!guest.running) guest.applyCores();
    });
  }

  /** Leaves values waiting for a restart, as a change that could not be made inside the running container does. */
  setPending(vmid: number, values: Readonly<Record<string, string | number>>): void {
    const guest = this.guest(vmid);
    this.context.cluster.write(guest, () => {
      for (const [key, value] of Object.entries(values)) guest.configuration.pending.set(key, String(value));
    });
  }

  /** Lets new limits of a running container fail in the kernel with this message, so that they stay pending; `null` lets them through. */
  refuseHotplug(vmid: number, message: string | null): void {
    this.guest(vmid).hotplugError = message;
  }

  /** A container's configuration file. */
  configuration(vmid: number): string {
    return this.guest(vmid).configuration.render();
  }

  /** Lets the archive of a backup break off, as a full disk or a bad one does: it is listed, and fails when it is unpacked. */
  damageBackup(node: string, volume: string): void {
    this.file(node, volume).damaged = true;
  }

  /** What a backup server found when it verified a backup. */
  setVerification(node: string, volume: string, state: "ok" | "failed"): void {
    this.file(node, volume).verification = { state, upid: "UPID:backup:verificationjob" };
  }

  /** Puts a container under high availability, as far as the manager has looked at it: in a state of its own, such as `error`. */
  manage(vmid: number, state: string, requested: RequestedState = "started"): void {
    const { ha } = this.context.cluster;
    ha.add({ vmid: this.guest(vmid).vmid, requested, comment: null, maxRestart: 1, maxRelocate: 1 }).state = state;
    this.guest(vmid).node.touched();
  }

  /** Takes a container out of high availability. */
  unmanage(vmid: number): void {
    this.context.cluster.ha.guests.delete(vmid);
    this.guest(vmid).node.touched();
  }

  /** Lets a container's disks be copied to another node time and again. */
  replicate(vmid: number, target: string, schedule = "*/15"): void {
    this.context.cluster.replication.push({ id: `${vmid}-0`, type: "local", guest: vmid, jobnum: 0, target, schedule });
  }

  /**
   * Gives a container figures of its own from the next round of the statistics on, whatever its load would be; `null`
   * gives it back to its load.
   */
  pretend(vmid: number, figures: Pretended | null): void {
    this.guest(vmid).pretended = figures;
  }

  /** What a container really uses at this moment, which no list of Proxmox shows: also how often it was killed for lack of memory. */
  meters(vmid: number): GuestReading {
    const guest = this.guest(vmid);
    guest.node.catchUp();
    guest.advance(this.context.clock.now());
    return guest.meter.reading();
  }

  /**
   * Lets something beside the containers, such as a virtual machine, use memory (bytes) and CPUs of a node from the next
   * round of the statistics on; what was recorded of the node does not show it. `null` ends it.
   */
  occupy(name: string, by: { readonly memory?: number; readonly cores?: number } | null): void {
    const node = this.node(name);
    node.catchUp();
    node.occupied = by;
  }

  isRunning(vmid: number): boolean {
    return this.guest(vmid).running;
  }

  /** Starts or stops a container at once, without a task. */
  setRunning(vmid: number, running: boolean): void {
    const guest = this.guest(vmid);
    guest.node.catchUp();
    guest.setRunning(running, this.context.clock.now());
  }

  /** Lets a container ignore requests to shut down. */
  ignoreShutdown(vmid: number, ignores = true): void {
    this.guest(vmid).ignoresShutdown = ignores;
  }

  /** Makes a node unreachable from now on, in one of the ways of {@link Outage}. */
  takeNodeDown(name: string, how: Outage = "offline"): void {
    const node = this.node(name);
    node.takeDown(how);
    for (const { node: other, listener } of this.context.endpoints) if (other === node) listener.dropConnections();
  }

  bringNodeUp(name: string): void {
    this.node(name).bringUp();
  }

  /** `false`: no quorum, whatever nodes are there; `null`: by their votes. */
  setQuorum(quorate: boolean | null): void {
    this.context.cluster.quorumOverride = quorate;
  }

  /** Closes an endpoint, by its place in the list: connections are refused from now on. */
  closeEndpoint(index = 0): Promise<void> {
    return this.endpoint(index).listener.pause();
  }

  reopenEndpoint(index = 0): Promise<void> {
    return this.endpoint(index).listener.resume();
  }

  /** Breaks every connection there is. */
  dropConnections(): void {
    for (const { listener } of this.context.endpoints) listener.dropConnections();
  }

  /** Gives a node another certificate from the same authority; answers its fingerprint. */
  async changeCertificate(index = 0): Promise<string> {
    const { node, listener } = this.endpoint(index);
    const certificate = await this.context.authority.issue(node.name, { fresh: true });
    node.fingerprint = certificate.fingerprint;
    listener.present(certificate);
    return certificate.fingerprint;
  }

  /** Moves the simulated time forward, milliseconds. */
  advance(milliseconds: number): Promise<void> {
    return this.context.clock.advance(milliseconds);
  }

  /** Simulated time, milliseconds since the epoch. */
  now(): number {
    return this.context.clock.now();
  }

  private guest(vmid: number): Guest {
    const guest = this.context.cluster.guests.get(vmid);
    if (guest === undefined) throw new Error(`the simulator has no container ${vmid}`);
    return guest;
  }

  private file(node: string, volume: string): StoredFile {
    const file = this.context.cluster.volumes.file(node, volume);
    if (file === null) throw new Error(`the simulator has no ${volume} on ${node}`);
    return file;
  }

  private node(name: string): SimulatedNode {
    const node = this.context.cluster.nodes.get(name);
    if (node === undefined) throw new Error(`the simulator has no node ${name}`);
    return node;
  }

  private endpoint(index: number): OpenEndpoint {
    const endpoint = this.context.endpoints[index];
    if (endpoint === undefined) throw new Error(`the simulator has no endpoint ${index}`);
    return endpoint;
  }
}
