/** The end of the line that begins at an offset, without its line break. */
export function lineEndOf(text: string, start: number): number {
  const feed = text.indexOf("\n", start);
  const end = feed === -1 ? text.length : feed;
  return end > start && text.charAt(end - 1) === "\r" ? end - 1 : end;
}

/** The beginning of the line after the one that begins at an offset; `null` after the last one. */
export function nextLineOf(text: string, start: number): number | null {
  const feed = text.indexOf("\n", start);
  return feed === -1 ? null : feed + 1;
}

/** The column of the next line with something on it. */
export function lineAfter(text: string, lineEnd: number): { readonly column: number; readonly isDash: boolean } | null {
  for (let at = nextLineOf(text, lineEnd); at !== null; at = nextLineOf(text, at)) {
    const line = text.slice(at, lineEndOf(text, at));
    const column = line.search(/\S/u);
    if (column === -1 || line.charAt(column) === "#") continue;
    return { column, isDash: /^-(?:\s|$)/u.test(line.slice(column)) };
  }
  return null;
}

/** Columns of blank space; a tab, which YAML does not allow there, is meant as one level. */
export function widthOf(blank: string, step: number): number {
  return blank.replaceAll("\t", " ".repeat(step)).length;
}

/** Spaces of one level, from the first line that is further in. */
export function stepOf(text: string): number {
  const first = /^[A-Za-z][\w-]*:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( {2,8})(?=[A-Za-z])/mu.exec(text.slice(0, 20_000));
  return first?.[1]?.length ?? 2;
}
