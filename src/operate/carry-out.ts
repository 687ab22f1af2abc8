import pLimit from "p-limit";
import { ProxmoxError, type Gateway } from "../proxmox/index.js";
import { formatSize, type Container, type Decision, type Inventory, type Outcome } from "../model/index.js";
import type { Wait } from "./clock.js";
import { objectionOfInventory, sizeChange, type ContainerChange } from "./guard.js";
import { growVolume, writesOf } from "./grow-volume.js";
import { RecordsError } from "./records.js";
import type { Recorder } from "./recorder.js";
import { resizeContainer } from "./resize-container.js";
import { objectionToStage, stageSeconds, stageSize, type ShrinkTerms } from "./stages.js";

export interface CarryOutOptions {
  readonly gateway: Gateway;
  readonly changes: readonly ContainerChange[];
  /** The newest bulk read, with swap where anything shrinks in stages. */
  readonly current: Inventory;
  readonly recorder: Recorder;
  /** Containers that are written to at once. */
  readonly maxConcurrent: number;
  /** How the memory of a container is taken away. */
  readonly shrinkTerms: (change: ContainerChange) => ShrinkTerms;
  /** Aborting begins nothing new; the writes in flight are finished, read back and reported. */
  readonly signal: AbortSignal;
  readonly wait: Wait;
  /** Seconds between looks after a write whose answer was lost. */
  readonly waits: readonly number[];
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onStage: (stage: Stage) => void;
}

/** A memory shrink that waits for its next write. Sizes in MiB. */
export interface Stage {
  readonly vmid: number;
  readonly name: string;
  readonly reached: number;
  readonly next: number;
  readonly to: number;
  /** Until the next look. */
  readonly seconds: number;
}

/** A run whose first writes are done. */
export interface Underway {
  /** Containers that still shrink in stages; gets fewer as they end. */
  readonly busy: ReadonlySet<number>;
  /** Outcomes of all others. */
  readonly results: readonly Outcome[];
  /** All outcomes, once the last stage has ended. Never rejects. */
  readonly ended: Promise<readonly Outcome[]>;
}

/**
 * Carries changes out: each container in one piece, at most so many at once, on a node what grows before what only
 * shrinks. Resolves when each container has had its first write. A shrink of memory that takes more than the larger
 * of its step and a tenth goes on after that, a write every 30 seconds, each only if the container can spare it.
 */
export async function carryOut(options: CarryOutOptions): Promise<Underway> {
  const { gateway, changes, current, recorder, signal, waits } = options;
  const limit = pLimit(Math.max(1, options.maxConcurrent));
  const results: Outcome[] = [];
  const busy = new Set<number>();
  const stages: Promise<void>[] = [];

  const finish = (outcomes: readonly Outcome[]): void => {
    results.push(...outcomes);
    for (const outcome of outcomes) options.onOutcome(outcome);
  };
  const skip = async (change: ContainerChange, error: string): Promise<readonly Outcome[]> => {
    const outcomes = change.decisions.map((decision): Outcome => skipped(decision, error));
    await recorder.outcomes(outcomes);
    return outcomes;
  };
  /** One guarded write and its record. */
  const write = async (change: ContainerChange): Promise<readonly Outcome[]> => {
    if (signal.aborted) return skip(change, "Interrupted before it began; nothing was sent.");
    if (recorder.broken) return skip(change, "Not begun, because the records can't be written any more.");
    try {
      const carry = change.growth === undefined ? resizeContainer : growVolume;
      const outcomes = await carry({
        gateway,
        change,
        signal,
        waits,
        beforeWrite: (before) => recorder.writing(change, before),
      });
      await recorder.outcomes(outcomes);
      return outcomes;
    } catch (error) {
      // Only what came before the write can end up here, so nothing was sent for this container.
      if (!(error instanceof RecordsError)) throw error;
      return skip(change, "Not begun, because what was there before could not be recorded.");
    }
  };

  const begin = async (planned: ContainerChange): Promise<void> => {
    const container = current.containers.find(({ vmid }) => vmid === planned.vmid);
    const objection = signal.aborted ? null : objectionOfInventory(planned, container, current.quorate);
    if (objection !== null) {
      finish(await skip(planned, `Left alone: ${objection}.`));
      return;
    }
    const { disks, sizes } = writesOf(planned);
    for (const disk of disks) finish(await write(disk));
    if (sizes.decisions.length > 0) await beginSizes(sizes, container);
  };
  const beginSizes = async (change: ContainerChange, container: Container | undefined): Promise<void> => {
    const terms = options.shrinkTerms(change);
    const first = firstWrite(change, terms);
    const outcomes = await write(first);
    const planned = change.decisions.find(({ resource }) => resource === "memory");
    const reached = outcomes.find(({ resource }) => resource === "memory");
    if (first === change || planned === undefined || reached === undefined) {
      finish(outcomes);
      return;
    }
    finish(outcomes.filter((outcome) => outcome !== reached));
    if (reached.outcome !== "applied") {
      finish([{ ...reached, to: planned.to }]);
      return;
    }
    busy.add(change.vmid);
    stages.push(
      goOn(
        options,
        { change, planned, terms, swapBefore: container?.swap ?? null, write: (next) => limit(write, next) },
        reached,
      ).then((outcome) => {
        busy.delete(change.vmid);
        finish([outcome]);
      }),
    );
  };

  const nodes = new Set(changes.map(({ node }) => node));
  await Promise.all(
    [...nodes].map(async (node) => {
      const here = changes.filter((change) => change.node === node);
      await Promise.all(here.filter(({ grows }) => grows).map((change) => limit(begin, change)));
      await Promise.all(here.filter(({ grows }) => !grows).map((change) => limit(begin, change)));
    }),
  );
  return { busy, results: [...results], ended: Promise.all(stages).then(() => results) };
}

