import { Composer, isAlias, isMap, isPair, isScalar, isSeq, Lexer, LineCounter, Parser } from "yaml";
import type { Alias, CST, Document, Node, Pair, ParsedNode, YAMLMap } from "yaml";
import type { Range } from "../model/index.js";
import type { Problem } from "./codes.js";
import type { Span } from "./span.js";
import { brokenBlock } from "./syntax-block.js";
import type { Complaint } from "./syntax-block.js";
import { syntaxMessage } from "./syntax-message.js";
import { syntaxRemedies } from "./syntax-remedies.js";

export interface PlacedProblem extends Problem {
  readonly span: Span;
}

/** A text read as YAML once: everything that asks about a version of a file shares it. */
export interface AutoscalerDocument {
  /** Without a byte order mark, which editors don't count either. */
  readonly text: string;
  /** The offset of its first character: documents that are read together have ranges of their own. */
  readonly base: number;
  /** `null` where the text is too large or too deep to be read. */
  readonly yaml: Document.Parsed | null;
  /** `null` where there is nothing in the document, or it was not read. */
  readonly root: Node | null;
  /** The node each alias stands for. */
  readonly aliases: ReadonlyMap<Alias, Node>;
  /** What is wrong with it as YAML. */
  readonly problems: readonly PlacedProblem[];
  readonly lines: LineCounter;
}

/** 5 MB: no configuration is that long, and reading more would block an editor. */
export const largestText = 5 * 1024 * 1024;
/** The format itself needs eight levels. */
export const deepest = 64;
/** Nodes that all aliases together may stand for. */
export const mostAliasedNodes = 100_000;
/** So many syntax errors are told. */
const mostSyntaxProblems = 20;
/** So many characters are parsed again to find further ones: an editor waits for it. */
const mostSyntaxEffort = 400_000;

type ParsedDocument = Document.Parsed;

/** The text of a span. */
export function sliceOf({ text, base }: AutoscalerDocument, start: number, end: number): string {
  return text.slice(start - base, end - base);
}

/** A span without the blank space at its end: a block map or list reaches to what comes next, which is not part of it. */
export function trimmedSpan(document: AutoscalerDocument, span: Span): Span {
  const last = document.base + document.text.length;
  const start = Math.min(span.start, last);
  const trimmed = start + sliceOf(document, start, span.end).trimEnd().length;
  return { start, end: trimmed > start ? trimmed : Math.min(Math.max(span.end, start), last) };
}

/** The 1-based range of a span, without blank space at its end. */
export function rangeOf(document: AutoscalerDocument, span: Span): Range {
  return exactRangeOf(document, trimmedSpan(document, span));
}

/** The 1-based range of just this span. */
export function exactRangeOf(document: AutoscalerDocument, { start, end }: Span): Range {
  const from = document.lines.linePos(start - document.base);
  const to = document.lines.linePos(end - document.base);
  return {
    line: Math.max(from.line, 1),
    column: Math.max(from.col, 1),
    endLine: Math.max(to.line, 1),
    endColumn: Math.max(to.col, 1),
  };
}

/** Bytes of UTF-8 over the limit? Counted only where the number of UTF-16 units leaves it open. */
function tooLarge(text: string): boolean {
  if (text.length > largestText) return true;
  if (text.length * 3 <= largestText) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes > largestText;
}

/** Bounds of how deep a text can be nested, from its characters alone: quotes and comments only make them too high. */
interface DepthBounds {
  readonly brackets: number;
  readonly blocks: number;
  /** Where a line begins with so many indicators (`- - - …`) that it need not be parsed. */
  readonly absurd: Span | null;
}

function boundDepth(text: string): DepthBounds {
  let depth = 0;
  let brackets = 0;
  let lead = 0;
  let longestLead = 0;
  let leading = true;
  let indicators = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x0a) {
      lead = 0;
      indicators = 0;
      leading = true;
    } else if (leading && (unit === 0x20 || unit === 0x2d || unit === 0x3f || unit === 0x3a || unit === 0x09)) {
      lead += 1;
      if (lead > longestLead) longestLead = lead;
      // Parsing them costs the square of their number. A thousand are no text in a block scalar either.
      if (unit === 0x2d || unit === 0x3f) indicators += 1;
      if (indicators > 1000) return { brackets, blocks: lead, absurd: { start: index, end: index + 1 } };
    } else {
      leading = false;
      if (unit === 0x5b || unit === 0x7b) {
        depth += 1;
        if (depth > brackets) brackets = depth;
      } else if ((unit === 0x5d || unit === 0x7d) && depth > 0) depth -= 1;
    }
  }
  // Each column of indentation opens one map and one list at most.
  return { brackets, blocks: 2 * (longestLead + 1), absurd: null };
}

