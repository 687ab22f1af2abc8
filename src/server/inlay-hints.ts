import { InlayHintKind, type InlayHint, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { scheduleState, type AutoscalerReading, type KeyPath } from "../config/index.js";
import type { Inventory } from "../model/index.js";
import {
  follow,
  isMap,
  isScalar,
  itemsOf,
  pairsOf,
  shownSpan,
  spanOf,
  textOf,
  type Node,
  type NodePair,
} from "./nodes.js";
import { offsetAt, spanToRange } from "./positions.js";
import { containersInWords, containersOf, matchAt } from "./selection.js";
import { shareInWords } from "./shares.js";
import { instantInWords } from "./instants.js";

/** More hints than this in one answer nobody reads, and an editor would wait for them. */
const most = 2000;

/**
 * What a file does not say but the cluster and the clock know: how many containers a `match` means, what a percentage comes
 * to, and when a schedule begins or ends. `now` is in milliseconds. Nothing is said of what is not known.
 */
export function inlayHintsOf(
  document: TextDocument,
  reading: AutoscalerReading,
  range: Range,
  inventory: Inventory | null,
  now: number,
): InlayHint[] {
  const hints: InlayHint[] = [];
  const { document: text } = reading;
  const add = (offset: number, label: string, tooltip: string): void => {
    const { start } = spanToRange(document, { start: offset, end: offset });
    const inside = start.line >= range.start.line && start.line <= range.end.line;
    if (inside && hints.length < most) {
      hints.push({ position: start, label, kind: InlayHintKind.Type, paddingLeft: true, tooltip });
    }
  };
  const first = offsetAt(document, range.start);
  const last = offsetAt(document, { line: range.end.line + 1, character: 0 });
  const visit = (node: Node | null, path: KeyPath): void => {
    // An editor asks for what is seen of a file.
    if (node === null || spanOf(node).start > last || spanOf(node).end < first) return;
    for (const pair of pairsOf(node)) {
      const name = textOf(pair.key);
      if (name === null) continue;
      const inner = [...path, name];
      const at = endOfHead(pair, reading);
      if (at !== null && name === "match" && inventory !== null) matched(inner, at);
      if (at !== null && name === "when" && path[0] === "schedules") timed(path, at);
      visit(pair.value, inner);
    }
    for (const [index, item] of itemsOf(node).entries()) visit(item, [...path, index]);
    if (inventory === null || !isScalar(node) || typeof node.value !== "string") return;
    const words = shareInWords(path, node.value, reading, inventory);
    if (words !== null) add(spanOf(node).end, `= ${words}`, "What this comes to on what is there now.");
  };
  const matched = (path: KeyPath, at: number): void => {
    const match = matchAt(path, reading);
    if (match === null || inventory === null) return;
    const found = containersOf(match, reading, inventory);
    const names = found.slice(0, 10).map(({ vmid, name }) => `${vmid} ${name}`);
    if (found.length > names.length) names.push(`and ${found.length - names.length} more`);
    const tooltip = found.length === 0 ? "No container of the cluster matches." : names.join(", ");
    add(at, containersInWords(found.length), tooltip);
  };
  const timed = ([, index]: KeyPath, at: number): void => {
    const { config } = reading;
    const schedule = config?.schedules.find((one) => one.file === undefined && one.index === index);
    if (config === null || schedule === undefined) return;
    const { inForce, until } = scheduleState(schedule.when, config, now);
    const words = until === null ? "" : instantInWords(until, config.timezone, now);
    if (until === null) add(at, inForce ? "always in force" : "never in force", "");
    else add(at, inForce ? `in force until ${words}` : `next: ${words}`, `In the time zone ${config.timezone}.`);
  };
  visit(follow(text.root, text), []);
  return hints;
}

/** The end of what stands on the line of a key: of its value in brackets, else of its colon. `null` for an empty value. */
function endOfHead({ key, value }: NodePair, { document }: AutoscalerReading): number | null {
  if (key === null || value === null) return null;
  const node = follow(value, document);
  if (!isMap(node)) return null;
  const { start, end } = shownSpan(document, spanOf(value));
  if (node !== value || node.flow === true) return end;
  const colon = document.text.indexOf(":", spanOf(key).end);
  return colon === -1 || colon >= start ? null : colon + 1;
}
