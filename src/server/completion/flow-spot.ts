import type { KeyPath, Span } from "../../config/index.js";
import { lineEndOf, nextLineOf } from "./lines.js";
import { keyAtStart } from "./outline.js";
import { plain, type Place, type Spot } from "./spot.js";

/** A place inside of brackets; `from` is where reading has come to. */
export function flowSpot({ text, outline, lineEnd, offset }: Place, from: number): Spot | null {
  outline.flow(from, offset);
  if (!outline.inFlow || outline.inComment) return null;
  const frame = outline.top;
  if (frame?.flow !== true || frame.complete) return null;
  const { token } = outline;
  const after = text.slice(offset, lineEnd);
  const path: KeyPath = frame.kind === "list" ? [...frame.path, frame.count] : [...frame.path, frame.key ?? ""];
  const wants = frame.kind === "list" ? "either" : frame.key === null ? "key" : "value";

  let replaces: Span;
  let open = false;
  if (token === null) {
    const quote = /^["']/u.exec(after)?.[0];
    const close = quote === undefined ? -1 : after.indexOf(quote, 1);
    if (quote !== undefined && close === -1) return null;
    replaces = { start: offset, end: offset + (quote === undefined ? plainLength(after) : close + 1) };
  } else if (token.end < offset) {
    return null;
  } else if (token.quote === "") {
    replaces = { start: token.start, end: offset + plainLength(after) };
  } else {
    const isClosed = token.end - token.start > 1 && text.charAt(token.end - 1) === token.quote;
    const close = isClosed ? 0 : after.indexOf(token.quote) + 1;
    // A quote that is not closed on its line is closed by the completion.
    open = !isClosed && close === 0;
    const word = /^[^\s,[\]{}"']*/u.exec(after)?.[0].length ?? 0;
    if (open && after.slice(word).trim() !== "") return null;
    replaces = { start: token.start, end: offset + (open ? word : close) };
  }
  if (wants === "key" && frame.present.has("")) return null;
  // `{` and a letter of a block map below: nothing is known of it.
  const behind = text.slice(replaces.end, replaces.end + 4000).replace(/^(?:\s|#[^\n]*\n)*/u, "");
  const hasColon = wants === "key" && behind.startsWith(":");
  const isEnd = behind === "" || /^[,}\]]/u.test(behind) || !/^(?:- +)*[A-Za-z_][\w-]*:(?:\s|$)/u.test(behind);
  const trail =
    hasColon || isEnd ? (/^[^,}\]:]/u.test(behind) && !hasColon && replaces.end !== lineEnd ? "," : "") : "";
  const follows = needsComma(text, replaces.end, frame.indent) && !hasColon ? "," : trail;
  const before = text.charAt(replaces.start - 1);
  const lead = wants === "value" && before === ":" ? " " : "";
  const key = frame.kind === "map" && frame.key === null;
  outline.flow(Math.max(offset, replaces.end), lineEnd);
  return {
    ...plain,
    wants,
    path: key ? frame.path : path,
    frame: wants === "value" ? null : frame,
    replaces,
    flow: true,
    hasColon,
    indent: frame.indent,
    lead,
    trail: open ? "" : follows,
  };
}

/** True where another entry of the same brackets follows that no comma divides from this place. */
function needsComma(text: string, from: number, indent: number): boolean {
  for (let at = from; at < text.length;) {
    const end = lineEndOf(text, at);
    const part = text.slice(at, end);
    const written = part.trimStart();
    if (at > from && written !== "" && keyAtStart(written) !== null && part.length - written.length <= indent)
      return false;
    if (written !== "" && !written.startsWith("#")) return !/^[,}\]:]/u.test(written);
    at = nextLineOf(text, at) ?? text.length;
  }
  return false;
}

function plainLength(after: string): number {
  const match = /^(?:[^\s,[\]{}#:"']|:(?![\s,[\]{}]|$)|\$\{[^}\s]*\})*/u.exec(after);
  return match?.[0].length ?? 0;
}
