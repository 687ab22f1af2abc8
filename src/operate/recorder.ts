import { advance } from "../engine/index.js";
import type { Outcome } from "../model/index.js";
import type { AuditEvent, AuditLog, FormerSize } from "./audit-log.js";
import type { Clock } from "./clock.js";
import type { ContainerChange } from "./guard.js";
import { thisProcess } from "./process-mark.js";
import { RecordsError } from "./records.js";
import type { OpenWrite, Records, StateStore } from "./state-store.js";

export interface RecorderOptions {
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
  readonly cluster: string;
  readonly run: string;
  readonly clock: Clock;
  /** What the state learns from outcomes; the engine's {@link advance} unless given. */
  readonly learn?: typeof advance;
}

/**
 * Keeps state and audit log in step with one run. In the order of their writing: the open write in the state and what
 * was there before in the log; then the write is sent; then the outcome in the state, in which moment the open write
 * becomes a settled one, and in the log; then it is taken out. Whatever is killed in between, the next run
 * finds out of the open writes what is missing, and nothing is learnt twice (`recovery.ts`).
 */
export class Recorder {
  readonly problems: string[] = [];
  /** Recorded to the end, and still to be taken out of the state with the next thing that is written to it. */
  private readonly finished = new Set<string>();
  /** The open write of each container: it has one at a time. */
  private readonly open = new Map<number, string>();
  private count = 0;

  constructor(private readonly to: RecorderOptions) {}

  get broken(): boolean {
    return this.problems.length > 0;
  }

  /** Before a write. Rejects with {@link RecordsError}, and then nothing may be sent. */
  async writing(change: ContainerChange, before: FormerSize): Promise<void> {
    const { run, clock } = this.to;
    this.count += 1;
    const id = `${run}/${this.count}`;
    const write: OpenWrite = {
      id,
      run,
      time: clock(),
      by: thisProcess(),
      vmid: change.vmid,
      node: change.node,
      name: change.name,
      before,
      decisions: change.decisions,
    };
    this.open.set(change.vmid, id);
    try {
      await this.amend((records) => ({ ...records, openWrites: [...records.openWrites, write] }));
      await this.append({
        event: "write",
        vmid: change.vmid,
        node: change.node,
        name: change.name,
        before,
        change: change.growth === undefined ? { ...change.change } : { [change.growth.volume]: change.growth.size },
      });
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      this.fail(error);
      this.close(change.vmid);
      throw error;
    }
  }

  /** What became of a change. A record that fails is told in {@link problems}, never thrown over a result. */
  async outcomes(outcomes: readonly Outcome[]): Promise<void> {
    const { clock, learn = advance } = this.to;
    const vmids = new Set(outcomes.map(({ vmid }) => vmid));
    const ids = new Map([...vmids].map((vmid) => [this.open.get(vmid), vmid]));
    await this.attempt(() =>
      this.amend(({ state, openWrites }) => ({
        state: learn(state, outcomes, clock()),
        openWrites: openWrites.map((write) =>
          ids.has(write.id) ? { ...write, outcomes: outcomes.filter(({ vmid }) => vmid === write.vmid) } : write,
        ),
      })),
    );
    await this.attempt(async () => {
      for (const outcome of outcomes) await this.append({ event: "outcome", outcome });
      for (const vmid of vmids) this.close(vmid);
    });
  }

  async ended(results: readonly Outcome[], interrupted: boolean): Promise<void> {
    const count = (kind: Outcome["outcome"]): number => results.filter(({ outcome }) => outcome === kind).length;
    await this.attempt(() =>
      this.append({
        event: "run-ended",
        applied: count("applied"),
        unchanged: count("unchanged"),
        failed: count("failed"),
        skipped: count("skipped"),
        unknown: count("unknown"),
        interrupted,
      }),
    );
    if (this.finished.size > 0) await this.attempt(() => this.amend((records) => records));
  }

  private close(vmid: number): void {
    const id = this.open.get(vmid);
    if (id !== undefined) this.finished.add(id);
    this.open.delete(vmid);
  }

  private append(event: AuditEvent): Promise<void> {
    const { audit, cluster, run, clock } = this.to;
    return audit.append(cluster, run, clock(), event);
  }

  private async amend(change: (records: Records) => Records): Promise<void> {
    const done = new Set(this.finished);
    const { stateStore, cluster } = this.to;
    await stateStore.amend(cluster, ({ state, openWrites }) =>
      change({ state, openWrites: openWrites.filter(({ id }) => !done.has(id)) }),
    );
    for (const id of done) this.finished.delete(id);
  }

  private async attempt(record: () => Promise<unknown>): Promise<void> {
    try {
      await record();
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      this.fail(error);
    }
  }

  private fail(error: RecordsError): void {
    if (!this.problems.includes(error.message)) this.problems.push(error.message);
  }
}
