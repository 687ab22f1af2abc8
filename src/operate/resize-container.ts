import type { ContainerConfiguration, Decision, Outcome, OutcomeKind } from "../model/index.js";
import { ProxmoxError, type Gateway } from "../proxmox/index.js";
import type { FormerSize } from "./audit-log.js";
import { systemWait } from "./clock.js";
import { configuredSize, objectionOfConfiguration, sameSize, type ContainerChange } from "./guard.js";

/**
 * Waits before each further look after a write whose answer was lost. A write that Proxmox has received may
 * still wait 10 s for the container's file lock, so only after that does an unchanged size mean "not carried out".
 */
export const readBackWaits: readonly number[] = [0.5, 1, 2, 3, 5];

export interface ResizeOptions {
  readonly gateway: Gateway;
  readonly change: ContainerChange;
  /** Called with what was there before, directly before the write is sent; when it rejects, nothing is sent. */
  readonly beforeWrite: (before: FormerSize) => Promise<void>;
  /** Aborting lets a write in flight finish, and only shortens the wait for one whose answer was lost. */
  readonly signal: AbortSignal;
  /** Seconds, see {@link readBackWaits}. */
  readonly waits: readonly number[];
}

/**
 * Carries out all decisions for one container: fresh read, still as planned?, one write with its digest,
 * read back. Never rejects for what Proxmox says; each decision gets its outcome. Rejects only where
 * `beforeWrite` does.
 */
export async function resizeContainer(options: ResizeOptions): Promise<readonly Outcome[]> {
  const { gateway, change } = options;
  let fresh: ContainerConfiguration;
  try {
    // Not cancelled by the signal: what has begun is finished and reported.
    fresh = await gateway.configuration(change);
  } catch (error) {
    return all(change, refusal(error));
  }
  if (change.decisions.every(({ resource, to }) => sameSize(configuredSize(fresh, resource), to))) {
    return all(change, { outcome: "unchanged", verified: true });
  }
  const objection = objectionOfConfiguration(change, fresh);
  if (objection !== null)
    return all(change, { outcome: "skipped", verified: false, error: `Left alone: ${objection}.` });

  const { cores, cpulimit, memory, swap, digest } = fresh;
  await options.beforeWrite({ cores, cpulimit, memory, swap, digest });
  try {
    await gateway.resize(change, change.change, digest);
  } catch (error) {
    return isBroken(error) ? afterBrokenWrite(options, error) : afterRefusal(options, error);
  }
  return readBack(options);
}

/** What became of a write. */
export interface Fate {
  readonly outcome: OutcomeKind;
  readonly verified: boolean;
  readonly error?: string;
}

function all(change: ContainerChange, fate: Fate): readonly Outcome[] {
  return change.decisions.map((decision) => ({ ...decision, ...fate }));
}

/** Proxmox answered, or nothing was sent: the size is as it was. */
export function refusal(error: unknown): Fate & { readonly error: string } {
  if (!(error instanceof ProxmoxError)) throw error;
  const left: readonly ProxmoxError["kind"][] = ["locked", "conflict", "not-found", "cancelled"];
  return { outcome: left.includes(error.kind) ? "skipped" : "failed", verified: false, error: error.message };
}

/** The request may or may not have been carried out. */
export function isBroken(error: unknown): error is ProxmoxError {
  return (
    error instanceof ProxmoxError &&
    (error.kind === "outcome-unknown" || error.kind === "timed-out" || error.kind === "cancelled")
  );
}

/**
 * A kernel that does not take a new limit from a running container makes Proxmox answer with an error, after it has written
 * the value down as pending; the other sizes of the same write may be in force. So what became of each is read back.
 */