interface Shrinking {
  readonly change: ContainerChange;
  /** The whole of it. */
  readonly planned: Decision;
  readonly terms: ShrinkTerms;
  /** Bytes; `null`: not known. */
  readonly swapBefore: number | null;
  readonly write: (change: ContainerChange) => Promise<readonly Outcome[]>;
}

/** The writes of a shrink after its first, up to the planned size or to what stands against going further. */
async function goOn(options: CarryOutOptions, shrinking: Shrinking, first: Outcome): Promise<Outcome> {
  const { signal, recorder } = options;
  const { planned, terms, change } = shrinking;
  const to = planned.to ?? 0;
  let last = first;
  for (let reached = first.to ?? to; reached > to;) {
    const next = stageSize(reached, to, terms);
    options.onStage({ vmid: change.vmid, name: change.name, reached, next, to, seconds: stageSeconds });
    const step: Decision = { ...planned, from: reached, to: next };
    const goes = await options.wait(stageSeconds, signal);
    const objection =
      goes && !signal.aborted ? await objectionNow(options, shrinking, next) : "the run was interrupted";
    if (objection !== null) {
      const stopped = skipped(step, `Not begun: ${objection}.`);
      await recorder.outcomes([stopped]);
      return partial(planned, last, stopped, `Stopped here on the way to ${formatSize(to)}: ${objection}.`);
    }
    const [outcome] = await shrinking.write({
      ...change,
      decisions: [step],
      change: sizeChange([step]),
      grows: false,
      planned: null,
    });
    if (outcome === undefined) break;
    // “Unchanged”: somebody has made this very step already.
    if (outcome.outcome !== "applied" && outcome.outcome !== "unchanged") {
      const why = outcome.error ?? "the next write was not carried out.";
      return partial(planned, last, outcome, `Stopped here on the way to ${formatSize(to)}. ${why}`);
    }
    last = { ...outcome, verified: last.verified && outcome.verified };
    reached = next;
  }
  return {
    ...planned,
    outcome: "applied",
    verified: last.verified,
    ...(last.error === undefined ? {} : { error: last.error }),
  };
}

/** What was reached, and that it was meant to be less. */
function partial(planned: Decision, last: Outcome, stopped: Outcome, error: string): Outcome {
  const unknown = stopped.outcome === "unknown";
  return {
    ...planned,
    to: last.to,
    ...(planned.to === null ? {} : { planned: planned.to }),
    outcome: unknown ? "unknown" : "applied",
    verified: last.verified && !unknown,
    error,
  };
}

/** What a fresh look has against the next write. */
async function objectionNow(
  { gateway, signal }: CarryOutOptions,
  { change, planned, terms, swapBefore }: Shrinking,
  next: number,
): Promise<string | null> {
  let current: Inventory;
  try {
    current = await gateway.inventory({ swapAndPressure: true, signal });
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    if (signal.aborted) return "the run was interrupted";
    return `its usage can't be read (${error.message.replace(/\.$/u, "")})`;
  }
  const container: Container | undefined = current.containers.find(({ vmid }) => vmid === change.vmid);
  const step: Decision = { ...planned, to: next };
  const objection = objectionOfInventory({ ...change, change: sizeChange([step]) }, container, current.quorate);
  if (objection !== null || container === undefined) return objection;
  return objectionToStage(container, next, swapBefore, terms);
}

/** The change itself, or one that takes less memory at once. */
function firstWrite(change: ContainerChange, terms: ShrinkTerms): ContainerChange {
  const decisions = change.decisions.map((decision) => {
    const { resource, from, to } = decision;
    if (resource !== "memory" || from === null || to === null || to >= from) return decision;
    const first = stageSize(from, to, terms);
    return first === to ? decision : { ...decision, to: first };
  });
  const same = decisions.every((decision, index) => decision === change.decisions[index]);
  return same ? change : { ...change, decisions, change: { ...change.change, ...sizeChange(decisions) } };
}

/** True where {@link carryOut} would take more than one write for the container's memory. */
export function takesStages(change: ContainerChange, terms: ShrinkTerms): boolean {
  return firstWrite(change, terms) !== change;
}

function skipped(decision: Decision, error: string): Outcome {
  return { ...decision, outcome: "skipped", verified: false, error };
}
