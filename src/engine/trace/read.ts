import { TraceBuilder, traceColumns, type Trace, type TraceColumn } from "./trace.js";
import { traceHeader, traceTime } from "./write.js";

/** A trace that can't be read, with the line at fault (1-based). */
export class TraceError extends Error {
  override readonly name = "TraceError";

  constructor(
    readonly line: number,
    readonly fault: string,
  ) {
    super(`line ${line}: ${fault}`);
  }
}

const comma = 0x2c;
const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const zero = 0x30;
const point = 0x2e;

const columns = traceColumns.length;

/** Exact powers of ten: a mantissa below 2^53 over one of them is rounded once, as the language does it itself. */
const powers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/**
 * Reads a trace piece by piece, so that a file need not be in memory as text. Works on bytes: only what is new becomes a
 * string, because a time stands on a line for each container, and a container on a line for each time.
 */
export class TraceReader {
  readonly #builder = new TraceBuilder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** What came after the last complete line. */
  #rest: Uint8Array = new Uint8Array(0);
  #line = 0;
  #blank: number | null = null;

  /** Where the commas of a line are. */
  readonly #commas = new Int32Array(columns - 1);

  #time = Number.NEGATIVE_INFINITY;
  #timeBytes: Uint8Array = new Uint8Array(0);

  /** By `vmid,node,name` as it stands in the file. */
  readonly #places = new Map<string, Place>();
  #lastPlace: Place | null = null;
  /** Time of the last reading, by vmid. */
  readonly #lastTimes = new Map<number, { time: number }>();

  /** So many readings were read. */
  get length(): number {
    return this.#builder.length;
  }

  /** Takes the next bytes of the file (UTF-8). Throws {@link TraceError}. */
  push(chunk: Uint8Array): void {
    this.#rest = this.#lines(this.#rest.length === 0 ? chunk : joined(this.#rest, chunk), false);
  }

