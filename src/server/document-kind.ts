import type { TextDocument } from "vscode-languageserver-textdocument";
import {
  createReader,
  isAutoscalerFileName,
  schemaAt,
  type AutoscalerDocument,
  type AutoscalerReading,
  type KeyPath,
  type ReadOptions,
  type SchemaInfo,
} from "../config/index.js";
import { entryPieces, piecesFor, type Piece } from "./completion/snippets.js";
import { languageId } from "./protocol.js";
import { fileName } from "./file-name.js";

/** What may stand in a document. */
export interface DocumentFormat {
  /** What may stand at a path; with a document, where that depends on what else stands there. `null`: nothing may. */
  readonly schemaAt: (path: KeyPath, document?: AutoscalerDocument | null) => SchemaInfo | null;
  /** Pieces that are written at once: keys of the map at a path, and entries of the list at a path. */
  readonly piecesFor: (path: KeyPath) => readonly Piece[];
  readonly entryPieces: (path: KeyPath) => readonly Piece[];
}

/**
 * A kind of document that is served: how it is told from others, how it is read, and what may stand in it. Every feature works
 * from these alone, and from what a reading has: one whose `config` is `null` has no policies that anything is said about.
 */
export interface DocumentKind {
  /** Its language in editors. */
  readonly languageId: string;
  /** True for the paths that its files have. */
  readonly isNamed: (path: string) => boolean;
  /** A reader of one document that changes again and again. */
  readonly createReader: () => (text: string, options: ReadOptions) => AutoscalerReading;
  readonly format: DocumentFormat;
}

/** Autoscaler files. */
export const autoscalerKind: DocumentKind = {
  languageId,
  isNamed: isAutoscalerFileName,
  createReader,
  format: { schemaAt: (path, document = null) => schemaAt(path, document), piecesFor, entryPieces },
};

/** The kind of a document, by its language, else by its name; `null`: none of them. */
export function kindOf(
  { languageId: language, uri }: TextDocument,
  kinds: readonly DocumentKind[],
): DocumentKind | null {
  const path = fileName(uri);
  return kinds.find((kind) => kind.languageId === language) ?? kinds.find(({ isNamed }) => isNamed(path)) ?? null;
}
