import type { Sample } from "../../model/index.js";
import { crc32 } from "./checksum.js";
import { NumberReader, NumberWriter } from "./numbers.js";
import { fractionSteps, type Reading } from "./reading.js";

/*
 * A segment is a row of frames, one for each look at the cluster:
 *
 *   C5 5A · length of what follows the checksum (3 bytes) · CRC-32 (4 bytes) · content
 *   content: kind · writer (4 bytes) · number · milliseconds of the day · containers · one entry each
 *   entry: vmid, less the one before · flags · cpu · memory · sizes · rest, as the flags say
 *
 * Figures are kept as the difference from the same writer's frame before; a whole frame begins anew, so that at most an
 * hour is lost with a damaged one. Frames of several writers may stand in one segment: each follows its own.
 */

const magic = [0xc5, 0x5a] as const;
const magicBytes = Buffer.from(magic);
const headerBytes = 9;
/** A frame of 20,000 containers that all have changed takes less than half a megabyte. */
const largestFrame = 0xffffff;
/** Frames after which one is whole again. */
const wholeEvery = 60;

const kind = { whole: 1, difference: 2 } as const;
const flag = {
  cpu: 1,
  memory: 2,
  sizes: 4,
  locked: 8,
  swap: 16,
  disk: 32,
  cpuPressure: 64,
  memoryPressure: 128,
} as const;

/** What stays the same from look to look. */
interface Sizes {
  readonly cores: number | null;
  readonly memoryLimit: number | null;
  readonly cpulimit: number | null | undefined;
  readonly diskLimit: number | null;
  /** CRC-32 of the name: tells that a number was given to another container. */
  readonly name: number;
}

/** What the next difference of one container is taken from. */
interface Former {
  sizes: Sizes;
  memory: number;
  swap: number;
  disk: number;
}

const unknownSizes: Sizes = { cores: null, memoryLimit: null, cpulimit: undefined, diskLimit: null, name: 0 };

function former(): Former {
  return { sizes: unknownSizes, memory: 0, swap: 0, disk: 0 };
}

/** Turns looks into frames. Each is appended to the segment in one write; after one that failed call {@link begin}. */
export class FrameWriter {
  readonly #numbers = new NumberWriter();
  readonly #containers = new Map<number, Former>();
  readonly #names = new Map<string, number>();
  #number = 0;
  #untilWhole = 0;

  /** `writer` is a number of 32 bits that no other program writing here has. */
  constructor(private readonly writer: number) {}

  /** Makes the next frame whole. */
  begin(): void {
    this.#untilWhole = 0;
  }

  /** `dayStart` is midnight (UTC) of the segment's day, milliseconds since the epoch. */
  encode(reading: Reading, dayStart: number): Buffer {
    const numbers = this.#numbers;
    const whole = this.#untilWhole === 0;
    this.#untilWhole = (whole ? wholeEvery : this.#untilWhole) - 1;
    if (whole) {
      this.#containers.clear();
      this.#names.clear();
    }
    numbers.byte(whole ? kind.whole : kind.difference);
    for (const shift of [24, 16, 8, 0]) numbers.byte((this.writer >>> shift) & 0xff);
    numbers.natural(this.#number);
    this.#number += 1;
    numbers.natural(Math.max(0, Math.round(reading.time - dayStart)));
    numbers.natural(reading.containers.length);
    let vmid = 0;
    for (const container of reading.containers) {
      numbers.integer(container.vmid - vmid);
      vmid = container.vmid;
      this.#entry(container.vmid, this.#nameOf(container.name), container.sample);
    }
    const content = numbers.take();
    if (content.length > largestFrame) throw new RangeError("a look at the cluster is too large for one frame");
    const header = Buffer.alloc(headerBytes);
    header.set(magic);
    header.writeUIntBE(content.length, 2, 3);
    header.writeUInt32BE(crc32(content), 5);
    return Buffer.concat([header, content]);
  }

  #entry(vmid: number, name: number, sample: Sample): void {
    const numbers = this.#numbers;
    let before = this.#containers.get(vmid);
    if (before === undefined) this.#containers.set(vmid, (before = former()));
    const sizes: Sizes = {
      cores: amount(sample.cores),
      memoryLimit: bytes(sample.memoryLimit),
      cpulimit: sample.cpulimit === undefined ? undefined : amount(sample.cpulimit),
      diskLimit: bytes(sample.diskLimit),
      name,
    };
    const same = sameSizes(before.sizes, sizes);
    const cpu = amount(sample.cpu);
    const memory = bytes(sample.memory);
    const swap = bytes(sample.swap);
    const disk = bytes(sample.disk);
    const cpuPressure = amount(sample.pressureCpu);
    const memoryPressure = amount(sample.pressureMemory);
    numbers.byte(
      (cpu === null ? 0 : flag.cpu) |
        (memory === null ? 0 : flag.memory) |
        (same ? 0 : flag.sizes) |
        (sample.locked === true ? flag.locked : 0) |
        (swap === null ? 0 : flag.swap) |
        (disk === null ? 0 : flag.disk) |
        (cpuPressure === null ? 0 : flag.cpuPressure) |
        (memoryPressure === null ? 0 : flag.memoryPressure),
    );
    if (cpu !== null) numbers.natural(Math.round(cpu * fractionSteps));
    if (memory !== null) before.memory = writeDifference(numbers, before.memory, memory);
    if (!same) {
      writeFraction(numbers, sizes.cores);
      writeOptional(numbers, sizes.memoryLimit);
      // 0 says that it is not known, 1 that there is none.
      if (sizes.cpulimit === undefined) numbers.byte(0);
      else numbers.natural(sizes.cpulimit === null ? 1 : 2 + Math.round(sizes.cpulimit * fractionSteps));
      writeOptional(numbers, sizes.diskLimit);
      numbers.natural(name);
      before.sizes = sizes;
    }
    if (swap !== null) before.swap = writeDifference(numbers, before.swap, swap);
    if (disk !== null) before.disk = writeDifference(numbers, before.disk, disk);
    if (cpuPressure !== null) numbers.natural(Math.round(cpuPressure * fractionSteps));
    if (memoryPressure !== null) numbers.natural(Math.round(memoryPressure * fractionSteps));
  }

