/**
 * Quotes one argument for a POSIX shell, so that it arrives as the very same bytes: plain words stay as they are,
 * everything else goes between single quotes, where only the single quote itself needs care (POSIX.1-2024, 2.2.2).
 * A NUL can't be in an argument at all: throws a RangeError.
 */
export function quoteArgument(argument: string): string {
  if (argument.includes("\0")) throw new RangeError("A command's argument can't contain a NUL character.");
  // `~` and `=` are left out of the plain characters: both can mean something at the start of a word.
  if (/^[A-Za-z0-9_@%+:,./-]+$/u.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'"'"'`)}'`;
}

/** One cell of CSV (RFC 4180): quoted where a comma, a quote or a line break would be misread, quotes doubled. */
export function quoteCsv(text: string): string {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
