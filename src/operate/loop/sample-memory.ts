import type { History, Sample, UsageHistory } from "../../model/index.js";
import { mergeHistories } from "../history/merge.js";
import type { WantedHistory } from "../history/source.js";
import { medianStep } from "../history/step.js";
import { PackedSamples, type Reading } from "../samples/index.js";

/** Beyond the windows so much is kept, so that a reading at their very edge is there. */
const spareSeconds = 300;
/** A step that is longer by less than this is not coarser. */
const jitter = 1.05;
/** So many steps tell how often the cluster is really looked at. */
const looksOfStep = 10;
/** Usage that could not be read at first is asked for again after this long. */
const retryAfter = 5 * 60 * 1000;

interface Remembered {
  name: string;
  samples: PackedSamples;
  stepSeconds: number;
  coarser: readonly { readonly stepSeconds: number; readonly until: number }[];
  /** The look that last showed it. */
  look: number;
  /** How far back it has been filled from the history, in seconds. */
  filled: number;
  /** When it may be filled again, milliseconds since the epoch. */
  fillAfter: number;
}

/**
 * The usage a loop has seen itself, and before that what the history knew: every reading, as far back as the settings look
 * and no further.
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
        known.samples = merged.samples instanceof PackedSamples ? merged.samples : new PackedSamples(merged.samples);
        known.stepSeconds = merged.stepSeconds;
        known.coarser = merged.coarser ?? [];
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
  return { name: "", samples: new PackedSamples(), stepSeconds, coarser: [], look: 0, filled: 0, fillAfter: 0 };
}

function asHistory({ samples, stepSeconds, coarser }: Remembered): UsageHistory {
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

function forgetBefore(container: Remembered, time: number): void {
  if (container.coarser.some(({ until }) => until < time)) {
    container.coarser = container.coarser.filter(({ until }) => until >= time);
  }
  container.samples.dropBefore(time);
}
