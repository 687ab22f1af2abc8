import type { Location, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver/node";
import { LSPErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { keyPathAt, presetOf, type AutoscalerReading, type KeyPath, type Span } from "../config/index.js";
import { isAlias, isScalar, itemsOf, nodeAt, nodesOf, pairOf, spanOf, textOf, type Node } from "./nodes.js";
import { spanToRange } from "./positions.js";

/** Something that has a name in a document: where it is given, and where it is used. */
export interface Named {
  readonly kind: "policy" | "schedule" | "group" | "anchor" | "preset";
  readonly name: string;
  /** The place that the cursor is on. */
  readonly here: Span;
  /** Where it is given its name; `null` for presets, which come with the program. */
  readonly definition: Span | null;
  readonly uses: readonly Span[];
}

const kinds = { policies: "policy", schedules: "schedule", groups: "group" } as const;

/** What has its name at an offset (of the text that was read); `null` where nothing has. */
export function namedThingAt(reading: AutoscalerReading, offset: number): Named | null {
  return anchorAt(reading, offset) ?? entryOrPresetAt(reading, offset);
}

function entryOrPresetAt({ document }: AutoscalerReading, offset: number): Named | null {
  const place = keyPathAt(document, offset);
  if (place === null || place.at !== "value") return null;
  const { path, span: here } = place;
  const node = nodeAt(document, path);
  const name = textOf(node);
  if (node === null || name === null || name === "") return null;
  const [section, index] = path;
  if (path.at(-1) === "preset") {
    const all = presetsNamed(document, ["defaults", "policies", "schedules"]).filter((one) => textOf(one) === name);
    return presetOf(name) === null ? null : { kind: "preset", name, here, definition: null, uses: all.map(spanOf) };
  }
  if (path.length !== 3 || path[2] !== "name" || typeof index !== "number" || !isSection(section)) return null;
  return { kind: kinds[section], name, here, definition: here, uses: [] };
}

function isSection(section: KeyPath[number] | undefined): section is keyof typeof kinds {
  return section === "policies" || section === "schedules" || section === "groups";
}

function presetsNamed(document: AutoscalerReading["document"], sections: readonly string[]): readonly Node[] {
  return sections.flatMap((section) => {
    const node = nodeAt(document, [section]);
    return [node, ...itemsOf(node)].flatMap((layer) => {
      const value = pairOf(layer, "preset")?.value ?? null;
      return isScalar(value) ? [value as Node] : [];
    });
  });
}

/** An anchor, on its name or on an alias of it. An anchor that is given twice counts from there on. */
function anchorAt({ document }: AutoscalerReading, offset: number): Named | null {
  const { text } = document;
  if (!text.includes("&")) return null;
  const anchors: { readonly name: string; readonly definition: Span; readonly uses: Span[] }[] = [];
  for (const node of nodesOf(document.root)) {
    if (isAlias(node)) {
      const { start } = spanOf(node);
      const of = anchors.findLast(({ name }) => name === node.source);
      of?.uses.push({ start: start + 1, end: start + 1 + node.source.length });
    } else if (typeof node.anchor === "string" && node.anchor !== "") {
      const definition = anchorSpan(text, node.anchor, spanOf(node).start);
      if (definition !== null) anchors.push({ name: node.anchor, definition, uses: [] });
    }
  }
  for (const { name, definition, uses } of anchors) {
    // On the sign before the name too.
    const here = [definition, ...uses].find(({ start, end }) => start - 1 <= offset && offset <= end);
    if (here !== undefined) return { kind: "anchor", name, here, definition, uses };
  }
  return null;
}

/** The name of an anchor stands before its node, with nothing but blank space, a tag or a comment between. */
function anchorSpan(text: string, name: string, before: number): Span | null {
  const at = text.lastIndexOf(`&${name}`, before);
  return at === -1 ? null : { start: at + 1, end: at + 1 + name.length };
}

/** Where what has its name at an offset is given it. */
export function definitionAt(document: TextDocument, reading: AutoscalerReading, offset: number): Location | null {
  const named = namedThingAt(reading, offset);
  if (named === null || named.definition === null) return null;
  return { uri: document.uri, range: spanToRange(document, named.definition) };
}

/** Every place that names what has its name at an offset. */
export function placesOf(
  document: TextDocument,
  reading: AutoscalerReading,
  offset: number,
  withDefinition: boolean,
): Range[] {
  const named = namedThingAt(reading, offset);
  if (named === null) return [];
  const spans = [...(withDefinition && named.definition !== null ? [named.definition] : []), ...named.uses];
  return spans.map((span) => spanToRange(document, span));
}

/** What would be renamed at an offset; `null` where nothing can be. */
export function renameAt(
  document: TextDocument,
  reading: AutoscalerReading,
  offset: number,
): { readonly range: Range; readonly placeholder: string } | null {
  const named = namedThingAt(reading, offset);
  if (named === null || named.kind === "preset") return null;
  return { range: spanToRange(document, named.here), placeholder: named.name };
}

/** Gives what has its name at an offset another one, wherever the document names it. Throws where that name can't be. */
export function rename(
  document: TextDocument,
  reading: AutoscalerReading,
  offset: number,
  newName: string,
): WorkspaceEdit | null {
  const named = namedThingAt(reading, offset);
  if (named === null || named.kind === "preset" || newName === named.name) return null;
  const problem = named.kind === "anchor" ? anchorProblem(newName, reading) : nameProblem(newName, named, reading);
  if (problem !== null) throw new ResponseError(LSPErrorCodes.RequestFailed, problem);
  const spans = named.definition === null ? named.uses : [named.definition, ...named.uses];
  const edits = spans.map((span): TextEdit => {
    const before = reading.document.text.slice(span.start, span.end);
    const newText = named.kind === "anchor" ? newName : quotedAs(before, newName);
    return { range: spanToRange(document, span), newText };
  });
  return { changes: { [document.uri]: edits } };
}

function anchorProblem(name: string, { document }: AutoscalerReading): string | null {
  if (!/^[^\s,[\]{}&*]+$/u.test(name)) return "The name of an anchor has no spaces, commas or brackets.";
  for (const node of nodesOf(document.root)) {
    if (!isAlias(node) && node.anchor === name) return `There is another anchor named \`${name}\`.`;
  }
  return null;
}

function nameProblem(name: string, { kind, here }: Named, { document }: AutoscalerReading): string | null {
  if (name.trim() === "" || /[\r\n]/u.test(name)) return "A name is a text of one line.";
  const section = Object.entries(kinds).find(([, one]) => one === kind)?.[0] ?? "";
  const taken = itemsOf(nodeAt(document, [section])).some((item) => {
    const value = pairOf(item, "name")?.value ?? null;
    return value !== null && spanOf(value).start !== here.start && textOf(value) === name;
  });
  return taken ? `There is another ${kind} named \`${name}\`.` : null;
}

/** A text as YAML has it, in the quotes that stood there, or in those it needs. */
function quotedAs(before: string, name: string): string {
  if (before.startsWith("'")) return `'${name.replaceAll("'", "''")}'`;
  const plain = /^[A-Za-z_][\w .-]*$/u.test(name) && !/^(?:true|false|null)$/iu.test(name) && !name.endsWith(" ");
  return before.startsWith('"') || !plain ? JSON.stringify(name) : name;
}
