import type { Finding, Fix, TextEdit } from "../../model/index.js";
import { exactRangeOf } from "../document.js";
import type { AutoscalerDocument } from "../document.js";
import { readAutoscalerFile } from "../read.js";
import type { AutoscalerReading } from "../read.js";
import type { Remedy, SpanEdit } from "../remedy.js";
import { editsOf } from "./edits.js";
import { remediesOf } from "./remedies.js";

/** Edits in the order of the text; `null` where two of them overlap or one is outside of the document. */
export function ordered(document: AutoscalerDocument, edits: readonly SpanEdit[]): readonly SpanEdit[] | null {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let last = document.base;
  for (const { start, end } of sorted) {
    if (start < last || end < start) return null;
    last = end;
  }
  return last > document.base + document.text.length ? null : sorted;
}

/** The text of a document with edits that are in order. */
export function edited(document: AutoscalerDocument, edits: readonly SpanEdit[]): string {
  let text = "";
  let at = 0;
  for (const edit of edits) {
    text += document.text.slice(at, edit.start - document.base) + edit.text;
    at = edit.end - document.base;
  }
  return text + document.text.slice(at);
}

function count(findings: readonly Finding[], code: string): number {
  return findings.filter((finding) => finding.code === code).length;
}

function errors(findings: readonly Finding[]): number {
  return findings.filter(({ severity }) => severity === "error").length;
}

/** What may come of a key that is given the right name, beside the mistakes that nobody looked at below the wrong one. */
const collisions = ["duplicate-key", "two-strategies"];

/**
 * True where a text has fewer findings of a code, and no more errors than were known: of a text that was not YAML nobody
 * knew any, and below a mistyped key (`polices`) nobody had looked.
 */
function isBetter(before: readonly Finding[], after: readonly Finding[], code: string): boolean {
  if (code === "syntax") return count(after, code) < count(before, code);
  if (code === "unknown-key" && uncovers(before, after)) return true;
  return count(after, code) < count(before, code) && errors(after) <= errors(before);
}

/** True where the right name of a key uncovers mistakes below it, and collides with nothing. */
function uncovers(before: readonly Finding[], after: readonly Finding[]): boolean {
  const known = new Set(before.map(({ code, message }) => `${code} ${message}`));
  const gone = before.length - before.filter((one) => after.some((other) => sameFinding(one, other))).length;
  const added = after.filter(({ code, message, severity }) => severity === "error" && !known.has(`${code} ${message}`));
  return gone > 0 && added.every(({ code }) => !collisions.includes(code));
}

function sameFinding(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.line === b.line && a.message === b.message;
}

/** A remedy as edits, and the text it makes. */
interface Candidate {
  readonly remedy: Remedy;
  readonly edits: readonly SpanEdit[];
  readonly text: string;
}

function candidates(reading: AutoscalerReading, finding: Finding): readonly Candidate[] {
  const { document, problems } = reading;
  const problem = problems.get(finding);
  // What stands in an included file is mended there, and what an earlier program reads does not know our ways out.
  if (problem === undefined || finding.file !== reading.options.file) return [];
  if (reading.findings.some(({ code }) => code === "older-format")) return [];
  return remediesOf(problem, document).flatMap((remedy) => {
    const found = editsOf(document, remedy);
    const edits = found === null ? null : ordered(document, found);
    return edits === null || edits.length === 0 ? [] : [{ remedy, edits, text: edited(document, edits) }];
  });
}

function textEdit(document: AutoscalerDocument, { text, ...span }: SpanEdit): TextEdit {
  return { range: exactRangeOf(document, span), newText: text };
}

/**
 * Ways to mend a finding of a reading, the best first. Each was tried: the text that it makes has the finding no more, and
 * no more errors than before. Takes one reading of the text for each.
 */
export function fixesOf(reading: AutoscalerReading, finding: Finding): readonly Fix[] {
  const found = candidates(reading, finding).filter(({ text }) =>
    isBetter(reading.findings, readAutoscalerFile(text, reading.options).findings, finding.code),
  );
  return found.map(({ remedy: { title, certainty }, edits }, index) => ({
    title,
    edits: edits.map((edit) => textEdit(reading.document, edit)),
    preferred: index === 0 && certainty !== "possible",
    safe: index === 0 && certainty === "certain",
  }));
}

