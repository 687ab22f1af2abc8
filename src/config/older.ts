import { isMap, isScalar, isSeq, spanOf } from "./document.js";
import type { AutoscalerDocument, Node, PlacedProblem } from "./document.js";
import { formatNames, olderDefects, recogniseOlder, recordFormat } from "./migrate/index.js";

function topKeys(root: Node | null): readonly string[] {
  if (!isMap(root)) return [];
  return root.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
}

function message(name: string, product: string): string {
  return `This is the format of ${name}. \`lxc-autoscaler migrate\` makes a ${product} of it.`;
}

/** Recognises what earlier programs recorded, from the text alone: such files are long, and no YAML. `null`: it is none. */
export function olderRecord(text: string): PlacedProblem | null {
  const record = recordFormat(text);
  if (record === null) return null;
  const product = record === "metrics" ? "trace" : "version 1 file";
  return { code: "older-format", span: { start: 0, end: 1 }, message: message(formatNames[record], product) };
}

/**
 * Recognises the formats of earlier programs: one finding that says so, and what is wrong in the file by the rules of its own
 * format. Empty: it is none of them.
 */
export function olderFormatProblems(document: AutoscalerDocument, file: string): readonly PlacedProblem[] {
  const recognised = recogniseOlder(document, file);
  if (recognised === null) return [];
  const { format, place } = recognised;
  const older: PlacedProblem = {
    code: "older-format",
    span: place,
    message: message(formatNames[format], "version 1 file"),
  };
  return [older, ...olderDefects(recognised, file)];
}

/** What a text is that is no autoscaler file at all; `null` where it might be one. */
export function notAConfiguration(document: AutoscalerDocument, known: ReadonlySet<string>): PlacedProblem | null {
  const { root, text } = document;
  const problem = (message: string, node: Node | null): PlacedProblem => {
    const start = node === null ? 0 : spanOf(node).start;
    const line = /^[^\r\n]*/u.exec(text.slice(start))?.[0].trimEnd().length ?? 0;
    return { code: "not-a-configuration", span: { start, end: start + line }, message };
  };
  if (root === null || (isScalar(root) && root.value === null)) {
    return problem("The file is empty. An autoscaler file begins with `version: 1`.", null);
  }
  if (isSeq(root)) return problem("This is a list; an autoscaler file has keys, and begins with `version: 1`.", root);
  if (!isMap(root)) return problem("This is a text; an autoscaler file has keys, and begins with `version: 1`.", root);
  const keys = topKeys(root);
  if (keys.length === 0) return problem("The file is empty. An autoscaler file begins with `version: 1`.", root);
  if (keys.some((key) => known.has(key))) return null;
  return problem(
    "This is no autoscaler file: it has no key of one. An autoscaler file begins with `version: 1`.",
    root,
  );
}
