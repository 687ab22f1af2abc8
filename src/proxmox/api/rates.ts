import type { Container, Rates } from "../../model/index.js";
import { amountOf } from "./numbers.js";
import type { ResourceRow } from "./shapes.js";

/**
 * Proxmox renews its bulk figures every ten seconds. Where two rounds have brought nothing new, what is known of the
 * traffic is too old to be shown.
 */
const validMilliseconds = 20_000;

/** What Proxmox has counted since the start, in bytes. */
type Counters = Rates;

interface Observation {
  readonly node: string;
  /** Seconds, as of the moment at which Proxmox read the counters. */
  readonly uptime: number;
  readonly counters: Counters;
  readonly rates: Rates | null;
  /** When these figures were first seen, milliseconds since the epoch. */
  readonly seenAt: number;
}

/**
 * Works out bytes a second from the counters of two bulk reads. How much time lies between is told by the container's
 * uptime, which Proxmox reads together with the counters: it stands still while they are not renewed, and falls when the
 * container was started again. It has whole seconds, so a rate over one round of ten may be a tenth off.
 */
export class RateMeter {
  #known: ReadonlyMap<number, Observation> = new Map<number, Observation>();

  /**
   * The rates of these containers, by vmid, from the rows of the bulk request read at `now` (milliseconds since the
   * epoch). Remembers them for the next read, and forgets all others. Those without an entry are unknown.
   */
  measure(containers: readonly Container[], rows: readonly ResourceRow[], now: number): ReadonlyMap<number, Rates> {
    const byVmid = new Map(rows.map((row) => [amountOf(row.vmid), row]));
    const seen = new Map<number, Observation>();
    const rates = new Map<number, Rates>();
    for (const container of containers) {
      const { vmid, node, uptime } = container;
      const row = byVmid.get(vmid);
      // Only what runs has an uptime here.
      if (uptime === null || row === undefined) continue;
      const observation = following(this.#known.get(vmid), { node, uptime, counters: countersOf(row) }, now);
      seen.set(vmid, observation);
      if (observation.rates !== null && !container.stale && now - observation.seenAt < validMilliseconds) {
        rates.set(vmid, observation.rates);
      }
    }
    this.#known = seen;
    return rates;
  }
}

type Figures = Pick<Observation, "node" | "uptime" | "counters">;

/** What is known after a look. */
function following(before: Observation | undefined, figures: Figures, now: number): Observation {
  const { node, uptime, counters } = figures;
  if (before === undefined || before.node !== node || uptime < before.uptime) {
    return { ...figures, rates: null, seenAt: now };
  }
  // The same round once more: what it said still stands.
  if (uptime === before.uptime) return before;
  const seconds = uptime - before.uptime;
  const since = before.counters;
  const rates = {
    netIn: rateOf(since.netIn, counters.netIn, seconds),
    netOut: rateOf(since.netOut, counters.netOut, seconds),
    diskRead: rateOf(since.diskRead, counters.diskRead, seconds),
    diskWrite: rateOf(since.diskWrite, counters.diskWrite, seconds),
  };
  return { ...figures, rates, seenAt: now };
}

/** A counter that went back has begun anew in between: what it counted before is not known. */
function rateOf(before: number | null, after: number | null, seconds: number): number | null {
  return before === null || after === null || after < before ? null : (after - before) / seconds;
}

function countersOf(row: ResourceRow): Counters {
  return {
    netIn: amountOf(row.netin),
    netOut: amountOf(row.netout),
    diskRead: amountOf(row.diskread),
    diskWrite: amountOf(row.diskwrite),
  };
}
