import {
  CompletionItemKind,
  InsertTextFormat,
  InsertTextMode,
  type CompletionItem,
  type CompletionList,
  type TextEdit,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Inventory } from "../../model/index.js";
import { autoscalerKind, type DocumentFormat } from "../document-kind.js";
import { cursorAt, type Cursor } from "./cursor.js";
import type { Item } from "./item.js";
import { entryItems, keyItems, keysBelow } from "./key-items.js";
import { plainText, scalarText } from "./scalar-text.js";
import { literal, withoutPlaces } from "./snippets.js";
import type { ValueChoice } from "./value-choice.js";
import { valuesFor, type ValueContext } from "./values.js";

const kinds: Readonly<Record<ValueChoice["kind"], CompletionItemKind>> = {
  choice: CompletionItemKind.EnumMember,
  unit: CompletionItemKind.Unit,
  live: CompletionItemKind.Reference,
  example: CompletionItemKind.Value,
  reference: CompletionItemKind.Variable,
  file: CompletionItemKind.File,
};

/** What completions depend on beside document and inventory. */
export type CompletionContext = Partial<Pick<ValueContext, "now" | "files" | "snapshots">> & {
  /** What may stand in the document; an autoscaler file unless said. */
  readonly format?: DocumentFormat;
};

/** What could be typed at an offset of a document, best first. With `snippets` there are places to type over. */
export function completionsAt(
  document: TextDocument,
  offset: number,
  inventory: Inventory | null,
  snippets: boolean,
  { now = Date.now(), files = () => [], snapshots = [], format = autoscalerKind.format }: CompletionContext = {},
): CompletionList {
  const text = document.getText();
  const cursor = cursorAt(text, offset, format);
  if (cursor === null) return { isIncomplete: false, items: [] };
  // The word at the cursor is not used elsewhere.
  const others = `${text.slice(0, cursor.replaces.start)}\n${text.slice(cursor.replaces.end)}`;
  const values: ValueContext = { inventory, now, files, snapshots, text: others };
  const items = itemsFor(cursor, values, text);
  const range = {
    start: document.positionAt(cursor.replaces.start),
    end: document.positionAt(cursor.replaces.end),
  };
  const blank: readonly TextEdit[] =
    cursor.blank === null ? [] : [edit(document, cursor.blank.span.start, cursor.blank.span.end, cursor.blank.text)];
  const behind = blankBehindColon(document, text, cursor);
  return {
    isIncomplete: changesWhileTyped(cursor),
    items: items.map((item, index): CompletionItem => {
      const additional = item.isBelow === true ? behind : blank;
      const shaped = item.isSnippet === true ? item.newText : literal(item.newText);
      const whole = (item.isBelow === true ? shaped : `${shaped}${cursor.trail}`).replaceAll("\n", cursor.eol);
      return {
        label: item.label,
        kind: item.kind,
        ...(item.detail === undefined ? {} : { detail: item.detail }),
        ...(item.documentation === undefined || item.documentation === ""
          ? {}
          : { documentation: { kind: "markdown", value: item.documentation } }),
        ...(item.isDefault === true ? { preselect: true } : {}),
        sortText: String(index).padStart(4, "0"),
        filterText: item.filterText,
        insertTextFormat: snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
        // Indentation is part of the text: an editor must not add its own.
        insertTextMode: InsertTextMode.asIs,
        textEdit: { range, newText: snippets ? whole : withoutPlaces(whole) },
        ...(additional.length === 0 ? {} : { additionalTextEdits: [...additional] }),
        ...(item.commits === undefined ? {} : { commitCharacters: [...item.commits] }),
      };
    }),
  };
}

function edit(document: TextDocument, start: number, end: number, newText: string): TextEdit {
  return { range: { start: document.positionAt(start), end: document.positionAt(end) }, newText };
}

/** Takes away the blank space between a colon and the cursor: what is written below leaves none at the end of a line. */
function blankBehindColon(document: TextDocument, text: string, { replaces }: Cursor): readonly TextEdit[] {
  let start = replaces.start;
  while (start > 0 && /[ \t]/u.test(text.charAt(start - 1))) start -= 1;
  return start === replaces.start ? [] : [edit(document, start, replaces.start, "")];
}

/** A number becomes one of several values with a unit, an hour its quarters, `$` a reference: the editor asks again. */
function changesWhileTyped({ wants, schema }: Cursor): boolean {
  return wants !== "key" && schema.type !== "map" && schema.type !== "choice" && schema.type !== "timezone";
}

