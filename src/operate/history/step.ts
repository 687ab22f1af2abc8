/** Distances beyond these tell no more about how often a source was asked. */
const lookedAt = 1000;

/**
 * The median distance of points in seconds, of the newest thousand; 60 where there are too few to tell, the finest
 * step that Proxmox records. `times` are milliseconds since the epoch, oldest first.
 */
export function medianStep(times: readonly number[]): number {
  const newest = times.slice(-lookedAt - 1);
  const steps = newest
    .slice(1)
    .map((time, index) => (time - (newest[index] ?? time)) / 1000)
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  // Of an even number the finer: a gap says less than a reading.
  return steps[Math.floor((steps.length - 1) / 2)] ?? 60;
}