/** Where nesting in brackets first exceeds the limit. */
function deepBrackets(text: string): Span | null {
  let depth = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") depth += 1;
    else if (token === "]" || token === "}") depth -= 1;
    if (depth > deepest) return { start: offset, end: offset + 1 };
    // The lexer marks a document and a scalar with control characters that are not in the text.
    if (token !== "\u0002" && token !== "\u001f" && token !== "\u0018") offset += token.length;
  }
  return null;
}

interface TokenLike {
  readonly offset?: number;
  readonly value?: unknown;
  readonly items?: readonly { readonly key?: unknown; readonly value?: unknown }[];
}

/** Where nesting of any kind first exceeds the limit, without recursion. */
function deepTokens(tokens: readonly unknown[]): Span | null {
  const open: { readonly token: TokenLike; readonly depth: number }[] = [];
  for (const token of tokens) open.push({ token: token as TokenLike, depth: 0 });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > deepest) return { start: token.offset ?? 0, end: (token.offset ?? 0) + 1 };
    const inside = depth + (token.items === undefined ? 0 : 1);
    const add = (child: unknown): void => {
      if (typeof child === "object" && child !== null) open.push({ token: child, depth: inside });
    };
    if (token.items === undefined) add(token.value);
    for (const item of token.items ?? []) {
      add(item.key);
      add(item.value);
    }
  }
  return null;
}

/** The node's own span, without what follows it. */
export function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

/** A span that can be seen: what is missing at the end of the text is shown at its last character. */
function visible(start: number, end: number, text: string): Span {
  if (end > start) return { start, end };
  const last = text.slice(0, start).trimEnd().length;
  return { start: Math.max(0, last - 1), end: last };
}

/** Finds what each alias stands for, and where aliases together stand for more nodes than is sane. */
function followAliases(root: Node, aliases: Map<Alias, Node>, problems: PlacedProblem[]): void {
  const anchors = new Map<string, Node>();
  const sizes = new Map<Node, number>();
  let aliased = 0;
  let over = false;

  const size = (node: Node | Pair | null): number => {
    if (node === null) return 0;
    if (isPair(node)) return size(node.key as Node | null) + size(node.value as Node | null);
    if (isAlias(node)) return sizeOfAlias(node);
    // The anchor counts before its content: an alias to itself inside stands for something endless.
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    let total = 1;
    if (isMap(node) || isSeq(node)) {
      sizes.set(node, Number.POSITIVE_INFINITY);
      for (const item of node.items) total += size(item as Node | Pair | null);
    }
    sizes.set(node, total);
    return total;
  };

  const sizeOfAlias = (alias: Alias): number => {
    const target = anchors.get(alias.source);
    if (target === undefined) {
      problems.push({
        code: "unknown-reference",
        span: spanOf(alias),
        message: `No anchor \`&${alias.source}\` stands before this alias. If a glob is meant, put it in quotes: "*${alias.source}".`,
        suggestion: `"*${alias.source}"`,
      });
      return 1;
    }
    const total = sizes.get(target) ?? 1;
    aliased += total;
    if (aliased > mostAliasedNodes && !over) {
      over = true;
      problems.push({
        code: "alias-limit",
        span: spanOf(alias),
        message: Number.isFinite(aliased)
          ? `With this alias all aliases together stand for more than ${mostAliasedNodes} values; the file is not read further.`
          : `\`*${alias.source}\` stands inside of what it stands for, which never ends.`,
      });
    }
    aliases.set(alias, target);
    return total;
  };

  size(root);
}

/** The parser's complaint, and what it is here. */
interface PlacedComplaint extends Complaint {
  readonly problem: PlacedProblem;
}

function compose(tokens: Iterable<CST.Token>, length: number): readonly ParsedDocument[] {
  const options = { version: "1.2", uniqueKeys: false, prettyErrors: false } as const;
  return [...new Composer<ParsedNode>(options).compose(tokens, true, length)];
}

