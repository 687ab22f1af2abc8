import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { SymbolKind, type DocumentSymbol, type SymbolInformation } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { AutoscalerReading, Span } from "../config/index.js";
import { spanToRange } from "./positions.js";

/** Lists whose entries have names of their own in the outline. */
const kinds: Readonly<Record<string, SymbolKind>> = {
  policies: SymbolKind.Class,
  schedules: SymbolKind.Event,
  groups: SymbolKind.Module,
  notifications: SymbolKind.Interface,
};

/** Deeper than this an outline only repeats the file. */
const deepest = 3;

/** The outline: sections, and policies, schedules and groups by name. */
export function symbolsOf(document: TextDocument, reading: AutoscalerReading): DocumentSymbol[] {
  const { root } = reading.document;
  return isMap(root) ? ofMap(document, root, 1) : [];
}

/** The same as a list, for clients that know no levels. */
export function flatSymbols(uri: string, symbols: readonly DocumentSymbol[], containerName = ""): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, range, children }) => [
    { name, kind, location: { uri, range }, ...(containerName === "" ? {} : { containerName }) },
    ...flatSymbols(uri, children ?? [], name),
  ]);
}

function ofMap(document: TextDocument, map: YAMLMap, depth: number): DocumentSymbol[] {
  return (map.items as Pair<Node | null, Node | null>[]).flatMap(({ key, value }) => {
    if (!isScalar(key) || !isNode(key)) return [];
    const name = String(key.value);
    if (name === "") return [];
    const keySpan = spanOf(key);
    const whole = value === null ? keySpan : { start: keySpan.start, end: Math.max(keySpan.end, spanOf(value).end) };
    const children =
      depth >= deepest || value === null
        ? []
        : isMap(value)
          ? ofMap(document, value, depth + 1)
          : isSeq(value)
            ? ofList(document, value, name, depth + 1)
            : [];
    const kind = isMap(value) ? SymbolKind.Object : isSeq(value) ? SymbolKind.Array : SymbolKind.Property;
    return [symbol(document, name, isScalar(value) ? shown(value.value) : "", kind, whole, keySpan, children)];
  });
}

function ofList(document: TextDocument, list: YAMLSeq, section: string, depth: number): DocumentSymbol[] {
  const kind = kinds[section];
  if (kind === undefined) return [];
  return list.items.flatMap((item, index) => {
    if (!isMap(item)) return [];
    const named = item.get("name", true) as Node | undefined;
    const name = isScalar(named) ? shown(named.value) : "";
    const whole = spanOf(item);
    const place = isScalar(named) ? spanOf(named) : { start: whole.start, end: whole.start };
    const children = depth >= deepest ? [] : ofMap(document, item, depth + 1);
    return [symbol(document, name === "" ? `${section}[${index}]` : name, "", kind, whole, place, children)];
  });
}

function symbol(
  document: TextDocument,
  name: string,
  detail: string,
  kind: SymbolKind,
  whole: Span,
  selection: Span,
  children: DocumentSymbol[],
): DocumentSymbol {
  return {
    name,
    detail,
    kind,
    range: spanToRange(document, whole),
    selectionRange: spanToRange(document, selection),
    children,
  };
}

function isNode(node: Node): boolean {
  return node.range !== null && node.range !== undefined;
}

function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
