import type { DocumentLink, Location, Position } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { isAbsolute, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { hasReference, presetOf, type AutoscalerReading, type KeyPath, type Span } from "../config/index.js";
import { follow, isScalar, itemsOf, pairsOf, shownSpan, spanOf, textOf, type Node } from "./nodes.js";
import { spanToRange } from "./positions.js";

/**
 * What a document points to: files it includes or takes secrets from, its calendar, web addresses, and presets where the
 * client has said where they are described. Nothing is read: whether a file is there shows when somebody follows the link.
 */
export function documentLinksOf(
  document: TextDocument,
  reading: AutoscalerReading,
  presetsUrl: string | undefined,
): DocumentLink[] {
  const links: DocumentLink[] = [];
  const { document: text, options } = reading;
  const local = document.uri.startsWith("file:");
  const add = (span: Span, target: string, tooltip: string): void => {
    links.push({ range: spanToRange(document, span), target, tooltip });
  };
  const file = (span: Span, path: string, tooltip: string): void => {
    if (!local || path === "" || path.includes("\0") || hasReference(path)) return;
    add(span, pathToFileURL(isAbsolute(path) ? path : join(dirname(options.file), path)).href, tooltip);
  };
  const visit = (node: Node | null, path: KeyPath): void => {
    for (const { key, value } of pairsOf(node)) visit(value, [...path, textOf(key) ?? ""]);
    for (const [index, item] of itemsOf(node).entries()) visit(item, [...path, index]);
    if (!isScalar(node) || typeof node.value !== "string") return;
    const span = inQuotes(text.text, shownSpan(text, spanOf(node as Node)));
    const { value } = node;
    const [section, key] = path;
    for (const found of text.text.slice(span.start, span.end).matchAll(/\$\{file:(\/[^}]+)\}/gu)) {
      const start = span.start + found.index;
      file({ start: start + 7, end: start + found[0].length - 1 }, found[1] ?? "", "Open the file");
    }
    if (section === "include" && path.length === 2) file(span, value, "Open the included file");
    else if (section === "holidays" && key === "file") file(span, value, "Open the calendar");
    else if (path.at(-1) === "preset" && presetsUrl !== undefined && presetOf(value) !== null) {
      add(span, `${presetsUrl}#${value}`, "What this preset says");
    } else if (/^https?:\/\/[^\s${}]+$/u.test(value) && URL.canParse(value)) add(span, value, "Open in the browser");
  };
  visit(follow(text.root, text), []);
  return links;
}

/** The beginning of the file that a link at a position leads to. */
export function linkedFileAt(document: TextDocument, reading: AutoscalerReading, at: Position): Location | null {
  const link = documentLinksOf(document, reading, undefined).find(
    ({ range: { start, end }, target }) =>
      target?.startsWith("file:") === true &&
      start.line === at.line &&
      start.character <= at.character &&
      at.character <= end.character,
  );
  const start = { line: 0, character: 0 };
  return link?.target === undefined ? null : { uri: link.target, range: { start, end: start } };
}

function inQuotes(text: string, { start, end }: Span): Span {
  const quoted = /^["']/u.test(text.charAt(start)) && end - start >= 2;
  return quoted ? { start: start + 1, end: end - 1 } : { start, end };
}
