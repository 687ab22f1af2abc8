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

/** What of a match is looked up. */
interface Terms {
  /** A match that covers another one has one of the other's first terms among its own; `null`: it may cover any. */
  readonly own: readonly string[] | null;
  readonly first: readonly string[];
  /** Whatever has a key covers what has none of its entries. */
  readonly empty: boolean;
}

const known = new WeakMap<Match, Terms>();

function termsOf(match: Match): Terms {
  const before = known.get(match);
  if (before !== undefined) return before;
  const vmids = foldRanges(match.vmids ?? []);
  const count = vmids.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const own: string[] = [];
  const first = vmids[0] === undefined ? [] : [`vmids ${vmids[0].first}`];
  let bound = match.vmids !== undefined && count <= mostVmids;
  if (bound)
    for (const range of vmids) for (let vmid = range.first; vmid <= range.last; vmid += 1) own.push(`vmids ${vmid}`);
  for (const key of textKeys) {
    const list = match[key];
    if (list === undefined) continue;
    const terms = [...foldTexts(list).lower].map((entry) => `${key} ${entry}`);
    first.push(...terms.slice(0, 1));
    // Any name is no condition.
    if (key === "names" && list.includes("*")) continue;
    bound = true;
    own.push(...terms);
  }
  const empty = [match.vmids, ...textKeys.map((key) => match[key])].some((list) => list?.length === 0);
  const terms = { own: bound ? own : null, first, empty };
  known.set(match, terms);
  return terms;
}

/**
 * What covers a match has, for one key that it names itself, every entry of the other's: so it has the first of them. Matches of
 * any name, and of many CT ids, may cover others without that.
 */
export function indexMatches(matches: readonly Match[]): MatchIndex {
  const having = new Map<string, number | number[]>();
  const wide: number[] = [];
  for (const [index, match] of matches.entries()) {
    const { own } = termsOf(match);
    if (own === null) wide.push(index);
    for (const term of own ?? []) {
      const before = having.get(term);
      if (before === undefined) having.set(term, index);
      else if (typeof before === "number") having.set(term, [before, index]);
      else before.push(index);
    }
  }
  return {
    thatMayCover(inner, first, last) {
      const { empty, first: terms } = termsOf(inner);
      if (empty) return matches.flatMap((_, index) => (index >= first && index <= last ? [index] : []));
      const lists: (readonly number[])[] = [];
      for (const term of terms) {
        const list = having.get(term);
        if (typeof list === "object") lists.push(list);
        else if (list !== undefined && list >= first) lists.push([list]);
      }
      if (lists.length === 0 && wide.length === 0) return [];
      const found = new Set<number>();
      for (const indexes of [wide, ...lists]) {
        for (let at = firstFrom(indexes, first); at < indexes.length; at += 1) {
          const index = indexes[at] ?? 0;
          if (index > last) break;
          found.add(index);
        }
      }
      return [...found].sort((a, b) => a - b);
    },
  };
}

/** The first place in a rising list from which numbers are at least `least`. */
function firstFrom(indexes: readonly number[], least: number): number {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indexes[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
