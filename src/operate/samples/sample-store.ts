import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Sample, UsageHistory } from "../../model/index.js";
import { medianStep } from "../history/step.js";
import { fileFault, makeRecordsFolder, RecordsError, recordsFolder, type RecordsLocation } from "../records.js";
import { FrameWriter, readFrames } from "./frame.js";
import { PackedSamples } from "./packed.js";
import type { Reading } from "./reading.js";

const day = 24 * 3600 * 1000;

export interface SampleRange {
  /** Milliseconds since the epoch, inside: one for all containers, or one for each that is wanted. */
  readonly from: number | ReadonlyMap<number, number>;
  /** Milliseconds since the epoch, inside. */
  readonly to: number;
}

/**
 * Usage recorded on this side: one segment a day (UTC) in the folder `samples` of a cluster's records, only ever
 * appended to. What was torn by a crash is passed over by whoever reads, programs that write at the same time don't
 * disturb each other, and a segment is removed once its whole day is older than `retentionSeconds`. Files are 0600.
 */
export class SampleStore {
  readonly #frames = new FrameWriter(randomBytes(4).readUInt32BE());
  #segment: string | null = null;

  constructor(
    readonly location: RecordsLocation,
    private readonly retentionSeconds = Number.POSITIVE_INFINITY,
  ) {}

  folder(cluster: string): string {
    return join(recordsFolder(this.location, cluster), "samples");
  }

  /** Appends one look at the cluster. Rejects with {@link RecordsError}; what was written before stays readable. */
  async append(cluster: string, reading: Reading): Promise<void> {
    const folder = this.folder(cluster);
    const dayStart = Math.floor(reading.time / day) * day;
    const file = join(folder, segmentName(dayStart));
    try {
      if (this.#segment !== file) {
        // Also a new day's first: differences are taken within one segment.
        this.#frames.begin();
        await makeRecordsFolder(folder);
        await this.#removeOld(folder, reading.time);
        this.#segment = file;
      }
      const frame = this.#frames.encode(reading, dayStart);
      const handle = await open(file, "a", 0o600);
      try {
        // One write in append mode: frames of two programs never mix.
        const { bytesWritten } = await handle.write(frame);
        if (bytesWritten < frame.length) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
      } finally {
        await handle.close();
      }
    } catch (error) {
      // Nobody knows how much of it is there, so the next frame does not build on it.
      this.#segment = null;
      throw new RecordsError(`Samples could not be added to ${file}: ${fileFault(error)}.`, { cause: error });
    }
  }

  /**
   * What was recorded of containers in a stretch of time, oldest first. Where a number was given to another container
   * meanwhile, only the present one's. Creates nothing. Rejects with {@link RecordsError}.
   */
  async read(cluster: string, range: SampleRange): Promise<ReadonlyMap<number, UsageHistory<PackedSamples>>> {
    const folder = this.folder(cluster);
    const collected = new Map<number, Collected>();
    const looks = { count: 0 };
    for (const dayStart of await this.#daysBetween(folder, range)) {
      const file = join(folder, segmentName(dayStart));
      let segment: Buffer;
      try {
        segment = await readFile(file);
      } catch (error) {
        if (isMissing(error)) continue;
        throw new RecordsError(`The samples in ${file} could not be read: ${fileFault(error)}.`, { cause: error });
      }
      collect(segment, dayStart, range, collected, looks);
    }
    const history = new Map<number, UsageHistory<PackedSamples>>();
    for (const [vmid, { samples, ordered }] of [...collected].sort(([a], [b]) => a - b)) {
      if (samples.length === 0) continue;
      const sorted = ordered ? samples : new PackedSamples(inOrder(samples));
      history.set(vmid, { stepSeconds: medianStep(newestTimes(sorted)), samples: sorted });
    }
    return history;
  }

  async #daysBetween(folder: string, { from: given, to }: SampleRange): Promise<readonly number[]> {
    const from = typeof given === "number" ? given : Math.min(...given.values());
    const days = await segmentDays(folder);
    return days.filter((start) => start <= to && start + day > from).sort((a, b) => a - b);
  }

  /** A full disk must not be kept full: what can't be removed now is tried again tomorrow. */
  async #removeOld(folder: string, now: number): Promise<void> {
    const oldest = now - this.retentionSeconds * 1000;
    for (const start of await segmentDays(folder)) {
      if (start + day < oldest) await rm(join(folder, segmentName(start)), { force: true }).catch(() => undefined);
    }
  }
}

interface Collected {
  samples: PackedSamples;
  name: number;
  /** The look that last showed it. */
  look: number;
  ordered: boolean;
}

function collect(
  segment: Buffer,
  dayStart: number,
  { from, to }: SampleRange,
  collected: Map<number, Collected>,
  looks: { count: number },
): void {
  readFrames(segment, dayStart, typeof from === "number" ? from : Math.min(...from.values()), {
    frame: () => {
      looks.count += 1;
    },
    entry: (vmid, name, sample) => {
      const start = typeof from === "number" ? from : from.get(vmid);
      if (start === undefined) return;
      let container = collected.get(vmid);
      if (container === undefined) {
        collected.set(vmid, (container = { samples: new PackedSamples(), name, look: looks.count, ordered: true }));
      }
      // One that was away for a look and is called otherwise now is another; a mere renaming leaves no such gap.
      if (container.name !== name && container.look < looks.count - 1) {
        container.samples = new PackedSamples();
        container.ordered = true;
      }
      container.name = name;
      container.look = looks.count;
      if (sample.time < start || sample.time > to) return;
      const last = container.samples.at(-1);
      if (last !== undefined && last.time >= sample.time) container.ordered = false;
      container.samples.push(sample);
    },
  });
}

/** Two programs may have looked at the same millisecond. */
function inOrder(samples: Iterable<Sample>): readonly Sample[] {
  const sorted = [...samples].sort((a, b) => a.time - b.time);
  return sorted.filter(({ time }, index) => sorted[index + 1]?.time !== time);
}

/** As many as the step is told from. */
function newestTimes(samples: PackedSamples): readonly number[] {
  const from = Math.max(0, samples.length - 1001);
  return Array.from({ length: samples.length - from }, (_, index) => samples.at(from + index)?.time ?? Number.NaN);
}

function segmentName(dayStart: number): string {
  return `${new Date(dayStart).toISOString().slice(0, 10)}.samples`;
}

/** Midnights of the days there are segments of; none where there is no folder. */
async function segmentDays(folder: string): Promise<readonly number[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new RecordsError(`The samples in ${folder} could not be read: ${fileFault(error)}.`, { cause: error });
  }
  return names
    .flatMap((name) => /^(\d{4}-\d{2}-\d{2})\.samples$/u.exec(name)?.[1] ?? [])
    .map((date) => Date.parse(`${date}T00:00:00Z`))
    .filter((start) => !Number.isNaN(start));
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
