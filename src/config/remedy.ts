import type { Span } from "./span.js";

/** A text to put in the place of a span. */
export interface SpanEdit extends Span {
  readonly text: string;
}

/**
 * How sure it is that a remedy is what is wanted: `certain` means what was written, so that it may be applied unseen;
 * `likely` is what an editor offers first; `possible` is one of several.
 */
export type Certainty = "certain" | "likely" | "possible";

/** A way to mend a problem, said by what finds it; the edits it takes are worked out when somebody asks. */
export type Remedy = {
  /** In the imperative: `Remove the second “max”`. */
  readonly title: string;
  readonly certainty: Certainty;
} & (
  | { readonly kind: "edit"; readonly edits: readonly SpanEdit[] }
  /** Swaps the texts of two places. */
  | { readonly kind: "swap"; readonly one: Span; readonly other: Span }
  /** Puts another key, `key: value`, before the key at a place. */
  | { readonly kind: "insert"; readonly before: Span; readonly text: string }
  /** Takes a key at a place away, with its value. */
  | { readonly kind: "remove"; readonly key: Span }
  /** Moves a key with its value into a new map under another key. */
  | { readonly kind: "nest"; readonly key: Span; readonly into: string }
);

/** Replaces one place. */
export function replacing(span: Span, text: string, title: string, certainty: Certainty = "likely"): Remedy {
  return { kind: "edit", title, certainty, edits: [{ ...span, text }] };
}
