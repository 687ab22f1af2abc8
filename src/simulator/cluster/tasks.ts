import type { Clock } from "../clock.js";
import { nameOf } from "../access/permissions.js";
import type { Identity } from "../access/permissions.js";
import { Problem } from "../http/problem.js";

/** A worker of Proxmox, running or done. */
export interface TaskRecord {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  /** Jiffies of the node's uptime. */
  readonly pstart: number;
  /** Seconds since the epoch. */
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  readonly token: string | null;
  readonly log: string[];
  /** Seconds since the epoch; null while it runs. */
  endtime: number | null;
  /** `OK`, `WARNINGS: 1` or the error; null while it runs. */
  status: string | null;
}

/** What a worker is given to work with. */
export interface Worker {
  readonly pid: number;
  readonly signal: AbortSignal;
  log(line: string): void;
  warn(line: string): void;
  /** Simulated seconds of work, stretched by slowness asked for. */
  work(seconds: number): Promise<void>;
}

/** A worker that ended without saying how: its last line in the log is its own, and its status `unexpected status`. */
export class WithoutStatus extends Error {}

/** How tasks are made to misbehave: what matches first counts. */
export interface TaskFault {
  readonly type?: string;
  readonly vmid?: number;
  /** Multiplies the time it takes. */
  readonly slower?: number;
  /** Fails with this text instead of doing its work. */
  readonly fails?: string;
  /** Puts this line into its log and ends well all the same, as Proxmox does where it could not grow a file system. */
  readonly complains?: string;
  /** Ends with a warning of this text. */
  readonly warns?: string;
  /** How often it strikes; default: always. */
  readonly times?: number;
  /** Only each so many-th matching task. */
  readonly every?: number;
}

interface Running {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export interface TaskOrder {
  readonly node: string;
  /** Jiffies since the node's start. */
  readonly pstart: number;
  readonly type: string;
  readonly id: string;
  readonly by: Identity;
}

const kept = 1000;

/** The tasks of all nodes of a cluster, newest last. */
export class Tasks {
  private readonly records: TaskRecord[] = [];
  private readonly running = new Map<string, Running>();
  private readonly lastPid = new Map<string, number>();
  private faults: { readonly fault: TaskFault; left: number; seen: number }[] = [];

  constructor(private readonly clock: Clock) {}

  /** Forks a worker and answers its UPID at once. What it throws becomes its exit status. */
  start(order: TaskOrder, work: (worker: Worker) => Promise<void>): string {
    const record = this.makeRecord(order);
    const controller = new AbortController();
    const fault = this.takeFault(record);
    let warnings = 0;
    const worker: Worker = {
      pid: record.pid,
      signal: controller.signal,
      log: (line) => record.log.push(line),
      warn: (line) => {
        warnings += 1;
        record.log.push(`WARN: ${line}`);
      },
      work: (seconds) => this.clock.wait(seconds * 1000 * (fault?.slower ?? 1), controller.signal),
    };
    const run = async () => {
      // A worker begins only after its UPID has been handed over.
      await Promise.resolve();
      if (fault?.fails !== undefined) {
        await worker.work(1);
        throw new Problem(500, fault.fails);
      }
      await work(worker);
      if (fault?.complains !== undefined) worker.log(fault.complains);
      if (fault?.warns !== undefined) worker.warn(fault.warns);
    };
    const ended = run().then(
      () => {
        if (warnings === 0) this.finish(record, "OK", "TASK OK");
        else this.finish(record, `WARNINGS: ${warnings}`, `TASK WARNINGS: ${warnings}`);
      },
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        const killed = error instanceof WithoutStatus || (controller.signal.aborted && !(error instanceof Problem));
        if (killed) this.finish(record, "unexpected status", null);
        else this.finish(record, text, `TASK ERROR: ${text}`);
      },
    );
    this.running.set(record.upid, { controller, ended });
    return record.upid;
  }

  /** Puts a finished task into the archive: the past of a scenario. */
  addPast(record: TaskRecord): void {
    this.records.push(record);
    this.lastPid.set(record.node, Math.max(record.pid, this.lastPid.get(record.node) ?? 1000));
  }

  find(upid: string): TaskRecord | null {
    return this.records.findLast((record) => record.upid === upid) ?? null;
  }

  /** Newest first. */
  list(): TaskRecord[] {
    return this.records.toReversed();
  }

  /** Interrupts a running task and waits for its end, five seconds at most. A finished one is left as it is. */
  async stop(upid: string): Promise<void> {
    const running = this.running.get(upid);
    if (running === undefined) return;
    running.controller.abort(new Error("received interrupt"));
    await running.ended;
  }

  /** Running shutdown tasks of a container, for `overrule-shutdown`. */
  runningOf(type: string, id: string): TaskRecord[] {
    return this.records.filter((record) => record.type === type && record.id === id && record.status === null);
  }

  addFault(fault: TaskFault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity, seen: 0 });
  }

  clearFaults(): void {
    this.faults = [];
  }

  nextPid(node: string): number {
    const pid = (this.lastPid.get(node) ?? 1200) + 1;
    this.lastPid.set(node, pid);
    return pid;
  }

  /** Ends all workers without a trace, when the simulator closes. */
  async abandon(): Promise<void> {
    const running = [...this.running.values()];
    for (const { controller } of running) controller.abort(new Error("received interrupt"));
    await Promise.all(running.map(({ ended }) => ended));
  }

  private makeRecord(order: TaskOrder): TaskRecord {
    const pid = this.nextPid(order.node);
    const starttime = this.clock.seconds();
    const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, "0");
    const head = `UPID:${order.node}:${hex(pid)}:${hex(order.pstart)}:${hex(starttime)}`;
    const record: TaskRecord = {
      upid: `${head}:${order.type}:${order.id}:${nameOf(order.by)}:`,
      node: order.node,
      pid,
      pstart: order.pstart,
      starttime,
      type: order.type,
      id: order.id,
      user: order.by.user,
      token: order.by.token,
      log: [],
      endtime: null,
      status: null,
    };
    this.records.push(record);
    if (this.records.length > kept) this.records.splice(0, this.records.length - kept);
    return record;
  }

  private finish(record: TaskRecord, status: string, line: string | null): void {
    record.endtime = this.clock.seconds();
    record.status = status;
    if (line !== null) record.log.push(line);
    this.running.delete(record.upid);
  }

  private takeFault(record: TaskRecord): TaskFault | null {
    for (const entry of this.faults) {
      const { fault } = entry;
      if (entry.left <= 0) continue;
      if (fault.type !== undefined && fault.type !== record.type) continue;
      if (fault.vmid !== undefined && String(fault.vmid) !== record.id) continue;
      entry.seen += 1;
      if (entry.seen % (fault.every ?? 1) !== 0) continue;
      entry.left -= 1;
      return fault;
    }
    return null;
  }
}