/** The text with a fix applied. A byte order mark at its start stays. */
export function applyFix(text: string, fix: Fix): string {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const starts = [mark];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const offset = (line: number, column: number): number => (starts[line - 1] ?? text.length) + column - 1;
  let result = text;
  for (const { range, newText } of [...fix.edits].reverse()) {
    const { line, column, endLine, endColumn } = range;
    result = result.slice(0, offset(line, column)) + newText + result.slice(offset(endLine, endColumn));
  }
  return result;
}

/** A fix that was applied, and the finding it mended as it stood in the text of that time. */
export interface AppliedFix {
  readonly finding: Finding;
  readonly title: string;
}

/** A text that was mended as far as that can be done unseen. */
export interface Mended {
  /** Without a byte order mark. */
  readonly text: string;
  readonly applied: readonly AppliedFix[];
  /** The reading of the mended text. */
  readonly reading: AutoscalerReading;
}

/** Each attempt takes a reading of the whole text, so that there is an end to them. */
const mostAttempts = 500;
/** A fix may uncover another mistake at its place, `interval: 300` under a mistyped key for instance. */
const deepestChain = 3;

function mendOne(reading: AutoscalerReading, finding: Finding, depth: number): Mended | null {
  const [best] = candidates(reading, finding);
  if (best?.remedy.certainty !== "certain") return null;
  const next = readAutoscalerFile(best.text, reading.options);
  if (!isBetter(reading.findings, next.findings, finding.code)) return null;
  const applied = [{ finding, title: best.remedy.title }];
  const mended = { text: next.document.text, applied, reading: next };
  if (finding.severity !== "error" || finding.code === "syntax") return mended;
  if (errors(next.findings) < errors(reading.findings)) return mended;
  // It has uncovered another error, which must be mended too, or a person had better look at both.
  if (depth >= deepestChain) return null;
  for (const uncovered of next.findings) {
    if (uncovered.line !== finding.line || uncovered.severity !== "error") continue;
    const further = mendOne(next, uncovered, depth + 1);
    if (further !== null && errors(further.reading.findings) < errors(reading.findings)) {
      return { ...further, applied: [...applied, ...further.applied] };
    }
  }
  // Below the key, nobody had looked: what is found there is mended, or told, for itself.
  return finding.code === "unknown-key" && standsAlone(reading, next, finding.line) ? mended : null;
}

/** True where no error was uncovered on the line itself. */
function standsAlone(reading: AutoscalerReading, next: AutoscalerReading, line: number): boolean {
  const here = ({ findings }: AutoscalerReading): number => errors(findings.filter((one) => one.line === line));
  return here(next) < here(reading);
}

/** All safe fixes that don't touch each other at once; `null` where together they don't mend what each would. */
function mendMany(reading: AutoscalerReading): Mended | null {
  const chosen: { readonly finding: Finding; readonly remedy: Remedy }[] = [];
  let edits: readonly SpanEdit[] = [];
  for (const finding of reading.findings) {
    const [best] = candidates(reading, finding);
    if (best?.remedy.certainty !== "certain") continue;
    const together = ordered(reading.document, [...edits, ...best.edits]);
    // Two that begin at one place would depend on their order.
    if (together === null || best.edits.some(({ start }) => edits.some((edit) => edit.start === start))) continue;
    edits = together;
    chosen.push({ finding, remedy: best.remedy });
  }
  if (chosen.length < 2) return null;
  const next = readAutoscalerFile(edited(reading.document, edits), reading.options);
  const mended = chosen.map(({ finding }) => finding);
  for (const code of new Set(mended.map((finding) => finding.code))) {
    if (count(next.findings, code) > count(reading.findings, code) - count(mended, code)) return null;
  }
  if (errors(next.findings) > errors(reading.findings) - errors(mended)) return null;
  const applied = chosen.map(({ finding, remedy: { title } }) => ({ finding, title }));
  return { text: next.document.text, applied, reading: next };
}

/**
 * Applies the safe fixes of a reading until there is none left: all at once where that works out, else one after the
 * other, each to what the one before has made. What is left needs a person.
 */
export function applySafeFixes(reading: AutoscalerReading): Mended {
  let mended: Mended = mendMany(reading) ?? { text: reading.document.text, applied: [], reading };
  let index = 0;
  for (let attempts = 0; attempts < mostAttempts; attempts += 1) {
    const finding = mended.reading.findings[index];
    if (finding === undefined) break;
    const next = mendOne(mended.reading, finding, 1);
    if (next === null) {
      index += 1;
    } else {
      mended = { ...next, applied: [...mended.applied, ...next.applied] };
      // What was mended may have hidden something that stands before it.
      index = 0;
    }
  }
  return mended;
}
