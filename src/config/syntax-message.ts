/** Sentences for what the YAML parser finds wrong, where its own are hard to follow. By its error codes. */
const sentences: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "YAML is indented with spaces; a tab is not allowed here.",
  BAD_ALIAS: 'A leading `*` is an alias in YAML. Put a glob in quotes: "*-web".',
  BAD_INDENT: "This is not indented like what it belongs to: entries of one map or list begin in the same column.",
  MULTIPLE_DOCS: "An autoscaler file is one YAML document; a second one begins here.",
  BLOCK_AS_IMPLICIT_KEY:
    "A `key: value` stands where only a text can: is a line indented too far, or does a text with `: ` lack its quotes?",
  BLOCK_IN_FLOW: "Between brackets or braces there is no `-` and no indentation: separate entries with commas.",
  MULTILINE_IMPLICIT_KEY: "A key must stand on one line and be followed by `:`; is the `:` missing?",
  BAD_SCALAR_START: "A plain text can't begin with this character; put the text in quotes.",
  BAD_DQ_ESCAPE: "In double quotes a backslash begins an escape, and this is none; use single quotes, or `\\\\`.",
  KEY_OVER_1024_CHARS: "A key can't be longer than 1024 characters.",
  UNEXPECTED_TOKEN: "This does not belong here: is a bracket, a quote or a line end missing before it?",
};

/** Texts of the parser for a missing character, and what they mean. */
const missing: readonly (readonly [RegExp, string])[] = [
  [/quote/u, "A quote is opened here and never closed."],
  [/Flow sequence.*end with a \]/u, "A list opened with `[` is not closed with `]`."],
  [/Flow map.*end with a \}/u, "Braces opened with `{` are not closed with `}`."],
  [/sufficiently indented/u, "A `[` or `{` opened before is not closed, or what is inside is not indented."],
  [/Missing , /u, "A comma is missing between two entries."],
  [/followed by map values/u, "A key must be followed by `:` and its value."],
  [/without - indicator/u, "This is indented like an entry of the list before it, but does not begin with `-`."],
  [/space after/u, "A space is missing before this."],
];

/**
 * One clear sentence about a syntax error. `code` and `message` are the parser's, `start` is where it complains in `text`.
 */
export function syntaxMessage(code: string, message: string, text: string, start: number): string {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", start);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  const reference = /[[{,:]\s*[^"'\s]*\$\{/u.exec(line);
  if (reference !== null && /[[{]/u.test(line.slice(0, line.indexOf("${")))) {
    return 'Between brackets or braces a reference needs quotes: "${env:NAME}".';
  }
  const known =
    missing.find(([pattern]) => (code === "MISSING_CHAR" || code === "BAD_INDENT") && pattern.test(message))?.[1] ??
    sentences[code];
  if (known !== undefined) return known;
  const own = (message.split("\n")[0] ?? message).replace(/ at line \d+, column \d+:?$/u, "");
  return /[.!?]$/u.test(own) ? own : `${own}.`;
}
