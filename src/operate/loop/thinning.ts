import type { ContainerHistory, Sample } from "../../model/index.js";

/**
 * How finely the past is kept: every reading for at least an hour and as long as somebody has to see each, then one a
 * minute for a day, one in ten minutes for a week, one in twenty beyond. A percentile is weighed by time, so it stays what it
 * is; a longer step than half an hour would be a gap to it. Each step is a multiple of the one before: what was thinned
 * before is thinned on to the same readings.
 */
const leastExactSeconds = 3600;
const tiers: readonly { readonly olderThanSeconds: number; readonly stepSeconds: number }[] = [
  { olderThanSeconds: 7 * 24 * 3600, stepSeconds: 1200 },
  { olderThanSeconds: 24 * 3600, stepSeconds: 600 },
  { olderThanSeconds: 0, stepSeconds: 60 },
];
/** A step that is longer by less than this is not coarser. */
const jitter = 1.05;

/**
 * A history with fewer readings the older they are, as real as they were: the last one of each step that can be used.
 * `exactSeconds` is for how long every reading matters; `now` is in milliseconds since the epoch.
 */
export function thinned(
  { samples, stepSeconds, coarser = [] }: ContainerHistory,
  exactSeconds: number,
  now: number,
): { readonly samples: Sample[]; readonly coarser: NonNullable<ContainerHistory["coarser"]> } {
  const bounds = tiers.map((tier) => {
    const step = tier.stepSeconds * 1000;
    const age = Math.max(tier.olderThanSeconds, exactSeconds, leastExactSeconds) * 1000;
    // Only whole steps, so that it makes no difference when this is done.
    return { step, before: Math.floor((now - age) / step) * step };
  });
  const kept: Sample[] = [];
  const until = new Map(coarser.map((one) => [one.stepSeconds, one.until]));
  let begun = Number.NaN;
  for (const sample of samples) {
    const { time } = sample;
    const step = bounds.find(({ before }) => time < before)?.step ?? 0;
    const begin = step === 0 ? Number.NaN : Math.floor(time / step) * step;
    const last = kept.at(-1);
    if (begin !== begun || last === undefined) kept.push(sample);
    else if (isUsable(sample) || !isUsable(last)) kept[kept.length - 1] = sample;
    begun = begin;
    const seconds = step / 1000;
    if (seconds > stepSeconds * jitter) until.set(seconds, Math.max(until.get(seconds) ?? 0, time));
  }
  return { samples: kept, coarser: [...until].map(([step, time]) => ({ stepSeconds: step, until: time })) };
}

function isUsable({ locked, cpu, memory }: Sample): boolean {
  return locked !== true && (cpu !== null || memory !== null);
}
