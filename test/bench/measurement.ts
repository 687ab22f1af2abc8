/** One line of `npm run bench`. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "ns" | "bytes" | "MB" | "requests";
  /** What was measured beside it in the same run, or the limit it is held against. */
  readonly comparedWith: string;
  /** `value` over that. */
  readonly ratio: number;
}

/**
 * The middle of the times that calls take, in milliseconds: both are called in turn, after a warm-up, and
 * `prepare` before them without being counted.
 */
export async function medians(
  rounds: number,
  ours: () => unknown,
  theirs: () => unknown,
  prepare: () => void = () => undefined,
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const times: [number[], number[]] = [[], []];
  for (let round = -Math.ceil(rounds / 5); round < rounds; round += 1) {
    prepare();
    for (const [index, call] of [ours, theirs].entries()) {
      const began = performance.now();
      await call();
      if (round >= 0) times[index]?.push(performance.now() - began);
    }
  }
  return { ours: median(times[0]), theirs: median(times[1]) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A measurement of two medians. */
export function compared(
  name: string,
  unit: "ms",
  times: { readonly ours: number; readonly theirs: number },
  comparedWith: string,
): Measurement {
  return { name, value: rounded(times.ours), unit, comparedWith, ratio: rounded(times.ours / times.theirs) };
}

/** Three significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