async function afterRefusal({ gateway, change }: ResizeOptions, error: unknown): Promise<readonly Outcome[]> {
  const fate = refusal(error);
  if (!(error instanceof ProxmoxError) || error.kind !== "invalid-parameter") return all(change, fate);
  try {
    const now = await gateway.configuration(change, { pending: true });
    return change.decisions.map((decision) => {
      if (carriedOut(decision, now)) return { ...decision, outcome: "applied", verified: true };
      return isPending(decision, now)
        ? { ...decision, ...fate, error: `${fate.error} ${pendingRestart(decision)}` }
        : { ...decision, ...fate };
    });
  } catch (unread) {
    if (!(unread instanceof ProxmoxError)) throw unread;
    return all(change, fate);
  }
}

/** Written down, and not in force before the container has started anew. */
function isPending({ resource }: Decision, { pending = [] }: ContainerConfiguration): boolean {
  return pending.includes(resource);
}

function pendingRestart({ vmid, resource }: Decision): string {
  return `It is pending a restart of the container; \`pct set ${vmid} --revert ${resource}\` takes it back.`;
}

async function readBack({ gateway, change }: ResizeOptions): Promise<readonly Outcome[]> {
  try {
    let now = await gateway.configuration(change);
    if (!change.decisions.every((decision) => carriedOut(decision, now))) {
      now = await gateway.configuration(change, { pending: true });
    }
    return change.decisions.map((decision) => {
      if (carriedOut(decision, now)) return { ...decision, outcome: "applied", verified: true };
      const seen = `Proxmox accepted the change, but its configuration says ${sizeNow(decision, now)} when read back.`;
      return {
        ...decision,
        outcome: "failed",
        verified: false,
        error: isPending(decision, now) ? `${seen} ${pendingRestart(decision)}` : seen,
      };
    });
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    return all(change, {
      outcome: "applied",
      verified: false,
      error: `Proxmox accepted the change, but it could not be read back: ${error.message}`,
    });
  }
}

/** Never sends again: looks until the new size appears, or until it can't appear any more. */
async function afterBrokenWrite(options: ResizeOptions, broken: ProxmoxError): Promise<readonly Outcome[]> {
  const { gateway, change, signal, waits } = options;
  let seen: ContainerConfiguration | null = null;
  let waited = 0;
  let complete = false;
  for (let look = 0; ; look += 1) {
    try {
      seen = await gateway.configuration(change);
      if (change.decisions.every((decision) => seen !== null && carriedOut(decision, seen))) break;
    } catch (error) {
      if (!(error instanceof ProxmoxError)) throw error;
      seen = null;
    }
    const wait = waits[look];
    if (wait === undefined) {
      complete = true;
      break;
    }
    if (!(await systemWait(wait, signal))) break;
    waited += wait;
  }
  // Its advice to read the state back has been followed.
  const lost = broken.message.replace(/ Read the state back\.$/u, "");
  return change.decisions.map((decision) => {
    if (seen === null) {
      return {
        ...decision,
        outcome: "unknown",
        verified: false,
        error: `${lost} It could not be read back either: look at container ${change.vmid} before planning again.`,
      };
    }
    if (carriedOut(decision, seen)) return { ...decision, outcome: "applied", verified: true };
    const size = sizeNow(decision, seen);
    return complete
      ? {
          ...decision,
          outcome: "failed",
          verified: false,
          error: `${lost} ${Math.round(waited)} s later its configuration still says ${size}.`,
        }
      : {
          ...decision,
          outcome: "unknown",
          verified: false,
          error: `${lost} Its configuration still said ${size} when the run was interrupted.`,
        };
  });
}

function carriedOut(decision: Decision, configuration: ContainerConfiguration): boolean {
  return sameSize(configuredSize(configuration, decision.resource), decision.to);
}

function sizeNow(decision: Decision, configuration: ContainerConfiguration): string {
  const size = configuredSize(configuration, decision.resource);
  if (size === null) return `no ${decision.resource}`;
  return decision.unit === "MiB" ? `${size} MiB` : `${size} ${decision.resource}`;
}
