import { CodeActionKind, type CodeAction, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import {
  addPolicy,
  applySafeFixes,
  convertStrategy,
  ignoreContainer,
  keyPathAt,
  knownContainer,
  moveToDefaults,
  type AutoscalerReading,
  type Refactoring,
} from "../config/index.js";
import type { Inventory } from "../model/index.js";
import { offsetAt, spanToRange, toRange } from "./positions.js";

/** All safe fixes at once; for `editor.codeActionsOnSave`. */
export const fixAllKind = `${CodeActionKind.SourceFixAll}.lxcAutoscaler`;

/** Changes of what is right already, at a place: the way of scaling, and what is to become of a container. */
export function refactorings(
  document: TextDocument,
  reading: AutoscalerReading,
  range: Range,
  inventory: Inventory | null,
): CodeAction[] {
  if (reading.findings.some(({ code }) => code === "older-format")) return [];
  const offset = offsetAt(document, range.start);
  const converted = convertStrategy(reading, offset);
  const moved = moveToDefaults(reading, offset);
  return [
    ...(moved === null ? [] : [actionOf(document, moved, CodeActionKind.RefactorExtract)]),
    ...(converted === null ? [] : [actionOf(document, converted, CodeActionKind.RefactorRewrite)]),
    ...aboutContainer(reading, offset, inventory).map((one) => actionOf(document, one, CodeActionKind.Refactor)),
  ];
}

/** On the id of a container in a match: a policy of its own, or none at all. */
function aboutContainer(
  reading: AutoscalerReading,
  offset: number,
  inventory: Inventory | null,
): readonly Refactoring[] {
  const place = keyPathAt(reading.document, offset);
  const [match, vmids] = place?.path.slice(-3) ?? [];
  if (inventory === null || place?.at !== "value" || match !== "match" || vmids !== "vmids") return [];
  const { base, text } = reading.document;
  const vmid = Number(text.slice(place.span.start - base, place.span.end - base));
  const container = inventory.containers.find((one) => one.vmid === vmid);
  if (container === undefined) return [];
  const known = knownContainer(container, inventory);
  return [addPolicy(reading, known), ignoreContainer(reading, known)].filter((one) => one !== null);
}

/** Every safe fix of the document in one edit; nothing where there is none. */
export function fixAll(document: TextDocument, reading: AutoscalerReading): CodeAction[] {
  const { text, applied } = applySafeFixes(reading);
  const before = reading.document.text;
  if (applied.length === 0 || text === before) return [];
  // Only what differs, so that the cursor and folded places stay where they are.
  let start = 0;
  while (start < Math.min(text.length, before.length) && text[start] === before[start]) start += 1;
  let tail = 0;
  const most = Math.min(text.length, before.length) - start;
  while (tail < most && text.at(-1 - tail) === before.at(-1 - tail)) tail += 1;
  const range = spanToRange(document, { start, end: before.length - tail });
  return [
    {
      title: `Apply all safe fixes (${applied.length})`,
      kind: fixAllKind,
      edit: { changes: { [document.uri]: [{ range, newText: text.slice(start, text.length - tail) }] } },
    },
  ];
}

function actionOf({ uri }: TextDocument, { title, edits }: Refactoring, kind: string): CodeAction {
  return {
    title,
    kind,
    edit: { changes: { [uri]: edits.map(({ range, newText }) => ({ range: toRange(range), newText })) } },
  };
}

/** True where a client that asks for some kinds of actions alone wants this one. */
export function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((one) => one === "" || kind === one || kind.startsWith(`${one}.`));
}
