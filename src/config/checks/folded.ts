import { isGlob } from "../match.js";
import type { VmidRange } from "../vmid-range.js";

/** The entries of a key of a `match`, ready to be compared with many others. */
export interface FoldedTexts {
  readonly lower: ReadonlySet<string>;
  readonly hasGlob: boolean;
}

const texts = new WeakMap<readonly string[], FoldedTexts>();
const ranges = new WeakMap<readonly VmidRange[], readonly VmidRange[]>();

/** Names, tags, nodes or pools without their case. Kept by list. */
export function foldTexts(list: readonly string[]): FoldedTexts {
  const known = texts.get(list);
  if (known !== undefined) return known;
  const folded = { lower: new Set(list.map((entry) => entry.toLowerCase())), hasGlob: list.some(isGlob) };
  texts.set(list, folded);
  return folded;
}

/** Ranges in order, those that overlap or follow each other made one. Kept by list. */
export function foldRanges(list: readonly VmidRange[]): readonly VmidRange[] {
  const known = ranges.get(list);
  if (known !== undefined) return known;
  const merged: VmidRange[] = [];
  for (const range of [...list].sort((a, b) => a.first - b.first)) {
    const last = merged.at(-1);
    if (last === undefined || range.first > last.last + 1) merged.push(range);
    else merged[merged.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
  }
  ranges.set(list, merged);
  return merged;
}

/** The first of folded ranges that ends at or after a CT id. */
function reaching(folded: readonly VmidRange[], vmid: number): VmidRange | undefined {
  let low = 0;
  let high = folded.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((folded[middle]?.last ?? 0) >= vmid) high = middle;
    else low = middle + 1;
  }
  return folded[low];
}

/** True where every CT id of `inner` is in `outer`. */
export function rangesCover(outer: readonly VmidRange[], inner: readonly VmidRange[]): boolean {
  const folded = foldRanges(outer);
  return foldRanges(inner).every(({ first, last }) => {
    const range = reaching(folded, first);
    return range !== undefined && range.first <= first && last <= range.last;
  });
}

/** True where some CT id is in both. */
export function rangesMeet(a: readonly VmidRange[], b: readonly VmidRange[]): boolean {
  const folded = foldRanges(a);
  return foldRanges(b).some(({ first, last }) => {
    const range = reaching(folded, first);
    return range !== undefined && range.first <= last;
  });
}

/** True where every entry of `inner` stands in `outer` too. */
export function textsCover(outer: readonly string[], inner: readonly string[]): boolean {
  const { lower } = foldTexts(outer);
  for (const entry of foldTexts(inner).lower) if (!lower.has(entry)) return false;
  return true;
}

/** True where no text can be both in `a` and in `b`: neither has a glob, and they share no entry. */
export function textsExclude(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [foldTexts(a), foldTexts(b)];
  if (left.hasGlob || right.hasGlob) return false;
  for (const entry of right.lower) if (left.lower.has(entry)) return false;
  return true;
}
