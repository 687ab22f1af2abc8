/** What stands between two texts that differ: everything before and after it is the same. */
export interface Edit {
  readonly start: number;
  /** In the text before. */
  readonly oldEnd: number;
  /** In the text after. */
  readonly newEnd: number;
}

/** So many characters are compared at once, as long as they are the same. */
const chunk = 4096;

/** The one edit that makes one text of another. */
export function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start + chunk <= shorter && before.slice(start, start + chunk) === after.slice(start, start + chunk)) {
    start += chunk;
  }
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let [oldEnd, newEnd] = [before.length, after.length];
  const isChunk = (): boolean => Math.min(oldEnd, newEnd) - chunk >= start;
  while (isChunk() && before.slice(oldEnd - chunk, oldEnd) === after.slice(newEnd - chunk, newEnd)) {
    oldEnd -= chunk;
    newEnd -= chunk;
  }
  while (oldEnd > start && newEnd > start && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  return { start, oldEnd, newEnd };
}

/** Where the lines of the text after an edit begin, from where those of the text before do. */
export function lineStartsAfter(lines: readonly number[], { start, oldEnd, newEnd }: Edit, after: string): number[] {
  let index = 0;
  let end = lines.length;
  while (index < end) {
    const middle = (index + end) >>> 1;
    if ((lines[middle] ?? 0) <= start) index = middle + 1;
    else end = middle;
  }
  const starts = lines.slice(0, index);
  const by = newEnd - oldEnd;
  for (let at = after.indexOf("\n", start); at !== -1 && at < newEnd; at = after.indexOf("\n", at + 1)) {
    starts.push(at + 1);
  }
  for (; index < lines.length; index += 1) {
    const line = lines[index] ?? 0;
    if (line > oldEnd) starts.push(line + by);
  }
  return starts;
}
