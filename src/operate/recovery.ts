import { advance, type State } from "../engine/index.js";
import type { ContainerConfiguration, Outcome } from "../model/index.js";
import { ProxmoxError, type Gateway } from "../proxmox/index.js";
import type { AuditLog } from "./audit-log.js";
import { configuredSize, sameSize } from "./guard.js";
import { isGone } from "./process-mark.js";
import type { OpenWrite, Records, StateStore } from "./state-store.js";

/**
 * Seconds for which Proxmox may still be about to carry a write out whose sender is no more: it waits ten for the
 * container's lock file.
 */
const stillPossible = 15;
/** Seconds after which a write is over even where its program can't be asked for: a disk that grows may take ten minutes. */
const surelyOver = 30 * 60;

/** What an earlier run left unsaid, found out by reading back. */
export interface Recovery {
  /** The open writes that are settled by it. */
  readonly writes: readonly OpenWrite[];
  /** What became of them; outcomes that the state knows already are not among them. */
  readonly outcomes: readonly (readonly [OpenWrite, readonly Outcome[]])[];
}

/** The state as if the run that was ended had learnt its outcomes itself, in its own time: cooldowns run from then. */
export function recoveredState(state: State, recovery: Recovery): State {
  return recovery.outcomes.reduce((before, [write, outcomes]) => advance(before, outcomes, write.time), state);
}

/**
 * Looks at every write that is still open though its program is no more, and reads back what came of it. Writes
 * nothing. `now` is in milliseconds since the epoch, by the cluster's clock. What can't be read now stays open. Rejects
 * with {@link ProxmoxError} only for what would keep any further request from succeeding.
 */
export async function findOut(
  gateway: Gateway,
  records: Records,
  now: number,
  signal?: AbortSignal,
): Promise<Recovery> {
  const writes: OpenWrite[] = [];
  const outcomes: (readonly [OpenWrite, readonly Outcome[]])[] = [];
  for (const write of records.openWrites) {
    if (!isOver(write, now)) continue;
    if (write.outcomes !== undefined) {
      writes.push(write);
      continue;
    }
    const found = await outcomesOf(gateway, write, now, signal);
    if (found === null) continue;
    writes.push(write);
    outcomes.push([write, found]);
  }
  return { writes, outcomes };
}

/**
 * The state to decide by, with what a run that was ended in the middle of a write could not tell it any more. Reads
 * only. Rejects with `ProxmoxError` or `RecordsError`.
 */
export async function knownState(
  from: {
    readonly gateway: Gateway;
    readonly stateStore: StateStore;
    readonly now: number;
    readonly signal?: AbortSignal;
  },
  cluster: string,
): Promise<State> {
  const records = await from.stateStore.records(cluster);
  if (records.openWrites.length === 0) return records.state;
  return recoveredState(records.state, await findOut(from.gateway, records, from.now, from.signal));
}

/**
 * Carries {@link findOut} into the records: state, then audit log, then the open writes are taken out. Killed in between,
 * it can be done again and says nothing twice. Returns the outcomes that were found out. Rejects with `RecordsError`.
 */
export async function recover(
  to: {
    readonly gateway: Gateway;
    readonly stateStore: StateStore;
    readonly audit: AuditLog;
    readonly cluster: string;
  },
  now: number,
  signal?: AbortSignal,
): Promise<readonly Outcome[]> {
  const { gateway, stateStore, audit, cluster } = to;
  const records = await stateStore.records(cluster);
  if (records.openWrites.length === 0) return [];
  const recovery = await findOut(gateway, records, now, signal);
  if (recovery.writes.length === 0) return [];

  const found = new Map(recovery.outcomes.map(([{ id }, outcomes]) => [id, outcomes]));
  // Two programs may find the same at once: what another one has settled meanwhile is not learnt again.
  const settled = await stateStore.amend(cluster, ({ state, openWrites }) => {
    const news = recovery.outcomes.filter(([{ id }]) =>
      openWrites.some((write) => write.id === id && write.outcomes === undefined),
    );
    return {
      state: recoveredState(state, { ...recovery, outcomes: news }),
      openWrites: openWrites.map((write) => {
        const outcomes = write.outcomes ?? found.get(write.id);
        return outcomes === undefined ? write : { ...write, outcomes };
      }),
    };
  });

  const written = await audit.read(cluster);
  const ids = new Set(recovery.writes.map(({ id }) => id));
  for (const write of settled.openWrites.filter(({ id }) => ids.has(id))) {
    for (const outcome of write.outcomes ?? []) {
      const known = written.some(
        (line) =>
          line.event === "outcome" &&
          line.run === write.run &&
          line.outcome.vmid === outcome.vmid &&
          line.outcome.resource === outcome.resource &&
          line.outcome.from === outcome.from &&
          line.outcome.to === outcome.to,
      );
      if (!known) await audit.append(cluster, write.run, now, { event: "outcome", outcome, recovered: true });
    }
  }
  await stateStore.amend(cluster, (after) => ({
    ...after,
    openWrites: after.openWrites.filter(({ id }) => !ids.has(id)),
  }));
  return recovery.outcomes.flatMap(([, outcomes]) => outcomes);
}

/** False while the program that wrote may still report itself. */
function isOver(write: OpenWrite, now: number): boolean {
  return isGone(write.by) || now - write.time > surelyOver * 1000;
}

/** `null`: it can't be known now. */
async function outcomesOf(
  gateway: Gateway,
  write: OpenWrite,
  now: number,
  signal: AbortSignal | undefined,
): Promise<readonly Outcome[] | null> {
  const ended = `Run ${write.run} was ended in the middle of this write.`;
  let configuration: ContainerConfiguration;
  try {
    configuration = await gateway.configuration(write, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    // It was removed or has moved: of what is written there now nothing can be concluded.
    if (error.kind === "not-found")
      return writeOutcomes(write, "unknown", `${ended} It is not on ${write.node} any more.`);
    if (error.kind === "node-offline" || error.kind === "forbidden" || error.kind === "refused") return null;
    throw error;
  }
  return write.decisions.map((decision): Outcome => {
    const size = configuredSize(configuration, decision.resource);
    if (sameSize(size, decision.to)) return { ...decision, outcome: "applied", verified: true };
    const seen = `${ended} When it was read back, its ${decision.resource} was ${size ?? "not limited"}`;
    if (sameSize(size, decision.from)) {
      return now - write.time < stillPossible * 1000
        ? {
            ...decision,
            outcome: "unknown",
            verified: false,
            error: `${seen} still, but Proxmox may yet carry it out.`,
          }
        : { ...decision, outcome: "failed", verified: false, error: `${seen} still: it never arrived.` };
    }
    return { ...decision, outcome: "unknown", verified: false, error: `${seen}: somebody has changed it since.` };
  });
}

function writeOutcomes(write: OpenWrite, outcome: "unknown", error: string): readonly Outcome[] {
  return write.decisions.map((decision) => ({ ...decision, outcome, verified: false, error }));
}
