/** A container as a trace names it. One that moves to another node, or is renamed, is another place of the same vmid. */
export interface TracePlace {
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
}

/**
 * Recorded usage of many containers, ordered by time: a week of a hundred containers is a million readings, so they are
 * kept in columns. A figure that is not known is NaN.
 */
export interface Trace {
  readonly length: number;
  readonly places: readonly TracePlace[];
  /** Milliseconds since the epoch. */
  readonly time: Float64Array;
  /** Whose reading it is: an index into `places`. */
  readonly place: Uint32Array;
  /** Fraction of `cores` in use. */
  readonly cpu: Float64Array;
  readonly cores: Float64Array;
  /** Bytes. */
  readonly memory: Float64Array;
  readonly memoryLimit: Float64Array;
}

/** One reading of one container, as a line of a trace has it. Unknown figures are `null`. */
export interface TraceRow extends TracePlace {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly cpu: number | null;
  readonly cores: number | null;
  readonly memory: number | null;
  readonly memoryLimit: number | null;
}

/** The columns of the file, in their order. */
export const traceColumns = ["time", "vmid", "node", "name", "cpu", "cores", "memory", "memory_limit"] as const;

export type TraceColumn = (typeof traceColumns)[number];

/** Columns that grow as readings are added. */
export class TraceBuilder {
  #length = 0;
  #time = new Float64Array(1024);
  #place = new Uint32Array(1024);
  #figures = [0, 1, 2, 3].map(() => new Float64Array(1024)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  readonly places: TracePlace[] = [];

  get length(): number {
    return this.#length;
  }

  /** Adds a reading of a place that is known; NaN is a figure that is not known. */
  add(time: number, place: number, cpu: number, cores: number, memory: number, memoryLimit: number): void {
    const at = this.#length;
    if (at === this.#time.length) this.#grow();
    this.#time[at] = time;
    this.#place[at] = place;
    const figures = this.#figures;
    figures[0][at] = cpu;
    figures[1][at] = cores;
    figures[2][at] = memory;
    figures[3][at] = memoryLimit;
    this.#length = at + 1;
  }

  build(): Trace {
    const { length, places } = this;
    const [cpu, cores, memory, memoryLimit] = this.#figures;
    return {
      length,
      places,
      time: this.#time.subarray(0, length),
      place: this.#place.subarray(0, length),
      cpu: cpu.subarray(0, length),
      cores: cores.subarray(0, length),
      memory: memory.subarray(0, length),
      memoryLimit: memoryLimit.subarray(0, length),
    };
  }

  #grow(): void {
    const capacity = this.#time.length * 2;
    const wider = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(capacity);
      grown.set(column);
      return grown;
    };
    const [cpu, cores, memory, memoryLimit] = this.#figures;
    const place = new Uint32Array(capacity);
    place.set(this.#place);
    this.#place = place;
    this.#time = wider(this.#time);
    this.#figures = [wider(cpu), wider(cores), wider(memory), wider(memoryLimit)];
  }
}

/** A trace of readings that are not in a file. They must be ordered by time; see {@link TraceRow}. */
export function traceOf(rows: Iterable<TraceRow>): Trace {
  const builder = new TraceBuilder();
  const places = new Map<string, number>();
  for (const { time, vmid, node, name, cpu, cores, memory, memoryLimit } of rows) {
    const key = JSON.stringify([vmid, node, name]);
    let place = places.get(key);
    if (place === undefined) {
      place = builder.places.push({ vmid, node, name }) - 1;
      places.set(key, place);
    }
    builder.add(time, place, cpu ?? Number.NaN, cores ?? Number.NaN, memory ?? Number.NaN, memoryLimit ?? Number.NaN);
  }
  return builder.build();
}
