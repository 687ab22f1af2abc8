import type { Pair } from "yaml";
import type { FindingCode } from "./codes.js";
import { isAlias, isMap, isScalar, isSeq, largestText, parseDocument, spanOf } from "./document.js";
import type { AutoscalerDocument, Node, PlacedProblem, Span } from "./document.js";
import { resolveReference } from "./references.js";
import type { Environment, ReadFile } from "./references.js";

/** Why an included file could not be read. */
export type IncludeFault = "missing" | "unreadable" | "binary" | "too-large" | "not-allowed";

/** An included file: its name for findings, the same for the same file, and its text. */
export type Included = { readonly name: string; readonly text: string } | { readonly fault: IncludeFault };

/** Reads a file that the file `from` names in its `include`. A relative path is relative to `from`. */
export type ReadInclude = (path: string, from: string) => Included;

/** A file of a configuration, with its text. */
export interface Source {
  readonly name: string;
  readonly document: AutoscalerDocument;
}

/** A file and all it includes, in the order in which they are laid over each other: the including one last. */
export interface Sources {
  readonly all: readonly Source[];
  readonly main: Source;
  /** What is wrong with the entries of `include`. */
  readonly problems: readonly PlacedProblem[];
  /** Every file that is named could be read. */
  readonly complete: boolean;
}

/** So many files may lead from one to the next. */
export const deepestInclude = 8;
/** So many files may be included in all. */
export const mostIncludes = 64;

interface Entry {
  readonly node: Node;
  readonly path: string;
}

/** The paths in `include`; those that can't be read yet are none. */
function entriesOf(document: AutoscalerDocument, environment: Environment, readFile: ReadFile): readonly Entry[] {
  const { root } = document;
  if (!isMap(root)) return [];
  const pair = (root.items as Pair<Node | null, Node | null>[]).find(
    ({ key }) => isScalar(key) && key.value === "include",
  );
  const list = follow(pair?.value ?? null, document);
  if (!isSeq(list)) return [];
  return (list.items as (Node | null)[]).flatMap((node) => {
    const scalar = follow(node, document);
    if (node === null || !isScalar(scalar) || typeof scalar.value !== "string" || scalar.value === "") return [];
    const resolution = resolveReference(scalar.source ?? scalar.value, environment, readFile);
    return "value" in resolution ? [{ node, path: resolution.value }] : [];
  });
}

function follow(node: Node | null, document: AutoscalerDocument): Node | null {
  return node !== null && isAlias(node) ? (document.aliases.get(node) ?? null) : node;
}

const faults: Readonly<Record<Exclude<IncludeFault, "not-allowed">, string>> = {
  missing: "There is no such file",
  unreadable: "This file may not be read",
  binary: "This is a binary file, and an autoscaler file is YAML text in UTF-8",
  "too-large": `This file is larger than ${largestText / 1024 / 1024} MB`,
};

/**
 * Reads all that a file includes, and what that includes. A file that is named twice counts once, where it is named first.
 * Without `readInclude` nothing is read. Documents are given ranges of offsets of their own, the including file's from 0,
 * so that one offset says which file it is in, and a later one wins.
 */
export function gatherSources(
  main: Source,
  {
    environment,
    readFile,
    readInclude,
  }: {
    readonly environment: Environment;
    readonly readFile: ReadFile;
    readonly readInclude: ReadInclude | undefined;
  },
): Sources {
  const all: Source[] = [];
  const found: {
    readonly source: Source;
    readonly node: Node;
    readonly code: FindingCode;
    readonly message: string;
  }[] = [];
  const seen = new Set<string>([main.name]);
  let size = main.document.text.length;
  let complete = true;

  const visit = (source: Source, chain: readonly string[]): void => {
    for (const { node, path } of entriesOf(source.document, environment, readFile)) {
      const report = (code: FindingCode, message: string): void => {
        complete = false;
        found.push({ source, node, code, message });
      };
      if (chain.length > deepestInclude) {
        report("bad-include", `More than ${deepestInclude} files lead to this one; it is not read.`);
        continue;
      }
      if (seen.size > mostIncludes) {
        report("bad-include", `More than ${mostIncludes} files are included; this one is not read.`);
        continue;
      }
      const included: Included = readInclude === undefined ? { fault: "not-allowed" } : readInclude(path, source.name);
      if ("fault" in included) {
        if (included.fault === "not-allowed") {
          report("include-not-read", "This file is not read here, so what it says does not count in what is shown.");
        } else {
          report("bad-include", `${faults[included.fault]}, so it can't be included.`);
        }
        continue;
      }
      const { name, text } = included;
      if (chain.includes(name)) {
        const itself =
          chain.at(-1) === name ? "itself" : chain.slice(chain.indexOf(name) + 1).join(", which includes ");
        const message =
          itself === "itself"
            ? "This file includes itself."
            : `A circle: this file includes ${itself}, which includes it.`;
        report("bad-include", message);
        continue;
      }
      if (seen.has(name)) continue;
      seen.add(name);
      size += text.length;
      if (size > largestText) {
        report("bad-include", `With this file all files together are larger than ${largestText / 1024 / 1024} MB.`);
        continue;
      }
      const next: Source = { name, document: parseDocument(text) };
      visit(next, [...chain, name]);
      all.push(next);
    }
  };
  visit(main, [main.name]);
  if (all.length === 0 && found.length === 0) return { all: [main], main, problems: [], complete };

  let base = 0;
  const placed = new Map<Source, Source>([[main, main]]);
  for (const source of [...all].reverse()) {
    base -= source.document.text.length + 1;
    placed.set(source, { name: source.name, document: shifted(source.document, base) });
  }
  const problems = found.map(({ node, code, message }): PlacedProblem => ({ code, message, span: spanOf(node) }));
  return { all: [...all.map((source) => placed.get(source) ?? source), main], main, problems, complete };
}

/** Moves a document to a range of offsets of its own; its nodes are changed. */
function shifted(document: AutoscalerDocument, base: number): AutoscalerDocument {
  const move = (node: unknown): void => {
    if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return;
    if (node.range !== null && node.range !== undefined) {
      const [start, value, end] = node.range;
      node.range = [start + base, value + base, end + base];
    }
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        move(key);
        move(value);
      }
    } else if (isSeq(node)) {
      for (const item of node.items) move(item);
    }
  };
  move(document.root);
  const problems = document.problems.map(({ code, message, span }): PlacedProblem => {
    const place: Span = { start: span.start + base, end: span.end + base };
    return { code, message, span: place };
  });
  return { ...document, base, problems };
}

/** The source that an offset is in. */
export function sourceAt({ all, main }: Sources, offset: number): Source {
  if (offset >= 0) return main;
  return all.find(({ document }) => offset >= document.base && offset <= document.base + document.text.length) ?? main;
}
