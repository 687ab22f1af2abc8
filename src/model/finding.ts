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

/** Puts a text in the place of a range; an empty range inserts. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** A way to mend a finding. Its edits don't overlap, and all of them are in the file of the finding. */
export interface Fix {
  /** What it does, in the imperative: `Change “maxSteps” to “maxStep”`. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The one that is most probably wanted; at most one of a finding's. */
  readonly preferred: boolean;
  /** Means without doubt what was written, so that it may be applied unseen. */
  readonly safe: boolean;
}