  #nameOf(name: string): number {
    let sum = this.#names.get(name);
    if (sum === undefined) this.#names.set(name, (sum = crc32(Buffer.from(name))));
    return sum;
  }
}

/** What one writer's frames are read on from. */
interface Chain {
  number: number;
  containers: Map<number, Former>;
}

export interface FrameVisitor {
  /** Called for each frame before its entries. */
  readonly frame: () => void;
  readonly entry: (vmid: number, name: number, sample: Sample) => void;
}

/**
 * Where to begin reading what is not older than `from` (milliseconds since the epoch): at the last whole frame of each
 * writer before that, the earliest of them. Nothing is read but where frames begin.
 */
function beginning(segment: Buffer, dayStart: number, from: number): number {
  const last = new Map<number, number>();
  let at = 0;
  while (at + headerBytes + 6 <= segment.length) {
    if (segment[at] !== magic[0] || segment[at + 1] !== magic[1]) {
      const next = segment.indexOf(magicBytes, at + 1);
      if (next === -1) break;
      at = next;
      continue;
    }
    const content = at + headerBytes;
    const writer = segment.readUInt32BE(content + 1);
    const numbers = new NumberReader(segment, content + 5);
    numbers.natural();
    if (dayStart + numbers.natural() >= from) break;
    // A writer's first frame is whole, unless what was before it is lost.
    if (segment[content] === kind.whole || !last.has(writer)) last.set(writer, at);
    at = content + segment.readUIntBE(at + 2, 3);
  }
  return last.size === 0 ? 0 : Math.min(...last.values());
}

/**
 * Reads the frames of one segment in their order, those that are older than `from` as far as the others are counted from
 * them. What is torn or damaged is passed over, and so are the differences
 * that followed it, up to that writer's next whole frame. Returns how many bytes were passed over.
 */
export function readFrames(segment: Buffer, dayStart: number, from: number, visitor: FrameVisitor): number {
  const chains = new Map<number, Chain>();
  let lost = 0;
  let at = from <= dayStart ? 0 : beginning(segment, dayStart, from);
  while (at < segment.length) {
    const content = frameAt(segment, at);
    if (content === null) {
      const next = segment.indexOf(magicBytes, at + 1);
      lost += (next === -1 ? segment.length : next) - at;
      if (next === -1) break;
      at = next;
      continue;
    }
    at += headerBytes + content.length;
    if (!readFrame(content, dayStart, chains, visitor)) lost += headerBytes + content.length;
  }
  return lost;
}

/** The content of the frame that begins there; `null` where none does, or it isn't whole. */
function frameAt(segment: Buffer, at: number): Buffer | null {
  if (segment[at] !== magic[0] || segment[at + 1] !== magic[1] || at + headerBytes > segment.length) return null;
  const length = segment.readUIntBE(at + 2, 3);
  const content = segment.subarray(at + headerBytes, at + headerBytes + length);
  return content.length === length && crc32(content) === segment.readUInt32BE(at + 5) ? content : null;
}

