/**
 * Whole numbers in as many bytes as they need, seven bits each (LEB128, DWARF 5 section 7.6). Arithmetic instead of
 * shifts, because bytes of memory need more than 32 bits.
 */
export class NumberWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** From 0 to 2^53. */
  natural(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** Small ones of either sign stay small: 0, -1, 1, -2, … */
  integer(value: number): void {
    this.natural(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** What was written, and an empty writer. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }
}

/** Reads what {@link NumberWriter} wrote. Past the end everything is NaN. */
export class NumberReader {
  constructor(
    private readonly bytes: Uint8Array,
    private at = 0,
  ) {}

  byte(): number {
    const value = this.bytes[this.at] ?? Number.NaN;
    this.at += 1;
    return value;
  }

  natural(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      if (!(byte >= 128)) return value + byte * factor;
      value += (byte - 128) * factor;
      factor *= 128;
    }
  }

  integer(): number {
    const value = this.natural();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
