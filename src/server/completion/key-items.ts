import { CompletionItemKind } from "vscode-languageserver/node";
import type { SchemaInfo } from "../../config/index.js";
import type { Inventory } from "../../model/index.js";
import type { DocumentFormat } from "../document-kind.js";
import { typeInWords } from "../words.js";
import type { Cursor } from "./cursor.js";
import type { Item } from "./item.js";
import { plainText } from "./scalar-text.js";
import type { Piece } from "./snippets.js";

/** Where and how keys are written. */
interface Writing {
  /** The column of the keys. */
  readonly column: number;
  /** What stands before the first key. */
  readonly lead: string;
  readonly flow: boolean;
  /** Only the name is missing: the colon, or the value, is there. */
  readonly bare: "name" | "colon" | null;
  readonly step: number;
  readonly format: DocumentFormat;
}

/** The keys of a map at a cursor that wants one. */
export function keyItems(cursor: Cursor, inventory: Inventory | null): readonly Item[] {
  const { schema, present, typed, path } = cursor;
  const own = cursor.hasColon ? typed.replaceAll(/["']/gu, "") : "";
  const bare = cursor.hasColon ? "name" : cursor.nested && !cursor.flow ? "colon" : null;
  const writing: Writing = {
    column: cursor.indent,
    lead: cursor.lead,
    flow: cursor.flow,
    bare,
    step: cursor.step,
    format: cursor.format,
  };
  const keys = keysOf(cursor, inventory).filter((key) => !present.has(key) || key === own);
  const items = keys.map((key) => keyItem(key, path, schema, writing)).filter((item) => item !== null);
  if (bare !== null) return ordered(items);
  const entry = path.length > 0 && typeof path.at(-1) === "number";
  const pieces = cursor.format.piecesFor(path).filter((piece) => piece.keys.every((key) => !present.has(key)));
  const wrapped = cursor.needsBraces ? items.map((item) => ({ ...item, newText: `{ ${item.newText} }` })) : items;
  const snippets = pieces.flatMap((piece) =>
    pieceItem(piece, { ...writing, flow: cursor.flow }, cursor.needsBraces || !(entry && cursor.flow)),
  );
  return [...ordered(wrapped), ...snippets];
}

/** The keys of a new entry of a list, its dash included. */
export function entryItems(cursor: Cursor): readonly Item[] {
  const { schema, path, indent, step, format } = cursor;
  const dash = `${cursor.lead}- `;
  const writing: Writing = { column: indent + 2, lead: dash, flow: false, bare: null, step, format };
  const keys = [...new Set([...(schema.properties.includes("name") ? ["name"] : []), ...schema.required])];
  const lines = keys.map((key, index) => `${index === 0 ? dash : " ".repeat(indent + 2)}${key}: $${index + 1}`);
  const skeleton: Item = {
    label: `- ${keys.join(", ")}`,
    kind: CompletionItemKind.Snippet,
    detail: "a new entry",
    documentation: schema.description,
    filterText: `- ${keys.join(" ")}`,
    newText: lines.join("\n"),
    isSnippet: true,
  };
  const pieces = format.entryPieces(path).flatMap((piece) => pieceItem(piece, writing, true));
  const items = schema.properties.map((key) => keyItem(key, [...path, 0], schema, writing));
  return [
    ...(keys.length === 0 ? [] : [skeleton]),
    ...pieces,
    ...ordered(items.filter((item) => item !== null)).map((item) => ({ ...item, label: `- ${item.label}` })),
  ];
}

/** The keys of a map whose own key stands on the line of the cursor: on the lines below. */
export function keysBelow(cursor: Cursor): readonly Item[] {
  const { schema, path, indent, step, format } = cursor;
  const column = indent + step;
  const isList = schema.type === "list";
  const child = isList ? format.schemaAt([...path, 0]) : schema;
  if (child?.type !== "map") return [];
  const before = `\n${" ".repeat(column)}${isList ? "- " : ""}`;
  const writing: Writing = {
    column: isList ? column + 2 : column,
    lead: before,
    flow: false,
    bare: null,
    step,
    format,
  };
  const at = isList ? [...path, 0] : path;
  const items = child.properties.map((key) => keyItem(key, at, child, writing)).filter((item) => item !== null);
  const pieces = (isList ? format.entryPieces(path) : format.piecesFor(path)).flatMap((piece) =>
    pieceItem(piece, writing, true),
  );
  return [...(isList ? pieces : []), ...ordered(items), ...(isList ? [] : pieces)];
}

function ordered(items: readonly (Item & { readonly isRequired?: boolean })[]): readonly Item[] {
  return items.toSorted((a, b) => Number(b.isRequired === true) - Number(a.isRequired === true));
}

/** The keys of the schema; where it has a form of keys (`mp0`), those of the cluster and the next one. */
function keysOf({ schema, path, present }: Cursor, inventory: Inventory | null): readonly string[] {
  if (schema.properties.length > 0 || path.at(-1) !== "mountPoints") return schema.properties;
  const volumes = (inventory?.containers ?? []).flatMap(({ configuration }) => configuration?.volumes ?? []);
  const live = volumes.map(({ volume }) => volume).filter((volume) => /^mp\d+$/u.test(volume));
  let next = 0;
  while (present.has(`mp${next}`) && next < 255) next += 1;
  const byNumber = (a: string, b: string): number => Number(a.slice(2)) - Number(b.slice(2));
  return [...new Set<string>([...live, `mp${next}`])].toSorted(byNumber);
}

function keyItem(
  key: string,
  path: Cursor["path"],
  schema: SchemaInfo,
  writing: Writing,
): (Item & { readonly isRequired: boolean }) | null {
  const child = writing.format.schemaAt([...path, key]);
  if (child?.deprecated === true) return null;
  const isRequired = schema.required.includes(key);
  const detail = `${child === null ? "" : typeInWords(child)}${isRequired ? " · required" : ""}`;
  return {
    label: key,
    kind: child?.type === "map" ? CompletionItemKind.Module : CompletionItemKind.Property,
    detail,
    ...(child === null ? {} : { documentation: documentationOf(child) }),
    filterText: key,
    newText: `${writing.lead}${keyText(key, child, path, writing)}`,
    isSnippet: true,
    isRequired,
  };
}

function documentationOf(schema: SchemaInfo): string {
  const text = plainText(schema.default, schema.type);
  return text === null ? schema.description : `${schema.description}\n\nDefault: \`${text}\``;
}

function keyText(
  key: string,
  child: SchemaInfo | null,
  path: Cursor["path"],
  { bare, flow, column, step, format }: Writing,
): string {
  if (bare === "name") return key;
  if (bare === "colon") return `${key}:`;
  const below = `\n${" ".repeat(column + step)}`;
  switch (child?.type ?? "") {
    case "map":
      return flow ? `${key}: { $0 }` : `${key}:${below}$0`;
    case "list": {
      const isPlain = format.schemaAt([...path, key, 0])?.type !== "map";
      return flow || isPlain ? `${key}: [$0]` : `${key}:${below}- $0`;
    }
    case "time":
    case "dates":
      return `${key}: "$0"`;
    case "version":
      // There is no other to type over it; selected, it would be gone with the Enter that begins the next line.
      return `${key}: 1$0`;
    default:
      return `${key}: $0`;
  }
}

function pieceItem(piece: Piece, { column, lead, flow, step }: Writing, fits: boolean): readonly Item[] {
  if (!fits || (flow && piece.flow === null)) return [];
  const [first = "", ...more] = piece.block.map((line) => {
    const [blank = ""] = /^ */u.exec(line) ?? [];
    return `${" ".repeat((blank.length / 2) * step)}${line.slice(blank.length)}`;
  });
  const newText = flow
    ? (piece.flow ?? "")
    : [`${lead}${first}`, ...more.map((line) => `${" ".repeat(column)}${line}`)].join("\n");
  return [
    {
      label: piece.label,
      kind: CompletionItemKind.Snippet,
      detail: piece.detail,
      filterText: piece.label,
      newText,
      isSnippet: true,
    },
  ];
}
