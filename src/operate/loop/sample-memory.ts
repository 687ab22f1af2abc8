import type { ContainerHistory, History, Sample } from "../../model/index.js";
import { mergeHistories } from "../history/merge.js";
import type { WantedHistory } from "../history/source.js";
import { medianStep } from "../history/step.js";
import type { Reading } from "../samples/index.js";
import { thinned } from "./thinning.js";

/** Beyond the windows so much is kept, so that a reading at their very edge is there. */
const spareSeconds = 300;
/** A step that is longer by less than this is not coarser. */
const jitter = 1.05;
/** So many steps tell how often the cluster is really looked at. */
const looksOfStep = 10;
/** Usage that could not be read at first is asked for again after this long. */
const retryAfter = 5 * 60 * 1000;
/** Readings that have grown old are thinned out so often, each container at another time. */
const thinAfter = 3600 * 1000;

interface Remembered {
  name: string;
  samples: Sample[];
  stepSeconds: number;
  coarser: readonly { readonly stepSeconds: number; readonly until: number }[];
  /** The look that last showed it. */
  look: number;
  /** How far back it has been filled from the history, in seconds. */
  filled: number;
  /** When it may be filled again, milliseconds since the epoch. */
  fillAfter: number;
  /** When it is thinned out again, milliseconds since the epoch. */
  thinAt: number;
}

/**
 * The usage a loop has seen itself, and before that what the history knew: as far back as the settings look, no further,
 * and the more thinly the longer ago (see {@link thinned}), so that a week costs hardly more memory than a day.
 */
export class SampleMemory {
  readonly #containers = new Map<number, Remembered>();
  #look = 0;
  /** When the last looks were, milliseconds since the epoch. */
  #looks: readonly number[] = [];

  /** Adds a look at the cluster, taken every `intervalSeconds` or, where that does not succeed, less often. */
  add(reading: Reading, intervalSeconds: number): void {
    this.#look += 1;
    this.#looks = [...this.#looks.filter((time) => time < reading.time).slice(-looksOfStep), reading.time];
    // A single step is no rule: the next look may be punctual again.
    const step = this.#looks.length > 2 ? medianStep(this.#looks) : intervalSeconds;
    const stepSeconds = step > intervalSeconds * jitter ? step : intervalSeconds;
    for (const { vmid, name, sample } of reading.containers) {
      const known = this.#containers.get(vmid);
      // One that was away for a look and is called otherwise now is another container under the same number.
      const container =
        known === undefined || (known.name !== name && known.look < this.#look - 1) ? remembered(stepSeconds) : known;
      if (container !== known) this.#containers.set(vmid, container);
      container.name = name;
      container.look = this.#look;
      append(container, sample, stepSeconds);
    }
  }

  /** Those whose settings look back further than they have been filled. */
  lacking(wanted: readonly WantedHistory[], now: number): readonly WantedHistory[] {
    return wanted.filter(({ container, seconds }) => {
      const known = this.#containers.get(container.vmid);
      return known !== undefined && known.filled < seconds && now >= known.fillAfter;
    });
  }

  /** Lays what was seen over what the history says of the containers that it was asked for. */
  fill(asked: readonly WantedHistory[], history: History, complete: boolean, now: number): void {
    for (const { container, seconds } of asked) {
      const known = this.#containers.get(container.vmid);
      if (known === undefined) continue;
      const found = history.get(container.vmid);
      const merged = mergeHistories([asHistory(known), found]);
      if (merged !== undefined && found !== undefined) {
        known.samples = [...merged.samples];
        known.stepSeconds = merged.stepSeconds;
        known.coarser = merged.coarser ?? [];
        known.thinAt = now;
      }
      if (complete || found !== undefined) known.filled = seconds;
      else known.fillAfter = now + retryAfter;
    }
  }

  /** Forgets what no window reaches any more, and containers that are neither wanted nor were in the last look. */
  trim(wanted: readonly WantedHistory[], now: number): void {
    const windows = new Map(wanted.map((one) => [one.container.vmid, one]));
    for (const [vmid, container] of this.#containers) {
      const window = windows.get(vmid);
      if (window === undefined && container.look < this.#look) {
        this.#containers.delete(vmid);
        continue;
      }
      const seconds = window?.seconds ?? 0;
      forgetBefore(container, now - (seconds + spareSeconds) * 1000);
      thinOut(container, vmid, (window?.exactSeconds ?? seconds) + spareSeconds, now);
    }
  }

  history(): History {
    return this.#containers;
  }

  /** Readings that are held. */
  get size(): number {
    let size = 0;
    for (const { samples } of this.#containers.values()) size += samples.length;
    return size;
  }
}

function remembered(stepSeconds: number): Remembered {
  return { name: "", samples: [], stepSeconds, coarser: [], look: 0, filled: 0, fillAfter: 0, thinAt: 0 };
}

function asHistory({ samples, stepSeconds, coarser }: Remembered): ContainerHistory {
  return { samples, stepSeconds, coarser };
}

function append(container: Remembered, sample: Sample, stepSeconds: number): void {
  const { samples } = container;
  // A clock that was set back: readings of a time that has not come yet say nothing about any window.
  while ((samples.at(-1)?.time ?? Number.NEGATIVE_INFINITY) >= sample.time) samples.pop();
  const last = samples.at(-1);
  if (last !== undefined && container.stepSeconds > stepSeconds * jitter) {
    const former = { stepSeconds: container.stepSeconds, until: last.time };
    container.coarser = [...container.coarser.filter((one) => one.stepSeconds !== former.stepSeconds), former];
  }
  container.stepSeconds = stepSeconds;
  samples.push(sample);
}

/** Done rarely, because what was worked out from the readings has to be worked out anew. */
function thinOut(container: Remembered, vmid: number, exactSeconds: number, now: number): void {
  // A clock that was set back doesn't put it off.
  if (now < container.thinAt && container.thinAt - now <= thinAfter) return;
  // Multiples of the golden ratio spread evenly, however the numbers are chosen.
  container.thinAt = now + thinAfter * (0.5 + ((vmid * 0.618_033_988_749_895) % 1) / 2);
  const { samples, coarser } = thinned(container, exactSeconds, now);
  if (samples.length === container.samples.length) return;
  container.samples = samples;
  container.coarser = coarser;
}

/** Cut rarely and in one piece, because moving the rest costs as much as it is long. */
function forgetBefore(container: Remembered, time: number): void {
  const { samples } = container;
  if (container.coarser.some(({ until }) => until < time)) {
    container.coarser = container.coarser.filter(({ until }) => until >= time);
  }
  if ((samples[samples.length >> 2]?.time ?? time) >= time) return;
  const first = samples.findIndex((sample) => sample.time >= time);
  container.samples = first === -1 ? [] : samples.slice(first);
}