  /** The whole trace. Throws {@link TraceError}. */
  finish(): Trace {
    const rest = this.#lines(this.#rest, true);
    this.#rest = new Uint8Array(0);
    if (rest.length > 0) throw new TraceError(this.#line + 1, "a quote is opened and not closed");
    if (this.#line === 0) throw new TraceError(1, `the file is empty; it begins with ${traceHeader.trim()}`);
    return this.#builder.build();
  }

  /** Reads what is complete, and gives back what is not. */
  #lines(bytes: Uint8Array, last: boolean): Uint8Array {
    let start = 0;
    while (start < bytes.length) {
      let end = bytes.indexOf(lineFeed, start);
      if (end < 0) {
        if (!last) break;
        end = bytes.length;
      }
      const next = this.#record(bytes, start, end, last);
      if (next === null) break;
      start = next;
    }
    return bytes.slice(start);
  }

  /** Reads the record that begins at `start`; gives where the next one does, `null` where this one goes on behind the bytes. */
  #record(bytes: Uint8Array, start: number, lineEnd: number, last: boolean): number | null {
    const end = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    if (this.#line === 0) {
      this.#header(this.#decoder.decode(bytes.subarray(start, end)));
      this.#line = 1;
      return lineEnd + 1;
    }
    const line = this.#line + 1;
    if (end === start) {
      // At the end of a file an empty line is none.
      this.#blank ??= line;
      this.#line = line;
      return lineEnd + 1;
    }
    if (this.#blank !== null) throw new TraceError(this.#blank, "the line is empty");
    const commas = this.#commas;
    let found = 0;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === quote) return this.#quoted(bytes, start, last);
      if (byte !== comma) continue;
      if (found < columns - 1) commas[found] = at;
      found += 1;
    }
    if (found !== columns - 1) throw new TraceError(line, cellsFault(found + 1));
    this.#line = line;
    this.#fields(bytes, start, end);
    return lineEnd + 1;
  }

  #header(text: string): void {
    const header = text.replace(/^\uFEFF/u, "");
    if (header === traceHeader.trim()) return;
    const names = header.split(",");
    const missing = traceColumns.filter((name) => !names.includes(name));
    const why =
      missing.length === columns
        ? "this is not the header of a trace"
        : missing.length > 0
          ? `the header has no ${missing.join(", ")}`
          : "the columns are others, or in another order";
    throw new TraceError(1, `${why}; it is ${traceHeader.trim()}`);
  }

  /** The common line: no quotes, and most of it was there before. */
  #fields(bytes: Uint8Array, start: number, end: number): void {
    const commas = this.#commas;
    const afterTime = commas[0] ?? 0;
    const afterName = commas[3] ?? 0;
    if (!sameBytes(this.#timeBytes, bytes, start, afterTime)) {
      this.#newTime(this.#decoder.decode(bytes.subarray(start, afterTime)));
      this.#timeBytes = bytes.slice(start, afterTime);
    }
    // Most often the container that followed this one the last time.
    let place = this.#lastPlace?.next ?? null;
    if (place === null || !sameBytes(place.bytes, bytes, afterTime + 1, afterName)) {
      place = this.#placeOf(bytes.slice(afterTime + 1, afterName), () => [
        this.#decoder.decode(bytes.subarray(afterTime + 1, commas[1])),
        this.#decoder.decode(bytes.subarray((commas[1] ?? 0) + 1, commas[2])),
        this.#decoder.decode(bytes.subarray((commas[2] ?? 0) + 1, afterName)),
      ]);
    }
    this.#add(
      place,
      this.#number(bytes, afterName + 1, commas[4] ?? 0, "cpu"),
      this.#number(bytes, (commas[4] ?? 0) + 1, commas[5] ?? 0, "cores"),
      this.#number(bytes, (commas[5] ?? 0) + 1, commas[6] ?? 0, "memory"),
      this.#number(bytes, (commas[6] ?? 0) + 1, end, "memory_limit"),
    );
  }

  /** A record with quotes in it (RFC 4180), which may go over several lines. */
  #quoted(bytes: Uint8Array, start: number, last: boolean): number | null {
    const line = this.#line + 1;
    const cells: string[] = [];
    let lines = 1;
    let at = start;
    for (;;) {
      let text = "";
      if (bytes[at] === quote) {
        for (;;) {
          const close = bytes.indexOf(quote, at + 1);
          if (close < 0) return null;
          text += this.#decoder.decode(bytes.subarray(at + 1, close));
          at = close + 1;
          if (bytes[at] !== quote) break;
          text += '"';
        }
        lines += text.split("\n").length - 1;
      } else {
        const from = at;
        while (at < bytes.length && bytes[at] !== comma && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) {
          if (bytes[at] === quote)
            throw new TraceError(line, "a quote stands inside of a cell that does not begin with one");
          at += 1;
        }
        text = this.#decoder.decode(bytes.subarray(from, at));
      }
      // What looks like the end may be half of a doubled quote, or of a cell.
      if (at >= bytes.length && !last) return null;
      cells.push(text);
      if (bytes[at] === comma) {
        at += 1;
        continue;
      }
      if (bytes[at] === carriageReturn) at += 1;
      if (at < bytes.length && bytes[at] !== lineFeed) {
        throw new TraceError(line, "something follows a quote that is closed; a quote in a name is doubled");
      }
      break;
    }
    const [time = "", vmid = "", node = "", name = "", ...figures] = cells;
    if (cells.length !== columns) throw new TraceError(line, cellsFault(cells.length));
    this.#line = line;
    this.#newTime(time);
    this.#timeBytes = new Uint8Array(0);
    const encoded = new TextEncoder();
    const place = this.#placeOf(encoded.encode(JSON.stringify([vmid, node, name])), () => [vmid, node, name]);
    const [cpu = 0, cores = 0, memory = 0, limit = 0] = figures.map((text, index) => {
      const field = encoded.encode(text);
      return this.#number(field, 0, field.length, traceColumns[index + 4] ?? "cpu");
    });
    this.#add(place, cpu, cores, memory, limit);
    this.#line = line + lines - 1;
    return at + 1;
  }

  #add(place: Place, cpu: number, cores: number, memory: number, memoryLimit: number): void {
    if (place.last.time === this.#time) {
      const { vmid } = this.#builder.places[place.index] ?? { vmid: 0 };
      throw new TraceError(this.#line, `container ${vmid} has two readings at ${traceTime(this.#time)}`);
    }
    place.last.time = this.#time;
    if (this.#lastPlace !== null) this.#lastPlace.next = place;
    this.#lastPlace = place;
    this.#builder.add(this.#time, place.index, cpu, cores, memory, memoryLimit);
  }

  #newTime(text: string): void {
    const time = parseTime(text);
    if (typeof time === "string") throw new TraceError(this.#line, time);
    if (time < this.#time) {
      const before = traceTime(this.#time);
      throw new TraceError(this.#line, `${text} is earlier than ${before} before it; a trace is ordered by time`);
    }
    this.#time = time;
  }

  #placeOf(bytes: Uint8Array, cells: () => readonly [string, string, string]): Place {
    const key = this.#decoder.decode(bytes);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const [text, node, name] = cells();
    const vmid = /^[1-9]\d{2,8}$/u.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(vmid)) throw new TraceError(this.#line, `vmid is ${shown(text)}, not a whole number from 100 on`);
    const last = this.#lastTimes.get(vmid) ?? { time: Number.NaN };
    this.#lastTimes.set(vmid, last);
    const place: Place = { bytes, index: this.#builder.places.push({ vmid, node, name }) - 1, last, next: null };
    this.#places.set(key, place);
    return place;
  }

  /** Digits with or without a point are read here; anything else, an exponent included, by the language's own reader. */
  #number(bytes: Uint8Array, start: number, end: number, column: TraceColumn): number {
    if (start >= end) return Number.NaN;
    let mantissa = 0;
    let decimals = -1;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      const digit = byte - zero;
      if (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit;
        if (decimals >= 0) decimals += 1;
      } else if (byte === point && decimals < 0 && at > start && at + 1 < end) {
        decimals = 0;
      } else {
        return this.#unusual(bytes, start, end, column);
      }
    }
    // More digits than a double holds exactly.
    if (end - start > 15 + (decimals < 0 ? 0 : 1)) return this.#unusual(bytes, start, end, column);
    return decimals > 0 ? mantissa / (powers[decimals] ?? 1) : mantissa;
  }

  #unusual(bytes: Uint8Array, start: number, end: number, column: TraceColumn): number {
    const text = this.#decoder.decode(bytes.subarray(start, end));
    const value = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/u.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value)) {
      throw new TraceError(this.#line, `${column} is ${shown(text)}, not a number; an unknown one is left empty`);
    }
    if (value < 0) throw new TraceError(this.#line, `${column} is ${text}, and can't be negative`);
    return value;
  }
}

