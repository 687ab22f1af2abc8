import { setTimeout as delay } from "node:timers/promises";
import type { Gateway } from "../proxmox/index.js";

/** Tells the time in milliseconds since the epoch. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Waits so many seconds; resolves to false as soon as the signal cuts it short, to true otherwise. Never rejects. */
export type Wait = (seconds: number, signal: AbortSignal) => Promise<boolean>;

export const systemWait: Wait = async (seconds, signal) => {
  try {
    await delay(seconds * 1000, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
};

/**
 * The cluster's own clock, carried on from one reading. Recorded usage, cooldowns and windows are all
 * compared in this time, so a workstation whose clock is wrong decides what the cluster itself would.
 */
export async function clusterClock(gateway: Pick<Gateway, "serverTime">, signal?: AbortSignal): Promise<Clock> {
  const before = performance.now();
  const reading = await gateway.serverTime(signal === undefined ? {} : { signal });
  const after = performance.now();
  // The answer was made somewhere between the two: half of the round trip is the best guess.
  const offset = reading + (after - before) / 2 - after;
  return () => Math.round(performance.now() + offset);
}
