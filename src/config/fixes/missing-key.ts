import { isMap, spanOf } from "../document.js";
import type { AutoscalerDocument, Node, PlacedProblem } from "../document.js";
import { schemaAt } from "../navigate.js";
import type { KeyPath } from "../navigate.js";
import type { Remedy, SpanEdit } from "../remedy.js";
import { nodeAt } from "../refactorings/node-at.js";
import { lineEndOf, pairAt, pairSpan, type FoundPair } from "./edits.js";

/** Adds a key that must be there, with what the schema has as its example: a value to begin with. */
export function missingKeyRemedies({ message, span }: PlacedProblem, document: AutoscalerDocument): readonly Remedy[] {
  if (message === "`version` is missing.") {
    const first = pairAt(document, span.start);
    if (document.root === null || first?.map !== document.root) return [];
    return [{ kind: "insert", before: span, text: "version: 1", title: "Add “version: 1”", certainty: "certain" }];
  }
  const [, key = "", place = ""] = /^`(\w+)` is missing(?: in `([^`]+)`)?/u.exec(message) ?? [];
  if (key === "") return [];
  const path = pathOf(place);
  const map = nodeAt(document, path);
  const first = isMap(map) ? (map.items[0]?.key as Node | null | undefined) : null;
  const found = first === null || first === undefined ? null : pairAt(document, spanOf(first).start);
  if (found === null || found.map !== map) return [];
  return valuesOf([...path, key], document).flatMap((value) => {
    const edit = behind(document, found, `${key}: ${value}`);
    return edit === null
      ? []
      : [{ kind: "edit", title: `Add “${key}: ${value}”`, certainty: "possible", edits: [edit] } as const];
  });
}

/** `groups[0].instances` → `["groups", 0, "instances"]`. */
function pathOf(text: string): KeyPath {
  return [...text.matchAll(/[^.[\]]+/gu)].map(([step]) => (/^\d+$/u.test(step) ? Number(step) : step));
}

/** What could stand there, as it is written on one line. */
function valuesOf(path: KeyPath, document: AutoscalerDocument): readonly string[] {
  const schema = schemaAt(path, document);
  if (schema === null) return [];
  if (schema.choices.length > 0) return schema.choices.slice(0, 5).map(({ value }) => value);
  const [example] = [schema.default, ...schema.examples].filter((one) => one !== undefined);
  if (example !== undefined) {
    const text = flowText(example);
    return text === null ? [] : [text];
  }
  const inner = schema.required.flatMap((key) =>
    valuesOf([...path, key], document)
      .slice(0, 1)
      .map((one) => `${key}: ${one}`),
  );
  return inner.length === 0 || inner.length < schema.required.length ? [] : [`{ ${inner.join(", ")} }`];
}

function flowText(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  // Whatever a plain scalar could be taken for: in quotes it is the text.
  if (typeof value === "string")
    return /^[A-Za-z][\w./-]*$|^\d+(?:%|[A-Za-z]+)$/u.test(value) ? value : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return null;
  const texts = Array.isArray(value)
    ? value.map(flowText)
    : Object.entries(value).map(([key, one]) => {
        const text = flowText(one);
        return text === null ? null : `${key}: ${text}`;
      });
  if (texts.length === 0 || texts.includes(null)) return null;
  return Array.isArray(value) ? `[${texts.join(", ")}]` : `{ ${texts.join(", ")} }`;
}

/** A pair behind the first of a map. */
function behind(document: AutoscalerDocument, { map, pair }: FoundPair, text: string): SpanEdit | null {
  const span = pairSpan(document, pair);
  if (span === null) return null;
  if (map.flow === true) return { start: span.end, end: span.end, text: `, ${text}` };
  const { base, text: whole } = document;
  const column = span.start - base - (whole.lastIndexOf("\n", span.start - base - 1) + 1);
  const lineBreak = whole.indexOf("\n", span.end - base);
  const end = (lineBreak === -1 ? whole.length : lineBreak - (whole[lineBreak - 1] === "\r" ? 1 : 0)) + base;
  return { start: end, end, text: `${lineEndOf(document)}${" ".repeat(column)}${text}` };
}
