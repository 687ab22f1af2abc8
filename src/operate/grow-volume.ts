import type { ContainerConfiguration, Decision, Disk, Outcome } from "../model/index.js";
import { ProxmoxError, waitForTask } from "../proxmox/index.js";
import { systemWait } from "./clock.js";
import { configuredSize, sameSize, type ContainerChange } from "./guard.js";
import { isBroken, refusal, type Fate, type ResizeOptions } from "./resize-container.js";

/** The disk that a decision is about; `null` for anything else. */
export function diskOf({ resource }: Pick<Decision, "resource">): Disk | null {
  return resource === "rootfs" || resource.startsWith("mp") ? (resource as Disk) : null;
}

/** A change as the writes it takes: one for each disk, because each is a task of its own, and one for all other sizes. */
export function writesOf(change: ContainerChange): {
  readonly disks: readonly ContainerChange[];
  readonly sizes: ContainerChange;
} {
  const ofDisks = change.decisions.filter((decision) => diskOf(decision) !== null);
  if (ofDisks.length === 0) return { disks: [], sizes: change };
  const disks = ofDisks.map((decision): ContainerChange => {
    const disk = diskOf(decision);
    return {
      ...change,
      decisions: [decision],
      change: {},
      ...(disk === null || decision.to === null ? {} : { growth: { volume: disk, size: decision.to } }),
      grows: true,
    };
  });
  const decisions = change.decisions.filter((decision) => diskOf(decision) === null);
  return { disks, sizes: { ...change, decisions, grows: decisions.some(({ action }) => action === "scale-up") } };
}

/** Seconds that growing a disk may take: the file system is grown with it. */
const longest = 600;

/** One disk, and the size in GiB that it is to have. */
type Growing = ResizeOptions & { readonly decision: Decision; readonly volume: Disk; readonly size: number };

/**
 * Grows one disk: fresh read, still as planned?, one task with the digest, its result, read back. Never rejects for what
 * Proxmox says. Rejects only where `beforeWrite` does. Aborting begins nothing new; a task that runs is waited for.
 */
export async function growVolume(options: ResizeOptions): Promise<readonly Outcome[]> {
  const { decisions, growth } = options.change;
  const [decision] = decisions;
  if (decision === undefined || growth === undefined) return [];
  return [{ ...decision, ...(await grow({ ...options, decision, ...growth })) }];
}

async function grow(growing: Growing): Promise<Fate> {
  const { gateway, change, decision, volume, size } = growing;
  let fresh: ContainerConfiguration;
  try {
    fresh = await gateway.configuration(change);
  } catch (error) {
    return refusal(error);
  }
  const present = configuredSize(fresh, volume);
  if (sameSize(present, size)) return { outcome: "unchanged", verified: true };
  if (present !== null && size < present) {
    const error = `Left alone: a disk can't be made smaller, and its ${volume} has ${sizeText(present)}.`;
    return { outcome: "skipped", verified: false, error };
  }
  if (!sameSize(present, decision.from)) {
    const error = `Left alone: since the plan was made its ${volume} went from ${sizeText(decision.from)} to ${sizeText(present)}; plan again.`;
    return { outcome: "skipped", verified: false, error };
  }
  const { cores, cpulimit, memory, swap, digest } = fresh;
  await growing.beforeWrite({ cores, cpulimit, memory, swap, digest });
  try {
    const upid = await gateway.growVolume(change, volume, size, digest);
    await waitForTask(gateway, upid, { timeoutSeconds: longest });
    return await readBack(growing, upid);
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    if (error.kind === "task-failed") return { outcome: "failed", verified: false, error: error.message };
    return isBroken(error) ? afterBroken(growing, error) : refusal(error);
  }
}

/** What the task has done. */
async function readBack(growing: Growing, upid: string): Promise<Fate> {
  const { gateway, change, volume, size } = growing;
  try {
    const now = configuredSize(await gateway.configuration(change), volume);
    if (!sameSize(now, size)) {
      const error = `The task ended well, but the configuration says ${sizeText(now)} when read back.`;
      return { outcome: "failed", verified: false, error };
    }
    // Proxmox ends the task well where only the file system could not be grown: its log alone says so.
    const lines = await gateway.taskLog(upid);
    const complaint = lines.find(({ text }) => text.startsWith("Failed to update the container's filesystem"));
    return complaint === undefined
      ? { outcome: "applied", verified: true }
      : {
          outcome: "applied",
          verified: true,
          error: `The volume has grown, but not the file system on it. ${complaint.text}`,
        };
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    const text = `The task ended well, but what it did could not be read back: ${error.message}`;
    return { outcome: "applied", verified: false, error: text };
  }
}

/** Never sends again: looks whether the new size appears. */
async function afterBroken(
  { gateway, change, volume, size, waits, signal }: Growing,
  broken: ProxmoxError,
): Promise<Fate> {
  for (const wait of [0, ...waits]) {
    if (!(await systemWait(wait, signal))) break;
    try {
      const now = configuredSize(await gateway.configuration(change), volume);
      if (sameSize(now, size)) return { outcome: "applied", verified: true };
    } catch (error) {
      if (!(error instanceof ProxmoxError)) throw error;
    }
  }
  // A task may run for minutes, so that an unchanged size says nothing yet.
  const lost = broken.message.replace(/ Read (?:the|its) state back\.$/u, "");
  const error = `${lost} Look at ${volume} of container ${change.vmid} before planning again.`;
  return { outcome: "unknown", verified: false, error };
}

function sizeText(size: number | null): string {
  return size === null ? "no size" : `${size} GiB`;
}
