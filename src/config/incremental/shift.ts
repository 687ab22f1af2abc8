import { isMap, isScalar, isSeq } from "../document.js";
import type { PlacedProblem, Span } from "../document.js";
import type { Remedy } from "../remedy.js";

/** Moves a node with all in it. Ranges are changed in place: there are tens of thousands of them in a long file. */
export function shiftNode(node: unknown, by: number): void {
  if (by === 0) return;
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      shiftNode(key, by);
      shiftNode(value, by);
    }
  } else if (isSeq(node)) {
    for (const item of node.items) shiftNode(item, by);
  } else if (!isScalar(node)) return;
  const { range } = node;
  if (range === null || range === undefined) return;
  range[0] += by;
  range[1] += by;
  range[2] += by;
}

function shiftSpan(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

function shiftRemedy(remedy: Remedy, by: number): Remedy {
  switch (remedy.kind) {
    case "edit":
      return { ...remedy, edits: remedy.edits.map((edit) => ({ ...edit, ...shiftSpan(edit, by) })) };
    case "swap":
      return { ...remedy, one: shiftSpan(remedy.one, by), other: shiftSpan(remedy.other, by) };
    case "insert":
      return { ...remedy, before: shiftSpan(remedy.before, by) };
    case "remove":
    case "nest":
      return { ...remedy, key: shiftSpan(remedy.key, by) };
  }
}

/** A problem in another place, its remedies with it. */
export function shiftProblem(problem: PlacedProblem, by: number): PlacedProblem {
  if (by === 0) return problem;
  const span = shiftSpan(problem.span, by);
  if (problem.remedies === undefined) return { ...problem, span };
  return { ...problem, span, remedies: problem.remedies.map((remedy) => shiftRemedy(remedy, by)) };
}
