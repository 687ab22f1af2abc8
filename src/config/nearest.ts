/** Edits that turn one word into the other: insert, delete, replace, swap neighbours. Gives up above `limit`. */
function distance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        least = Math.min(least, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(least);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** Case, hyphens and underscores are the commonest difference: `max_step` is `maxStep`. */
function fold(word: string): string {
  return word.replaceAll(/[-_\s]/gu, "").toLowerCase();
}

/** The candidate a mistyped word was probably meant to be, or `null`. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  // A word this long is no slip of the pen, and comparing it would cost.
  if (word.length > 60) return null;
  const folded = fold(word);
  let best: string | null = null;
  let least = Math.max(1, Math.floor(folded.length / 3)) + 0.5;
  for (const candidate of candidates) {
    const other = fold(candidate);
    const edits = distance(folded, other, Math.ceil(least));
    // A missing ending (`max` for `maxStep`) is no typing error, so it must not win by being short.
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
