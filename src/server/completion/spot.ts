import type { KeyPath, Span } from "../../config/index.js";
import type { DocumentFormat } from "../document-kind.js";
import type { Frame, Outline } from "./outline.js";

/** What the text alone says about a place. */
export interface Spot {
  readonly wants: "key" | "value" | "entry" | "either";
  readonly path: KeyPath;
  /** Whose keys or texts are there already. */
  readonly frame: Frame | null;
  readonly replaces: Span;
  readonly flow: boolean;
  readonly hasColon: boolean;
  readonly indent: number;
  readonly blank: { readonly span: Span; readonly text: string } | null;
  readonly lead: string;
  readonly trail: string;
  readonly nested: boolean;
}

export interface Place {
  readonly text: string;
  readonly outline: Outline;
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly offset: number;
  readonly format: DocumentFormat;
}

/** A place with nothing special about it. */
export const plain = { flow: false, hasColon: false, blank: null, lead: "", trail: "", nested: false } as const;