function readFrame(content: Buffer, dayStart: number, chains: Map<number, Chain>, visitor: FrameVisitor): boolean {
  const whole = content[0] === kind.whole;
  if (!whole && content[0] !== kind.difference) return false;
  const writer = content.readUInt32BE(1);
  const numbers = new NumberReader(content, 5);
  const number = numbers.natural();
  let chain = chains.get(writer);
  if (whole) chains.set(writer, (chain = { number, containers: new Map() }));
  else if (chain === undefined || number !== chain.number + 1) {
    chains.delete(writer);
    return false;
  }
  chain.number = number;
  const time = dayStart + numbers.natural();
  visitor.frame();
  const count = numbers.natural();
  let vmid = 0;
  for (let index = 0; index < count; index += 1) {
    vmid += numbers.integer();
    let before = chain.containers.get(vmid);
    if (before === undefined) chain.containers.set(vmid, (before = former()));
    const sample = readEntry(numbers, before, time);
    visitor.entry(vmid, before.sizes.name, sample);
  }
  return true;
}

function readEntry(numbers: NumberReader, before: Former, time: number): Sample {
  const flags = numbers.byte();
  const cpu = (flags & flag.cpu) === 0 ? null : numbers.natural() / fractionSteps;
  const memory = (flags & flag.memory) === 0 ? null : (before.memory = readDifference(numbers, before.memory));
  if ((flags & flag.sizes) !== 0) {
    const cores = readFraction(numbers);
    const memoryLimit = readOptional(numbers);
    const cpulimit = numbers.natural();
    before.sizes = {
      cores,
      memoryLimit,
      cpulimit: cpulimit === 0 ? undefined : cpulimit === 1 ? null : (cpulimit - 2) / fractionSteps,
      diskLimit: readOptional(numbers),
      name: numbers.natural(),
    };
  }
  const { cores, memoryLimit, cpulimit, diskLimit } = before.sizes;
  const sample: { -readonly [Key in keyof Sample]: Sample[Key] } = { time, cpu, cores, memory, memoryLimit };
  if (cpulimit !== undefined) sample.cpulimit = cpulimit;
  if ((flags & flag.swap) !== 0) sample.swap = before.swap = readDifference(numbers, before.swap);
  if ((flags & flag.disk) !== 0) sample.disk = before.disk = readDifference(numbers, before.disk);
  if (diskLimit !== null) sample.diskLimit = diskLimit;
  if ((flags & flag.cpuPressure) !== 0) sample.pressureCpu = numbers.natural() / fractionSteps;
  if ((flags & flag.memoryPressure) !== 0) sample.pressureMemory = numbers.natural() / fractionSteps;
  if ((flags & flag.locked) !== 0) sample.locked = true;
  return sample;
}

function sameSizes(a: Sizes, b: Sizes): boolean {
  return (
    a.cores === b.cores &&
    a.memoryLimit === b.memoryLimit &&
    a.cpulimit === b.cpulimit &&
    a.diskLimit === b.diskLimit &&
    a.name === b.name
  );
}

/** The kernel counts memory in pages of 4 KiB: a difference of whole pages is written as their number. */
const page = 4096;

function writeDifference(numbers: NumberWriter, before: number, now: number): number {
  const difference = now - before;
  if (difference % page === 0) numbers.integer((difference / page) * 2);
  else numbers.integer(difference * 2 + (difference < 0 ? -1 : 1));
  return now;
}

function readDifference(numbers: NumberReader, before: number): number {
  const value = numbers.integer();
  if (value % 2 === 0) return before + (value / 2) * page;
  return before + (value < 0 ? (value + 1) / 2 : (value - 1) / 2);
}

/** `null` is 0, everything else one more. */
function writeOptional(numbers: NumberWriter, value: number | null): void {
  numbers.natural(value === null ? 0 : 1 + Math.round(value));
}

function readOptional(numbers: NumberReader): number | null {
  const value = numbers.natural();
  return value === 0 ? null : value - 1;
}

function writeFraction(numbers: NumberWriter, value: number | null): void {
  writeOptional(numbers, value === null ? null : value * fractionSteps);
}

function readFraction(numbers: NumberReader): number | null {
  const value = readOptional(numbers);
  return value === null ? null : value / fractionSteps;
}

/** More than any machine has: what lies beyond is no reading. */
const largestBytes = 2 ** 50;
const largestAmount = 2 ** 30;

/** What can't be a figure is not known. */
function amount(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value >= 0 && value <= largestAmount ? value : null;
}

function bytes(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value >= 0 && value <= largestBytes ? Math.round(value) : null;
}
