/** What a replay says about one container, or all of them. */
export interface ReplayFigures {
  /** Changes of size that would have been made. */
  readonly changes: number;
  /** Those against the direction of the one before, within an hour. */
  readonly oscillations: number;
  /** The integral of size minus demand: what was held and not used. Shortage counts against it. */
  readonly slack: { readonly coreHours: number; readonly gibHours: number };
  /** Time at 100 % of the replayed size, and time in which the record itself was at its ceiling. */
  readonly saturation: { readonly cpuMinutes: number; readonly memoryMinutes: number };
  /** Time in which the record was at its ceiling, so that demand was at least that much and nobody knows how much more. */
  readonly censored: { readonly cpuMinutes: number; readonly memoryMinutes: number };
  /** Time in which more memory was in use than the replayed size has, and the most that was missing. */
  readonly oomRisk: { readonly minutes: number; readonly mebibytes: number };
}

/** Figures while they are added up. Times are seconds, sizes cores and MiB. */
export class FigureSum {
  changes = 0;
  oscillations = 0;
  coreSeconds = 0;
  mebibyteSeconds = 0;
  cpuSaturated = 0;
  memorySaturated = 0;
  cpuCensored = 0;
  memoryCensored = 0;
  overSeconds = 0;
  overMebibytes = 0;

  add(other: FigureSum): void {
    this.changes += other.changes;
    this.oscillations += other.oscillations;
    this.coreSeconds += other.coreSeconds;
    this.mebibyteSeconds += other.mebibyteSeconds;
    this.cpuSaturated += other.cpuSaturated;
    this.memorySaturated += other.memorySaturated;
    this.cpuCensored += other.cpuCensored;
    this.memoryCensored += other.memoryCensored;
    this.overSeconds += other.overSeconds;
    this.overMebibytes = Math.max(this.overMebibytes, other.overMebibytes);
  }

  result(): ReplayFigures {
    return {
      changes: this.changes,
      oscillations: this.oscillations,
      slack: { coreHours: tidy(this.coreSeconds / 3600), gibHours: tidy(this.mebibyteSeconds / 1024 / 3600) },
      saturation: { cpuMinutes: tidy(this.cpuSaturated / 60), memoryMinutes: tidy(this.memorySaturated / 60) },
      censored: { cpuMinutes: tidy(this.cpuCensored / 60), memoryMinutes: tidy(this.memoryCensored / 60) },
      oomRisk: { minutes: tidy(this.overSeconds / 60), mebibytes: tidy(this.overMebibytes) },
    };
  }
}

/** Six decimals: what a million additions of binary fractions leave behind them is no figure. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}
