/** One line of an iCalendar text: `DTSTART;VALUE=DATE:20261225`. */
export interface ContentLine {
  /** In capitals. */
  readonly name: string;
  /** By name in capitals, values without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
  /** 1-based line of the text on which it begins. */
  readonly line: number;
}

/** The lines of a text, those put together that were folded (RFC 5545, 3.1). `null` in place of one that has no form. */
export function contentLines(text: string): readonly (ContentLine | { readonly line: number; readonly name: null })[] {
  const found: { text: string; readonly line: number }[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/u, "")
    .split(/\r\n|\n|\r/u)
    .entries()) {
    const last = found.at(-1);
    if (last !== undefined && /^[ \t]/u.test(line)) last.text += line.slice(1);
    else if (line !== "") found.push({ text: line, line: index + 1 });
  }
  return found.map(({ text: content, line }) => parseLine(content, line) ?? { line, name: null });
}

function parseLine(text: string, line: number): ContentLine | null {
  const name = /^[A-Za-z0-9-]+/u.exec(text)?.[0];
  if (name === undefined) return null;
  const parameters = new Map<string, string>();
  const parameter = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,])*(?:,(?:"[^"]*"|[^";:,])*)*)/uy;
  let at = name.length;
  for (;;) {
    parameter.lastIndex = at;
    const match = parameter.exec(text);
    if (match === null) break;
    parameters.set((match[1] ?? "").toUpperCase(), (match[2] ?? "").replaceAll('"', ""));
    at = parameter.lastIndex;
  }
  return text[at] === ":" ? { name: name.toUpperCase(), parameters, value: text.slice(at + 1), line } : null;
}