function itemsFor(cursor: Cursor, context: ValueContext, text: string): readonly Item[] {
  if (cursor.wants === "key") return keyItems(cursor, context.inventory);
  if (cursor.wants === "entry") {
    return cursor.schema.type === "map"
      ? entryItems(cursor)
      : scalarItems([...cursor.path, 0], cursor, context).map((item) => ({
          ...item,
          newText: `${cursor.lead}- ${item.newText}`,
        }));
  }
  const { schema } = cursor;
  if (schema.type !== "map" && schema.type !== "list") return scalarItems(cursor.path, cursor, context);
  const lineEnd = /^[^\r\n]*/u.exec(text.slice(cursor.replaces.end))?.[0] ?? "";
  const isFree = !cursor.flow && lineEnd.trim() === "";
  const below = isFree ? keysBelow(cursor).map((item) => ({ ...item, isBelow: true })) : [];
  return schema.type === "list" ? [...listItems(cursor, context), ...below] : [...below, ...mapItems(cursor)];
}

/** The values of a scalar at the cursor. */
function scalarItems(path: Cursor["path"], cursor: Cursor, context: ValueContext): readonly Item[] {
  const { typed, present, flow, schema, wants } = cursor;
  const quote = /^["']/u.exec(typed)?.[0] ?? "";
  const isEntry = wants === "entry" || typeof path.at(-1) === "number";
  const isTaken = ({ text }: ValueChoice): boolean => isEntry && present.has(text.replaceAll('"', ""));
  return valuesFor(path, schema, typed.slice(quote.length), context)
    .filter((choice) => !isTaken(choice))
    .map((choice) => {
      const text = written(choice, schema.type, quote, flow);
      return {
        ...described(choice),
        // With the quotes that are typed an editor finds it, too.
        filterText: quote === "" && text.startsWith('"') ? (choice.search ?? choice.text) : `${quote}${bare(choice)}`,
        newText: `${wants === "entry" ? "" : cursor.lead}${text}`,
        ...(choice.kind === "choice" && flow ? { commits: [",", "}", "]"] } : {}),
      };
    });
}

function bare({ text, search }: ValueChoice): string {
  return search ?? text.replaceAll(/^["']|["']$/gu, "");
}

/** A value as it stands in the file, in the quotes that were typed. */
function written({ text, isYaml }: ValueChoice, type: string, quote: string, flow: boolean): string {
  if (quote !== "") {
    const inner = text.replaceAll(/^["']|["']$/gu, "");
    if (quote === '"') return JSON.stringify(inner);
    return `'${inner.replaceAll("'", "''")}'`;
  }
  if (isYaml === true) return text;
  return type === "time" || type === "dates" ? `"${text}"` : scalarText(text, flow);
}

function described(choice: ValueChoice): Pick<Item, "label" | "kind" | "detail" | "documentation" | "isDefault"> {
  return {
    label: choice.text,
    kind: kinds[choice.kind],
    ...(choice.detail === undefined ? {} : { detail: choice.detail }),
    ...(choice.documentation === undefined ? {} : { documentation: choice.documentation }),
    ...(choice.isDefault === undefined ? {} : { isDefault: choice.isDefault }),
  };
}

/** `tags: ` and the cursor: one entry in brackets, or the examples. */
function listItems(cursor: Cursor, context: ValueContext): readonly Item[] {
  const item = cursor.format.schemaAt([...cursor.path, 0]);
  const typed = cursor.typed.replaceAll(/["']/gu, "");
  if (/["']/u.test(cursor.typed)) return [];
  const entries = item === null || item.type === "map" ? [] : valuesFor([...cursor.path, 0], item, typed, context);
  const single = entries.map((choice): Item => {
    const text = `[${written(choice, item?.type ?? "", "", true)}]`;
    return { ...described(choice), label: text, filterText: bare(choice), newText: `${cursor.lead}${text}` };
  });
  const seen = new Set(single.map(({ label }) => label));
  return [...single, ...exampleItems(cursor, item?.type ?? "").filter(({ label }) => !seen.has(label))];
}

/** A map in braces, as the schema's examples have it. */
function mapItems(cursor: Cursor): readonly Item[] {
  return /["']/u.test(cursor.typed) ? [] : exampleItems(cursor, "");
}

function exampleItems(cursor: Cursor, type: string): readonly Item[] {
  return cursor.schema.examples.flatMap((example): readonly Item[] => {
    const text = plainText(example, type);
    return text === null
      ? []
      : [
          {
            label: text,
            kind: CompletionItemKind.Value,
            detail: "example",
            filterText: text.replaceAll(/["'[\]{}]/gu, "").trim(),
            newText: `${cursor.lead}${text}`,
          },
        ];
  });
}
