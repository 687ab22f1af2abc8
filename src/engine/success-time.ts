/**
 * When a success counts as having happened, in milliseconds. Within an interval of its decision that is the time of the
 * decision, so that a cooldown of one interval is over at the next one: the write itself always takes a second or two.
 */
export function successTime(decidedAt: number, succeededAt: number, intervalSeconds: number): number {
  const taken = succeededAt - decidedAt;
  return taken >= 0 && taken < intervalSeconds * 1000 ? decidedAt : succeededAt;
}
