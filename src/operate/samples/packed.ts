import type { Sample, SampleList } from "../../model/index.js";

/** So many readings are packed at once; the newest ones, which every decision looks at, stay as they are. */
const blockLength = 256;
const looseLength = 128;

const fields = [
  "cpu",
  "cores",
  "memory",
  "memoryLimit",
  "cpulimit",
  "swap",
  "disk",
  "diskLimit",
  "pressureCpu",
  "pressureMemory",
] as const;
type Field = (typeof fields)[number];
type Value = number | null | undefined;

/** What one field of a block says: always the same, or a number of whole parts for each reading. */
type Column =
  | { readonly kind: "constant"; readonly value: Value }
  | { readonly kind: "parts"; readonly values: Uint32Array; readonly multiply: number; readonly divide: number }
  | { readonly kind: "numbers"; readonly values: Float64Array };

interface Block {
  readonly length: number;
  readonly times: Float64Array;
  readonly columns: Readonly<Record<Field, Column>>;
  /** Which were taken under a lock: 0 where nothing is said, 1 no, 2 yes. `null`: of none anything is said. */
  readonly locks: Uint8Array | null;
}

/**
 * Readings in a tenth of the memory that objects take, bit for bit the same when they are looked at: a fleet's week of
 * minutes can be kept whole. They are added at the end and dropped at the beginning.
 */
export class PackedSamples implements SampleList {
  readonly #blocks: Block[] = [];
  /** The newest, not packed yet. */
  #loose: Sample[] = [];

  constructor(samples: Iterable<Sample> = []) {
    for (const sample of samples) this.push(sample);
  }

  get length(): number {
    return this.#blocks.length * blockLength + this.#loose.length;
  }

  at(index: number): Sample | undefined {
    const place = index < 0 ? this.length + index : index;
    const packed = this.#blocks.length * blockLength;
    if (place >= packed) return this.#loose[place - packed];
    const block = this.#blocks[Math.floor(place / blockLength)];
    return block === undefined ? undefined : unpacked(block, place % blockLength);
  }

  *[Symbol.iterator](): Iterator<Sample> {
    for (const block of this.#blocks) for (let at = 0; at < block.length; at += 1) yield unpacked(block, at);
    yield* this.#loose;
  }

  push(sample: Sample): void {
    this.#loose.push(sample);
    if (this.#loose.length < blockLength + looseLength) return;
    this.#blocks.push(packed(this.#loose.slice(0, blockLength)));
    this.#loose = this.#loose.slice(blockLength);
  }

  /** Takes the newest away. */
  pop(): void {
    if (this.#loose.length === 0) {
      const block = this.#blocks.pop();
      if (block !== undefined) this.#loose = Array.from({ length: block.length }, (_, at) => unpacked(block, at));
    }
    this.#loose.pop();
  }

  /** Drops what is older than `time` (milliseconds since the epoch), in pieces: up to a block of it stays. */
  dropBefore(time: number): void {
    const keep = this.#blocks.findIndex(({ times }) => (times[times.length - 1] ?? 0) >= time);
    this.#blocks.splice(0, keep === -1 ? this.#blocks.length : keep);
    if (this.#blocks.length > 0) return;
    // Moving the rest costs as much as it is long, so a quarter of them has to be old.
    if ((this.#loose[this.#loose.length >> 2]?.time ?? time) >= time) return;
    const first = this.#loose.findIndex((sample) => sample.time >= time);
    this.#loose = first === -1 ? [] : this.#loose.slice(first);
  }
}

function packed(samples: readonly Sample[]): Block {
  return {
    length: samples.length,
    times: Float64Array.from(samples, ({ time }) => time),
    columns: Object.fromEntries(
      fields.map((field) => [field, columnOf(samples.map((sample) => sample[field]))]),
    ) as Record<Field, Column>,
    locks: samples.every(({ locked }) => locked === undefined)
      ? null
      : Uint8Array.from(samples, ({ locked }) => (locked === undefined ? 0 : locked ? 2 : 1)),
  };
}

/** Whole pages of memory, whole numbers, and millionths, in which fractions are recorded. */
const scales = [
  { multiply: 4096, divide: 1 },
  { multiply: 1, divide: 1 },
  { multiply: 1, divide: 1_000_000 },
] as const;
/** These stand for what is no number. */
const unknown = 2 ** 32 - 1;
const absent = 2 ** 32 - 2;
/** Beside these numbers every value of a column of numbers is itself; no usage is so. */
const unknownNumber = Number.NEGATIVE_INFINITY;
const absentNumber = -Number.MAX_VALUE;

function columnOf(values: readonly Value[]): Column {
  const [first] = values;
  if (values.every((value) => Object.is(value, first))) return { kind: "constant", value: first };
  for (const { multiply, divide } of scales) {
    const parts = values.map((value) => (typeof value === "number" ? Math.round((value / multiply) * divide) : 0));
    const same = values.every((value, index) => {
      const part = parts[index] ?? 0;
      if (typeof value !== "number") return true;
      // No whole part is negative, -0 included.
      return !Object.is(value, -0) && part >= 0 && part < absent && (part / divide) * multiply === value;
    });
    if (!same) continue;
    const coded = values.map((value, index) =>
      value === null ? unknown : value === undefined ? absent : (parts[index] ?? 0),
    );
    return { kind: "parts", values: Uint32Array.from(coded), multiply, divide };
  }
  const coded = values.map((value) => (value === null ? unknownNumber : value === undefined ? absentNumber : value));
  return { kind: "numbers", values: Float64Array.from(coded) };
}

function valueAt(column: Column, at: number): Value {
  switch (column.kind) {
    case "constant":
      return column.value;
    case "parts": {
      const part = column.values[at] ?? unknown;
      return part === unknown ? null : part === absent ? undefined : (part / column.divide) * column.multiply;
    }
    case "numbers": {
      const value = column.values[at] ?? unknownNumber;
      return value === unknownNumber ? null : value === absentNumber ? undefined : value;
    }
  }
}

function unpacked({ times, columns, locks }: Block, at: number): Sample {
  const sample: { -readonly [Key in keyof Sample]: Sample[Key] } = {
    time: times[at] ?? Number.NaN,
    cpu: valueAt(columns.cpu, at) ?? null,
    cores: valueAt(columns.cores, at) ?? null,
    memory: valueAt(columns.memory, at) ?? null,
    memoryLimit: valueAt(columns.memoryLimit, at) ?? null,
  };
  for (const field of optional) {
    const column = columns[field];
    if (column.kind === "constant" && column.value === undefined) continue;
    const value = valueAt(column, at);
    if (value !== undefined) sample[field] = value;
  }
  const lock = locks?.[at] ?? 0;
  if (lock !== 0) sample.locked = lock === 2;
  return sample;
}

const optional = ["cpulimit", "swap", "disk", "diskLimit", "pressureCpu", "pressureMemory"] as const;
