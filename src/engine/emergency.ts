import type { Safety } from "../config/index.js";
import { mebibyte } from "../model/index.js";
import type { Node } from "../model/index.js";
import { day } from "./budget.js";
import type { SizeDraft } from "./draft.js";
import { elapsed } from "./elapsed.js";
import { reason } from "./reasons.js";
import { because } from "./recommendation.js";
import { availableOf } from "./rooms.js";
import { pauseOf } from "./rules/paused.js";
import { larger, roundUp, same, smaller } from "./sizes.js";
import { floorOf, leastSize, shrunkBy } from "./subject.js";

/** A node whose memory is running out. */
interface Danger {
  /** Fraction in use. */
  readonly used: number;
  /** MiB over the line from which on it is in danger. */
  readonly over: number;
}

/** Nodes in danger by name; `null` where there is none, or the file does not ask for help. */
export function nodesInDanger(nodes: readonly Node[], { emergency }: Safety): ReadonlyMap<string, Danger> | null {
  if (emergency === null) return null;
  let found: Map<string, Danger> | null = null;
  for (const node of nodes) {
    const available = availableOf(node);
    if (node.status !== "online" || available === null || node.memoryLimit === null) continue;
    const used = 1 - available / node.memoryLimit;
    if (smaller(used, emergency.memory)) continue;
    found ??= new Map<string, Danger>();
    found.set(node.name, { used, over: ((used - emergency.memory) * node.memoryLimit) / mebibyte });
  }
  return found;
}

/** As long as a size is so full, taking away more would not be safe. */
const mostUse = 0.9;
/** Of its size a container gives back so much at once, or its step where that is more. */
const share = 0.1;
/**
 * So much of the size before it gives back within a day, at most. What a smaller limit frees is page cache; where the node is
 * in danger still, it was something else that filled it, and taking more from an idle container would only hurt that.
 */
const mostShare = 0.25;

/**
 * Memory that containers of the lowest priority give back while their node is in danger: those with most to spare first, as
 * many as it takes to be out of it. Each gives one step, never below its floor, its `min` and what keeps it from being full;
 * those of the next priority only once the lower have nothing left. Returns the changed drafts.
 */
export function relieveNodes(
  memories: readonly SizeDraft[],
  dangers: ReadonlyMap<string, Danger>,
  { emergency }: Safety,
): readonly SizeDraft[] {
  const changed: SizeDraft[] = [];
  for (const [node, { used, over }] of dangers) {
    const able = memories
      .filter(({ subject }) => subject.container.node === node)
      .map((draft) => ({ draft, to: lesserSize(draft, node) }))
      .filter(({ draft: { recommendation }, to }) => smaller(to, Math.min(recommendation.from, recommendation.to)));
    const lowest = Math.min(...able.map(({ draft }) => draft.subject.effective.priority));
    const chosen = able
      .filter(({ draft }) => draft.subject.effective.priority === lowest)
      .sort((a, b) => spareOf(b.draft) - spareOf(a.draft) || a.draft.place - b.draft.place);
    let missing = Math.max(over, 1);
    for (const { draft, to } of chosen) {
      if (missing <= 0) break;
      const { recommendation } = draft;
      missing -= recommendation.from - to;
      recommendation.to = to;
      recommendation.uncapped = to;
      recommendation.limited = false;
      // What makes the change comes first.
      const { use } = recommendation.reading;
      const why = reason("emergency", { node, used, danger: emergency?.memory ?? 1, use, priority: lowest });
      recommendation.reasons = [why, ...recommendation.reasons];
      draft.urgent = true;
      changed.push(draft);
    }
  }
  return changed;
}

/** One step down, as far as is safe; the present size where nothing is, where it may not shrink or has given enough. */
function lesserSize({ recommendation, subject }: SizeDraft, node: string): number {
  const { from, to, reading } = recommendation;
  const { settings } = subject;
  // What wants to grow is short itself.
  if (larger(to, from) || pauseOf(subject, settings.pause, "down") !== null) return from;
  const down = settings.strategy?.kind === "thresholds" ? settings.strategy.down : null;
  const step = Math.max(down?.step ?? settings.step, from * share);
  const safe = Math.max(
    floorOf(reading.use, settings),
    leastSize(settings),
    roundUp(reading.use / mostUse, settings.step),
  );
  const wanted = Math.min(from, Math.max(shrunkBy(from, step, settings.step), safe));
  const before = sizeBefore(subject);
  const least = before === null ? 0 : roundUp(before * (1 - mostShare), settings.step);
  if (before === null || !smaller(wanted, least)) return wanted;
  const lesser = Math.min(from, least);
  if (same(lesser, from)) because(recommendation, "emergency-over", { node, before, size: from });
  return lesser;
}

/** The size before the first that it gave back today; `null`: it gave none. */
function sizeBefore({ state: { relief }, now }: SizeDraft["subject"]): number | null {
  return relief !== undefined && elapsed(relief.startedAt, now) * 1000 < day ? relief.before : null;
}

function spareOf({ recommendation: { from, reading } }: SizeDraft): number {
  return from - reading.use;
}
