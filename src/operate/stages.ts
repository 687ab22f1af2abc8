import { formatBytes, formatSize, mebibyte, type Container } from "../model/index.js";

/** Seconds between two writes of a memory shrink that takes several. */
export const stageSeconds = 30;

/** Of the new limit, at most so much may be in use before the next write. */
const mostUse = 0.9;
/** Percent of the last ten seconds in which a task waited for memory: from here on it is short of it. */
const mostPressure = 10;

/** How a container's memory is taken away. Sizes in MiB. */
export interface ShrinkTerms {
  /** The least that one write may take, where a tenth of the size is less. */
  readonly step: number;
  /** Every size is a multiple of it. */
  readonly grain: number;
  /** Fraction of what is in use that is kept free beside it. */
  readonly headroom: number;
}

/**
 * The size after the next write of a shrink from `from` to `to`: at most the larger of the step and a tenth of the
 * size is taken at once, so 4096 MiB with a step of 256 MiB goes to 3712 (409 less, up to the grain of 64), and
 * 1024 MiB to 768. The last write ends at `to` exactly.
 */
export function stageSize(from: number, to: number, { step, grain }: ShrinkTerms): number {
  const most = Math.max(step, grain, from / 10);
  if (from - to <= most + 1e-9) return to;
  const next = Math.ceil((from - most) / grain - 1e-9) * grain;
  return Math.max(to, next < from ? next : from - grain);
}

/**
 * What the newest reading has against the next write of a shrink down to `next` MiB; `null` where nothing stands
 * against it. `swapBefore` is the swap that was in use before the first of the writes, in bytes.
 */
export function objectionToStage(
  container: Pick<Container, "memory" | "swap" | "pressure">,
  next: number,
  swapBefore: number | null,
  { headroom }: Pick<ShrinkTerms, "headroom">,
): string | null {
  const { memory, swap, pressure } = container;
  if (memory === null) return "its memory use can't be read";
  const share = memory / (next * mebibyte);
  if (share > mostUse) {
    return `it uses ${formatBytes(memory)}, which is ${Math.round(share * 100)} % of the ${formatSize(next)} that would come next`;
  }
  if (memory * (1 + headroom) > next * mebibyte) {
    return `it uses ${formatBytes(memory)}, and with ${Math.round(headroom * 100)} % headroom that is more than the ${formatSize(next)} that would come next`;
  }
  if (swap !== null && swapBefore !== null && swap > swapBefore) {
    return `its swap has grown from ${formatBytes(swapBefore)} to ${formatBytes(swap)}`;
  }
  const waiting = pressure?.memorySome ?? null;
  if (waiting !== null && waiting >= mostPressure) {
    return `it waits for memory ${Math.round(waiting)} % of the time`;
  }
  return null;
}
