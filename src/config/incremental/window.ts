import type { AutoscalerDocument, YAMLMap } from "../document.js";
import type { Edit } from "./edit.js";
import { jointAt, nextSpot, spotAt, spotBefore } from "./joints.js";
import type { Joint } from "./joints.js";

/** Two joints, one after the other, of the text before an edit. */
export interface Border {
  /** It is read again, but only to see that it still stands there; what was read of it before stays. */
  readonly kept: Joint;
  /** It is read again because what stands around it, such as a comment, may have changed. */
  readonly read: Joint;
}

/** The part of a text that is read again for an edit. Offsets are those of the text before. */
export interface Window {
  readonly start: number;
  readonly end: number;
  /** `null`: the window begins with the text. */
  readonly left: Border | null;
  /** `null`: the window reaches to the end of the text. */
  readonly right: Border | null;
}

/**
 * The joints before an edit: what is kept ends where the next joint begins, and nothing after that changes it, because the
 * parser reads from left to right.
 */
function borderBefore(root: YAMLMap, text: string, { start }: Edit): Border | null {
  let spot = spotAt(root, text, start);
  while (spot !== null) {
    const before = spotBefore(root, text, spot);
    const read = jointAt(root, text, spot);
    const kept = read === null || read.sure > start || before === null ? null : jointAt(root, text, before);
    if (read !== null && kept !== null) return { kept, read };
    spot = before;
  }
  return null;
}

/** The joints after an edit: from where the second of them stands as it stood, all the rest is read as it was. */
function borderAfter(
  root: YAMLMap,
  text: string,
  { oldEnd }: Edit,
): { readonly border: Border; readonly end: number } | null {
  let spot = spotAt(root, text, oldEnd) ?? { pair: 0, entry: null };
  for (;;) {
    const second = nextSpot(root, text, spot);
    const third = second === null ? null : nextSpot(root, text, second);
    if (second === null || third === null) return null;
    const read = jointAt(root, text, spot);
    if (read !== null && read.line > oldEnd) {
      const [kept, beyond] = [jointAt(root, text, second), jointAt(root, text, third)];
      if (kept !== null && beyond !== null) return { border: { kept, read }, end: beyond.line };
    }
    spot = second;
  }
}

/** What has to be read again for an edit; `null`: all of the text. */
export function windowOf({ text }: AutoscalerDocument, root: YAMLMap, edit: Edit): Window | null {
  const left = borderBefore(root, text, edit);
  const right = borderAfter(root, text, edit);
  if (left === null && right === null) return null;
  return {
    start: left?.kept.line ?? 0,
    end: right?.end ?? text.length,
    left,
    right: right?.border ?? null,
  };
}
