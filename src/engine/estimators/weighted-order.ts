/** Values and their weights in the order of the values; so few that moving them is quicker than any cleverer search. */
interface Block {
  readonly values: Float64Array;
  readonly weights: Weights;
  length: number;
}

type Weights = Float64Array | Uint32Array;

const room = 128;

/**
 * Values in order, each with a weight, of which any may be added and taken away at any time, and that tell at once up to
 * which of them a weight is reached. Blocks of sorted values: each of these takes a look at some hundred numbers where there
 * are ten thousand. Weights are integers, so that what is left after many steps is exactly what it would be anew.
 */
export class WeightedOrder {
  readonly #blocks: Block[] = [];
  /** Of each block its largest value and the sum of its weights, beside each other because every search reads them. */
  #largest = new Float64Array(4);
  #totals = new Float64Array(4);
  #total = 0;
  readonly #weights: (length: number) => Weights;

  /** `most` is the largest sum of weights there will be: where 32 bits hold it, it takes a quarter less memory. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#weights =
      most < 2 ** 32 ? (length): Weights => new Uint32Array(length) : (length): Weights => new Float64Array(length);
  }

  /** The sum of all weights. */
  get total(): number {
    return this.#total;
  }

  /** Adds so much weight to a value; below 0 takes it away. A value without any weight is no longer there. */
  add(value: number, weight: number): void {
    if (weight === 0) return;
    const index = this.#blockOf(value);
    const block = this.#blocks[index] ?? this.#firstBlock();
    const place = placeOf(block, value);
    this.#total += weight;
    this.#totals[index] = (this.#totals[index] ?? 0) + weight;
    if (place < block.length && block.values[place] === value) {
      const sum = (block.weights[place] ?? 0) + weight;
      block.weights[place] = sum;
      if (sum !== 0) return;
      remove(block, place);
    } else {
      insert(block, place, value, weight);
    }
    if (block.length === 0) this.#drop(index);
    else if (block.length === room) this.#split(index, block);
    else this.#largest[index] = block.values[block.length - 1] ?? 0;
  }

  /** The smallest value that with all smaller ones reaches the weight; the largest where none does, NaN where there is none. */
  reaching(weight: number): number {
    const last = this.#blocks.length - 1;
    let left = weight;
    let index = 0;
    while (index < last && (this.#totals[index] ?? 0) < left) {
      left -= this.#totals[index] ?? 0;
      index += 1;
    }
    const block = this.#blocks[index];
    if (block === undefined) return Number.NaN;
    const { values, weights, length } = block;
    let place = 0;
    while (place < length - 1 && (weights[place] ?? 0) < left) {
      left -= weights[place] ?? 0;
      place += 1;
    }
    return values[place] ?? Number.NaN;
  }

  /** The first block that may hold the value: one whose largest is not below it, or else the last. */
  #blockOf(value: number): number {
    let low = 0;
    let high = Math.max(0, this.#blocks.length - 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#largest[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #emptyBlock(): Block {
    return { values: new Float64Array(room), weights: this.#weights(room), length: 0 };
  }

  #firstBlock(): Block {
    const block = this.#emptyBlock();
    this.#blocks.push(block);
    return block;
  }

  #drop(index: number): void {
    this.#blocks.splice(index, 1);
    this.#largest.copyWithin(index, index + 1);
    this.#totals.copyWithin(index, index + 1);
    // What lies behind the last block is to be nothing.
    this.#totals[this.#blocks.length] = 0;
  }

  /** Moves the upper half of a block into one of its own. */
  #split(index: number, block: Block): void {
    const upper = this.#emptyBlock();
    moveUpperHalf(block, upper);
    this.#blocks.splice(index + 1, 0, upper);
    if (this.#blocks.length > this.#totals.length) {
      this.#largest = longer(this.#largest);
      this.#totals = longer(this.#totals);
    }
    this.#largest.copyWithin(index + 1, index);
    this.#totals.copyWithin(index + 1, index);
    let total = 0;
    for (const weight of upper.weights) total += weight;
    this.#totals[index + 1] = total;
    this.#totals[index] = (this.#totals[index] ?? 0) - total;
    this.#largest[index + 1] = upper.values[upper.length - 1] ?? 0;
    this.#largest[index] = block.values[block.length - 1] ?? 0;
  }
}

function longer(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const made = new Float64Array(array.length * 2);
  made.set(array);
  return made;
}

/** The place of the first value that is not below the given one. */
function placeOf({ values, length }: Block, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(block: Block, place: number, value: number, weight: number): void {
  const { values, weights, length } = block;
  values.copyWithin(place + 1, place, length);
  weights.copyWithin(place + 1, place, length);
  values[place] = value;
  weights[place] = weight;
  block.length += 1;
}

function remove(block: Block, place: number): void {
  const { values, weights, length } = block;
  values.copyWithin(place, place + 1, length);
  weights.copyWithin(place, place + 1, length);
  block.length -= 1;
}

/** Takes the upper half of the values out of a block, into an empty one. */
function moveUpperHalf(block: Block, upper: Block): void {
  const half = block.length >>> 1;
  upper.values.set(block.values.subarray(half, block.length));
  upper.weights.set(block.weights.subarray(half, block.length));
  upper.length = block.length - half;
  block.length = half;
}
