import type { Match } from "../generated/autoscaler-file.js";
import { foldRanges, foldTexts } from "./folded.js";

/** Finds among many matches those that may hold wherever another one does, without comparing each with each. */
export interface MatchIndex {
  /** The indexes from `first` to `last` of such matches, in their order; each is still to be compared. */
  thatMayCover(inner: Match, first: number, last: number): readonly number[];
}

const textKeys = ["names", "tags", "nodes", "pools"] as const;
/** Of matches with more CT ids than this they are not looked up one by one. */
const mostVmids = 64;

/**
 * What covers a match has, for one key that it names itself, every entry of the other's: so it has the first of them. Matches of
 * any name, and of many CT ids, may cover others without that.
 */
export function indexMatches(matches: readonly Match[]): MatchIndex {
  const having = new Map<string, number[]>();
  const wide: number[] = [];
  const note = (key: string, index: number): void => {
    const known = having.get(key);
    if (known === undefined) having.set(key, [index]);
    else known.push(index);
  };
  for (const [index, match] of matches.entries()) {
    const vmids = foldRanges(match.vmids ?? []);
    const count = vmids.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    const texts = textKeys.filter((key) => match[key] !== undefined && !(key === "names" && match[key].includes("*")));
    for (const key of texts) {
      for (const entry of foldTexts(match[key] ?? []).lower) note(`${key} ${entry}`, index);
    }
    if (count > mostVmids || match.vmids === undefined) {
      if (texts.length === 0) wide.push(index);
      continue;
    }
    for (const { first, last } of vmids) for (let vmid = first; vmid <= last; vmid += 1) note(`vmids ${vmid}`, index);
  }
  return {
    thatMayCover(inner, first, last) {
      // Whatever has a key covers what has none of its entries.
      if ([inner.vmids, ...textKeys.map((key) => inner[key])].some((list) => list?.length === 0)) {
        return matches.flatMap((_, index) => (index >= first && index <= last ? [index] : []));
      }
      const found = new Set<number>();
      const add = (indexes: readonly number[] | undefined): void => {
        for (let at = after(indexes ?? [], first); indexes !== undefined && at < indexes.length; at += 1) {
          const index = indexes[at] ?? 0;
          if (index > last) break;
          found.add(index);
        }
      };
      add(wide);
      if (inner.vmids !== undefined) add(having.get(`vmids ${foldRanges(inner.vmids)[0]?.first ?? ""}`));
      for (const key of textKeys) {
        const [entry] = foldTexts(inner[key] ?? []).lower;
        if (entry !== undefined) add(having.get(`${key} ${entry}`));
      }
      return [...found].sort((a, b) => a - b);
    },
  };
}

/** The first place in a rising list from which numbers are at least `least`. */
function after(indexes: readonly number[], least: number): number {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indexes[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
