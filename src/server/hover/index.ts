import type { Hover } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { keyPathAt, type AutoscalerReading, type KeyPath, type SchemaInfo } from "../../config/index.js";
import type { Inventory } from "../../model/index.js";
import { autoscalerKind, type DocumentFormat } from "../document-kind.js";
import { plainText } from "../completion/values.js";
import { spanToRange } from "../positions.js";
import { typeInWords } from "../words.js";
import { code } from "./markdown.js";
import { meaningOf } from "./meaning.js";
import { namedAt } from "./named.js";
import { originLines } from "./origins.js";
import { thingsAt } from "./things.js";

/** What is known about the key or value at an offset (of the text that was read). `now` is in milliseconds. */
export function hoverAt(
  document: TextDocument,
  reading: AutoscalerReading,
  offset: number,
  inventory: Inventory | null,
  now: number,
  presetsUrl?: string,
  { schemaAt }: DocumentFormat = autoscalerKind.format,
): Hover | null {
  const place = keyPathAt(reading.document, offset);
  if (place === null || place.at === "inside" || place.path.length === 0) return null;
  const schema = schemaAt(place.path, reading.document);
  if (schema === null) return null;
  const text = place.at === "value" ? reading.document.text.slice(place.span.start, place.span.end) : "";
  const blocks =
    place.at === "key"
      ? [
          ...describe(place.path, schema),
          ...thingsAt(place.path, "", reading, inventory, now),
          ...originLines(place.path, schema, reading, inventory, now),
        ]
      : [
          ...meaningOf(place.path, schema, unquote(text), reading, inventory),
          ...namedAt(place.path, unquote(text), presetsUrl),
          ...thingsAt(place.path, unquote(text), reading, inventory, now),
          ...originLines(place.path, schema, reading, inventory, now),
        ];
  // An entry of a list says nothing of itself where it is told what it stands for.
  if (place.at === "value" && (schema.description !== "" || blocks.length === 0)) {
    blocks.push(...describe(place.path, schema));
  }
  if (blocks.length === 0) return null;
  return {
    contents: { kind: "markdown", value: blocks.join("\n\n") },
    range: spanToRange(document, place.span),
  };
}

/** The key's name and type, what it does, its default and examples. */
function describe(path: KeyPath, schema: SchemaInfo): readonly string[] {
  const name = path
    .filter((step) => typeof step === "string")
    .slice(-2)
    .join(".");
  const blocks = [`**${name}** · ${typeInWords(schema)}`];
  if (schema.description !== "") blocks.push(schema.description);
  const choices = schema.choices.filter(({ description }) => description !== "");
  // Presets are many: each is told of where it is named.
  if (choices.length > 0 && choices.length <= 12)
    blocks.push(choices.map(({ value, description }) => `- ${code(value)}: ${description}`).join("\n"));
  const facts: string[] = [];
  const standard = plainText(schema.default, schema.type);
  if (standard !== null) facts.push(`Default: ${code(standard)}`);
  const examples = schema.examples
    .map((example) => plainText(example, schema.type))
    .filter((example) => example !== null && example !== standard);
  if (examples.length > 0) {
    facts.push(
      `${examples.length === 1 ? "Example" : "Examples"}: ${examples.map((example) => code(example ?? "")).join(", ")}`,
    );
  }
  if (facts.length > 0) blocks.push(facts.join(" · "));
  if (schema.deprecated) blocks.push("This key is deprecated.");
  return blocks;
}

function unquote(text: string): string {
  return text.replaceAll(/^["']|["']$/gu, "");
}
