import { isMap, isScalar, isSeq } from "../document.js";
import { isAlias, spanOf } from "../document.js";
import type { AutoscalerDocument, Node, Span } from "../document.js";
import type { Pair, Scalar } from "yaml";
import { yamlComments } from "./old-comments.js";
import { lastWins } from "./old-tree.js";
import type { OldEntry, OldFile, OldNode, OldScalar } from "./old-tree.js";

function nothing(span: Span): OldScalar {
  return { kind: "scalar", text: "", value: null, span };
}

/** Reads a YAML document (JSON is one too) with its aliases and merge keys (`<<`) put in place. */
export function oldYaml(document: AutoscalerDocument): OldFile | null {
  const scalar = (node: Scalar, span: Span): OldScalar => {
    const value = node.value;
    const text = node.source ?? (typeof value === "string" || typeof value === "number" ? String(value) : "");
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return { kind: "scalar", text: typeof value === "string" ? value : text, value, span };
    }
    return { kind: "scalar", text: value === null ? "" : text, value: null, span };
  };

  const merged = (node: OldNode): readonly Omit<OldEntry, "overridden">[] => {
    if (node.kind === "map") return node.entries.filter(({ overridden }) => !overridden);
    return node.kind === "list" ? node.items.flatMap(merged) : [];
  };

  const convert = (unfollowed: Node | null, fallback: Span): OldNode => {
    const node = unfollowed !== null && isAlias(unfollowed) ? document.aliases.get(unfollowed) : unfollowed;
    if (node === null || node === undefined) {
      return {
        ...nothing(fallback),
        text: unfollowed === null ? "" : `*${(unfollowed as { source?: string }).source}`,
      };
    }
    const span = spanOf(node);
    if (isScalar(node)) return scalar(node, span);
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => convert(item as Node | null, span)), span };
    if (!isMap(node)) return nothing(span);
    const own: Omit<OldEntry, "overridden">[] = [];
    const inherited: Omit<OldEntry, "overridden">[] = [];
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const keyNode = pair.key !== null && isAlias(pair.key) ? document.aliases.get(pair.key) : pair.key;
      const keySpan = pair.key === null ? span : spanOf(pair.key);
      // A key that is a list or a map is written as it stands: no older program has one.
      const key = isScalar(keyNode) ? scalar(keyNode, keySpan).text : document.text.slice(keySpan.start, keySpan.end);
      const value = convert(pair.value, keySpan);
      if (key === "<<") inherited.push(...merged(value));
      else own.push({ key, keySpan, value });
    }
    const named = new Set(own.map(({ key }) => key));
    return { kind: "map", entries: lastWins([...inherited.filter(({ key }) => !named.has(key)), ...own]), span };
  };

  const root = convert(document.root, { start: 0, end: 0 });
  return root.kind === "map" ? { text: document.text, root, comments: yamlComments(document.text) } : null;
}

/** A parsed JSON value, where its place in the text is not known. */
export function oldJson(text: string, value: unknown): OldFile | null {
  const span = { start: 0, end: 0 };
  const convert = (part: unknown): OldNode => {
    if (Array.isArray(part)) return { kind: "list", items: part.map(convert), span };
    if (typeof part === "object" && part !== null) {
      const entries = Object.entries(part).map(([key, child]) => ({ key, keySpan: span, value: convert(child) }));
      return { kind: "map", entries: lastWins(entries), span };
    }
    const scalar = typeof part === "string" || typeof part === "number" || typeof part === "boolean" ? part : null;
    return { kind: "scalar", text: scalar === null ? "" : String(scalar), value: scalar, span };
  };
  const root = convert(value);
  return root.kind === "map" ? { text, root, comments: [] } : null;
}
