import {
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  type CompletionItem,
  type CompletionList,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { schemaAt, type SchemaInfo } from "../../config/index.js";
import type { Inventory } from "../../model/index.js";
import { typeInWords } from "../words.js";
import { cursorAt, type Cursor } from "./cursor.js";
import type { ValueChoice } from "./value-choice.js";
import { plainText, valuesFor } from "./values.js";

const kinds: Readonly<Record<ValueChoice["kind"], CompletionItemKind>> = {
  choice: CompletionItemKind.EnumMember,
  unit: CompletionItemKind.Unit,
  live: CompletionItemKind.Reference,
  example: CompletionItemKind.Value,
  reference: CompletionItemKind.Variable,
};

/** What could be typed at an offset of a document. With `snippets` the cursor lands where typing goes on. */
export function completionsAt(
  document: TextDocument,
  offset: number,
  inventory: Inventory | null,
  snippets: boolean,
): CompletionList {
  const cursor = cursorAt(document.getText(), offset);
  if (cursor === null) return { isIncomplete: false, items: [] };
  const items = cursor.wants === "key" ? keyItems(cursor, snippets) : valueItems(cursor, inventory, snippets);
  const range = {
    start: document.positionAt(cursor.replaces.start),
    end: document.positionAt(cursor.replaces.end),
  };
  return {
    // A number may become one of several values with a unit: ask again while it is typed.
    isIncomplete: cursor.wants === "value" && ["duration", "size", "percentage"].includes(cursor.schema.type),
    items: items.map(({ newText, ...item }, index) => ({
      ...item,
      sortText: String(index).padStart(4, "0"),
      insertTextMode: InsertTextMode.asIs,
      textEdit: { range, newText },
    })),
  };
}

type Item = CompletionItem & { readonly newText: string };

function keyItems(cursor: Cursor, snippets: boolean): readonly Item[] {
  const { schema, present, typed } = cursor;
  const own = typed.replaceAll(/[^\w-]/gu, "");
  const open = schema.properties.filter((key) => !present.has(key) || key === own);
  return open
    .map((key) => ({ key, required: schema.required.includes(key), child: schemaAt([...cursor.path, key]) }))
    .filter(({ child }) => child?.deprecated !== true)
    .toSorted((a, b) => Number(b.required) - Number(a.required))
    .map(({ key, required, child }) => ({
      label: key,
      kind: child?.type === "map" ? CompletionItemKind.Module : CompletionItemKind.Property,
      detail: `${child === null ? "" : typeInWords(child)}${required ? " · required" : ""}`,
      ...(child === null ? {} : { documentation: { kind: "markdown" as const, value: documentationOf(child) } }),
      insertTextFormat: snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
      newText: keyText(key, child, cursor, snippets),
    }));
}

function documentationOf(schema: SchemaInfo): string {
  const text = plainText(schema.default, schema.type);
  return text === null ? schema.description : `${schema.description}\n\nDefault: \`${text}\``;
}

function keyText(key: string, child: SchemaInfo | null, cursor: Cursor, snippets: boolean): string {
  if (cursor.hasColon) return key;
  const stop = snippets ? "$0" : "";
  if (child?.type === "map") {
    return cursor.flow ? `${key}: { ${stop} }` : `${key}:\n${" ".repeat(cursor.indent + 2)}${stop}`;
  }
  if (child?.type === "list") {
    const isPlain = schemaAt([...cursor.path, key, 0])?.type !== "map";
    return cursor.flow || isPlain ? `${key}: [${stop}]` : `${key}:\n${" ".repeat(cursor.indent + 2)}- ${stop}`;
  }
  return `${key}: ${stop}`;
}

function valueItems(cursor: Cursor, inventory: Inventory | null, snippets: boolean): readonly Item[] {
  const { schema, path, typed, present, flow } = cursor;
  if (schema.type === "map" && cursor.needsDash) return [newEntry(cursor, snippets)];
  if (schema.type === "list") return wholeList(cursor, inventory);
  const quote = /^["']/u.exec(typed)?.[0] ?? "";
  return valuesFor(path, schema, typed, inventory, flow)
    .filter(({ text }) => !present.has(text))
    .map((choice) => {
      const text = quote === "" || choice.text.startsWith(quote) ? choice.text : `${quote}${choice.text}${quote}`;
      return {
        label: choice.text,
        kind: kinds[choice.kind],
        filterText: quote + (choice.search ?? choice.text),
        insertTextFormat: InsertTextFormat.PlainText,
        newText: cursor.needsDash ? `- ${text}` : text,
        ...(choice.detail === undefined ? {} : { detail: choice.detail }),
        ...(choice.documentation === undefined || choice.documentation === ""
          ? {}
          : { documentation: { kind: "markdown" as const, value: choice.documentation } }),
      };
    });
}

/** `tags: ` and the cursor: one entry in brackets. */
function wholeList(cursor: Cursor, inventory: Inventory | null): readonly Item[] {
  const item = schemaAt([...cursor.path, 0]);
  const entries = item === null ? [] : valuesFor([...cursor.path, 0], item, cursor.typed, inventory, true);
  const wrapped = entries.map((choice) => ({ ...choice, text: `[${choice.text}]` }));
  const examples = cursor.schema.examples.flatMap((example): ValueChoice[] => {
    const text = plainText(example, cursor.schema.type);
    return text === null ? [] : [{ text, detail: "example", kind: "example" }];
  });
  return [...wrapped, ...examples].map((choice) => ({
    label: choice.text,
    kind: kinds[choice.kind],
    filterText: choice.search ?? choice.text.replaceAll(/[[\]]/gu, ""),
    insertTextFormat: InsertTextFormat.PlainText,
    newText: choice.text,
    ...(choice.detail === undefined ? {} : { detail: choice.detail }),
  }));
}

/** A new entry of a list of maps, with what it must have. */
function newEntry({ schema, indent }: Cursor, snippets: boolean): Item {
  const keys = [...new Set([...(schema.properties.includes("name") ? ["name"] : []), ...schema.required])];
  const lines = keys.map(
    (key, index) => `${index === 0 ? "- " : " ".repeat(indent + 2)}${key}: ${snippets ? `$${index + 1}` : ""}`,
  );
  return {
    label: `- ${keys.join(", ")}`,
    kind: CompletionItemKind.Snippet,
    detail: "a new entry",
    documentation: { kind: "markdown", value: schema.description },
    filterText: "-",
    insertTextFormat: snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    newText: lines.join("\n"),
  };
}
