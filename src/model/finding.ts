export type Severity = "error" | "warning" | "information";

/** A place in a text, 1-based; columns count UTF-16 units and the end is exclusive. */
export interface Range {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Something wrong with a file: the second of the four values every view shows. */
export interface Finding extends Range {
  readonly file: string;
  readonly severity: Severity;
  /** Stable; every one is explained in `docs/findings.md`. */
  readonly code: string;
  readonly message: string;
  /** A word to put in the place of the range, where there is a good one. */
  readonly suggestion?: string;
}