/** The parser's first complaint: one slip often makes it complain several times, and only the first is about the slip. */
function firstComplaint(text: string, documents: readonly ParsedDocument[]): PlacedComplaint | null {
  const [yaml, second] = documents;
  const complaints: PlacedComplaint[] = [];
  for (const { code, message, pos } of yaml?.errors ?? []) {
    const [start, end] = pos;
    const said = syntaxMessage(code, message, text, start);
    const remedies = syntaxRemedies({ code, message, start }, said, text);
    const span = visible(start, end, text);
    complaints.push({ at: start, parser: message, problem: { code: "syntax", span, message: said, remedies } });
  }
  for (const { message, pos } of yaml?.warnings ?? []) {
    const [start, end] = pos;
    complaints.push({ at: start, parser: message, problem: { code: "syntax", span: { start, end }, message } });
  }
  if (yaml?.directives.yaml.explicit === true && yaml.directives.yaml.version !== "1.2") {
    const start = Math.max(0, text.search(/^%YAML/mu));
    const end = start + (/^[^\r\n]*/u.exec(text.slice(start))?.[0].trimEnd().length ?? 0);
    const message = "Autoscaler files are YAML 1.2, not 1.1.";
    complaints.push({ at: start, parser: message, problem: { code: "syntax", span: { start, end }, message } });
  }
  if (second !== undefined) {
    const start = second.range[0];
    const end = start + (/^(?:---|[^\r\n]*)/u.exec(text.slice(start))?.[0].length ?? 0);
    const message = syntaxMessage("MULTIPLE_DOCS", "", text, start);
    complaints.push({ at: start, parser: message, problem: { code: "syntax", span: { start, end }, message } });
  }
  return complaints.sort((a, b) => a.problem.span.start - b.problem.span.start)[0] ?? null;
}

/**
 * What is wrong with a text as YAML. What follows a slip is usually its consequence; so after each complaint the entry it
 * is in is left out, and only what is wrong without it is another one.
 */
function syntaxProblems(text: string, documents: readonly ParsedDocument[], length: number): readonly PlacedProblem[] {
  const problems: PlacedProblem[] = [];
  let rest = text;
  let complaint = firstComplaint(text, documents);
  let effort = 0;
  while (complaint !== null && problems.length < mostSyntaxProblems) {
    problems.push(complaint.problem);
    effort += length;
    const block = effort > mostSyntaxEffort ? null : brokenBlock(rest, complaint);
    if (block === null) break;
    rest =
      rest.slice(0, block.start) +
      rest.slice(block.start, block.end).replaceAll(/[^\r\n]/gu, " ") +
      rest.slice(block.end);
    complaint = firstComplaint(rest, compose(new Parser().parse(rest), rest.length));
    // Before the end of what was left out nothing else can be wrong that was not there before.
    if (complaint !== null && complaint.at < block.end) break;
  }
  return problems;
}

/**
 * Reads a text as YAML 1.2. Never throws; what is wrong with it is in `problems`. Of a part of a longer text `length` is that
 * of the whole, so that the same effort is made to find what is wrong.
 */
export function parseDocument(source: string, length: number = source.length): AutoscalerDocument {
  const lines = new LineCounter();
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  // The parser does not tell of line ends inside of what it can't read.
  const countLines = (end: number): void => {
    lines.lineStarts = [0];
    for (let at = text.indexOf("\n"); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) {
      lines.lineStarts.push(at + 1);
    }
  };
  const unread = (problem: PlacedProblem): AutoscalerDocument => {
    // Only what the finding needs: the lines up to its place.
    countLines(problem.span.start);
    return { text, base: 0, yaml: null, root: null, aliases: new Map(), problems: [problem], lines };
  };
  if (tooLarge(text)) {
    return unread({
      code: "too-large",
      span: { start: 0, end: 0 },
      message: `The text is larger than ${largestText / 1024 / 1024} MB; it is not read.`,
    });
  }
  const tooDeep = (span: Span): AutoscalerDocument =>
    unread({ code: "too-deep", span, message: `Nested more than ${deepest} levels deep; the file is not read.` });
  const bounds = boundDepth(text);
  const brackets = bounds.absurd ?? (bounds.brackets > deepest ? deepBrackets(text) : null);
  if (brackets !== null) return tooDeep(brackets);

  countLines(text.length);
  const tokens = [...new Parser().parse(text)];
  const deep = bounds.brackets + bounds.blocks > deepest ? deepTokens(tokens) : null;
  if (deep !== null) return tooDeep(deep);

  const documents = compose(tokens, text.length);
  const [yaml] = documents;
  const problems: PlacedProblem[] = [...syntaxProblems(text, documents, length)];

  const aliases = new Map<Alias, Node>();
  const root = yaml?.contents ?? null;
  if (root !== null && problems.length === 0 && /[&*]/u.test(text)) followAliases(root, aliases, problems);
  return { text, base: 0, yaml: yaml ?? null, root, aliases, problems, lines };
}

export { isAlias, isMap, isScalar, isSeq };
export type { Span };
export type { Node, YAMLMap };