/** A container as it stands in the file. */
interface Place {
  readonly bytes: Uint8Array;
  readonly index: number;
  /** Shared by all places of a vmid. */
  readonly last: { time: number };
  /** The one that came after it the last time. */
  next: Place | null;
}

/** The whole text of a trace. Throws {@link TraceError}. */
export function readTrace(text: string): Trace {
  const reader = new TraceReader();
  reader.push(new TextEncoder().encode(text));
  return reader.finish();
}

function cellsFault(count: number): string {
  return `there ${count === 1 ? "is 1 cell" : `are ${count} cells`}, not ${columns}`;
}

/** Milliseconds since the epoch, or what is wrong with it. */
function parseTime(text: string): number | string {
  const match = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/u.exec(text);
  if (match === null) return `time is ${shown(text)}, not like 2026-11-20T00:00:00Z`;
  const [, date = "", zone] = match;
  if (zone === undefined) return `time is ${text}, without a time zone; UTC is a Z at the end`;
  const time = Date.parse(text);
  // Some readers take the 30th of February for a day of March.
  const day = Date.parse(date);
  if (Number.isNaN(time) || Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) {
    return `there is no time ${text}`;
  }
  return time;
}

/** A value from the file, quoted and not endless. */
function shown(text: string): string {
  return text === "" ? "empty" : JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function sameBytes(expected: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = expected;
  if (end - start !== length) return false;
  for (let index = 0; index < length; index += 1) {
    if (expected[index] !== bytes[start + index]) return false;
  }
  return true;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
