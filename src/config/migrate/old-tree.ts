import type { Span } from "../document.js";

/** One value of an older file. Its text is what stands there, without quotes. */
export interface OldScalar {
  readonly kind: "scalar";
  readonly text: string;
  readonly value: string | number | boolean | null;
  readonly span: Span;
}

export interface OldList {
  readonly kind: "list";
  readonly items: readonly OldNode[];
  readonly span: Span;
}

export interface OldMap {
  readonly kind: "map";
  readonly entries: readonly OldEntry[];
  readonly span: Span;
}

export type OldNode = OldScalar | OldList | OldMap;

export interface OldEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: OldNode;
  /** The same key comes again below: the older programs took the last one. */
  readonly overridden: boolean;
}

/** A comment of an older file, without its `#` or `;`. */
export interface OldComment {
  readonly start: number;
  readonly text: string;
  /** It stands alone on its line, so it is about what follows. */
  readonly alone: boolean;
}

/** An older file of whatever syntax, read into one form: YAML, JSON, INI or variables. */
export interface OldFile {
  readonly text: string;
  readonly root: OldMap;
  readonly comments: readonly OldComment[];
}

/** Marks all entries but the last of a key: every reader of the older programs let the last one win. */
export function lastWins(entries: readonly Omit<OldEntry, "overridden">[]): readonly OldEntry[] {
  const last = new Map(entries.map(({ key }, index) => [key, index]));
  return entries.map((entry, index) => ({ ...entry, overridden: last.get(entry.key) !== index }));
}
