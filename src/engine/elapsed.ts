/**
 * How long ago something was, in seconds. What lies ahead counts as long ago as it lies ahead: the clock was put back, and
 * nothing must wait for as long as it was wrong.
 */
export function elapsed(time: number, now: number): number {
  return Math.abs(now - time) / 1000;
}
