/** A word of a shell line for people: quoted only where it must be. */
export function quoteWord(word: string): string {
  return /^[\w./@:=+-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
