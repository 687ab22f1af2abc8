import { Lexer } from "yaml";
import type { OldComment, OldEntry, OldFile, OldNode } from "./old-tree.js";

/** The text of a comment without what begins it, and without the blank after that. */
export function commentText(source: string): string {
  return source.replace(/^[#;]+!?[ \t]?/u, "").trimEnd();
}

/** Comments of a YAML text, found by its tokens: a `#` in a text is none. */
export function yamlComments(text: string): readonly OldComment[] {
  const comments: OldComment[] = [];
  let offset = 0;
  let scalar = false;
  for (const token of new Lexer().lex(text)) {
    // The lexer marks documents, scalars and errors with control characters that are not in the text.
    if (token === "\u0002" || token === "\u0018" || token === "\u001f") {
      scalar = token === "\u001f";
      continue;
    }
    if (!scalar && token.startsWith("#")) {
      const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
      comments.push({ start: offset, text: commentText(token), alone: line.trim() === "" });
    }
    scalar = false;
    offset += token.length;
  }
  return comments;
}

/** Comments by the entry they are about; those after the last entry belong to none. */
export interface AttachedComments {
  readonly of: ReadonlyMap<OldEntry, readonly string[]>;
  readonly rest: readonly string[];
  /** Those above everything: about the file, not about its first key. */
  readonly banner: readonly string[];
}

function allEntries(node: OldNode, found: OldEntry[], seen: Set<OldNode>): OldEntry[] {
  if (seen.has(node)) return found;
  seen.add(node);
  if (node.kind === "map") {
    for (const entry of node.entries) {
      found.push(entry);
      allEntries(entry.value, found, seen);
    }
  } else if (node.kind === "list") for (const item of node.items) allEntries(item, found, seen);
  return found;
}

/** How many of the first comments are about the file: all above a first section, those above a blank line otherwise. */
function bannerLength({ text, root, comments }: OldFile): number {
  const [first] = root.entries;
  if (first === undefined) return 0;
  const above = comments.filter(({ start, alone }) => alone && start < first.keySpan.start);
  if (first.value.kind !== "scalar") return above.length;
  for (let length = above.length; length > 0; length -= 1) {
    const next = above[length]?.start ?? first.keySpan.start;
    if (/\n[ \t]*\r?\n/u.test(text.slice(above[length - 1]?.start, next))) return length;
  }
  return 0;
}

/** Gives each comment to the entry it is about: the next one below, or the one on whose line it stands. */
export function attachComments(file: OldFile): AttachedComments {
  const { root, comments } = file;
  const entries = allEntries(root, [], new Set()).sort((a, b) => a.keySpan.start - b.keySpan.start);
  const of = new Map<OldEntry, string[]>();
  const rest: string[] = [];
  const about = bannerLength(file);
  let index = 0;
  for (const { start, text, alone } of comments.slice(about)) {
    while (index < entries.length && (entries[index]?.keySpan.start ?? 0) < start) index += 1;
    const entry = alone ? entries[index] : (entries[index - 1] ?? entries[index]);
    if (entry === undefined) rest.push(text);
    else {
      const own = of.get(entry) ?? [];
      own.push(text);
      of.set(entry, own);
    }
  }
  return { of, rest, banner: comments.slice(0, about).map(({ text }) => text) };
}
