import type { Finding, Inventory } from "../model/index.js";
import { buildConfig } from "./build.js";
import { checkFile } from "./checks/index.js";
import { mostFindings, severityOf } from "./codes.js";
import { parseDocument, rangeOf } from "./document.js";
import type { AutoscalerDocument, PlacedProblem } from "./document.js";
import type { AutoscalerFile } from "./generated/autoscaler-file.js";
import { notAConfiguration, olderFormatProblems } from "./older.js";
import type { Environment, ReadFile } from "./references.js";
import type { AutoscalerConfig } from "./settings.js";
import { fileShape } from "./shape.js";
import { walkDocument } from "./walk.js";

export interface ReadOptions {
  /** The name for findings; nothing is read from it. */
  readonly file: string;
  /** For `${env:X}`. Without it no variable is set. */
  readonly environment?: Environment;
  /** For `${file:/path}`. Without it no file can be read. */
  readonly readFile?: ReadFile;
  /** Lets findings be made that need to know what there is: matches of nothing, bounds no node reaches. */
  readonly inventory?: Inventory;
}

/** All that is known of one version of an autoscaler file. */
export interface AutoscalerReading {
  /** In the order of the text. */
  readonly findings: readonly Finding[];
  /** `null` exactly where a finding is an error, or the file is of an older format that must be migrated first. */
  readonly config: AutoscalerConfig | null;
  readonly document: AutoscalerDocument;
}

/** True for the names autoscaler files have: `autoscaler.yaml`, `site.autoscaler.yml`, with or without a path. */
export function isAutoscalerFileName(name: string): boolean {
  return /(?:^|[/\\.])autoscaler\.ya?ml$/u.test(name) && !/(?:^|[/\\])\.autoscaler\.ya?ml$/u.test(name);
}

/** A defect is reported once, whatever number of checks or aliases come across it. */
function once(problems: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const seen = new Set<string>();
  const kept = problems.filter(({ code, span, message }) => {
    // Several keys may be missing at one place.
    const key = `${code}@${span.start}-${span.end}${code === "missing-key" ? message : ""}`;
    return !seen.has(key) && seen.add(key);
  });
  return kept.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/**
 * The first of them, errors before others, so that a file with an error never looks as if it had none; in place of the
 * rest one that says how many they are.
 */
function theFirst(problems: readonly PlacedProblem[]): readonly PlacedProblem[] {
  if (problems.length <= mostFindings) return problems;
  const errors = problems.filter(({ code }) => severityOf[code] === "error");
  const others = problems.filter(({ code }) => severityOf[code] !== "error");
  const chosen = new Set([...errors, ...others].slice(0, mostFindings));
  const kept = problems.filter((problem) => chosen.has(problem));
  const message = `There are ${problems.length - kept.length} more findings; these ${kept.length} come first.`;
  const last = kept.at(-1);
  return last === undefined ? kept : [...kept, { code: "more-findings", message, span: last.span }];
}

/**
 * Reads and checks the text of an autoscaler file. Never throws: whatever is wrong is a finding. Does no I/O beyond
 * `readFile`. Fast for any text: what is too large, too deep or multiplied by aliases is refused before it costs.
 */
export function readAutoscalerFile(text: string, options: ReadOptions): AutoscalerReading {
  const document = parseDocument(text);
  const finish = (problems: readonly PlacedProblem[], config: AutoscalerConfig | null): AutoscalerReading => {
    const findings = theFirst(once(problems)).map(({ code, message, suggestion, span }): Finding => {
      const finding = { file: options.file, ...rangeOf(document, span), severity: severityOf[code], code, message };
      return suggestion === undefined ? finding : { ...finding, suggestion };
    });
    return { findings, config, document };
  };

  const older = olderFormatProblems(document, options.file);
  if (older.length > 0) return finish(older, null);
  if (document.problems.some(({ code }) => code !== "unknown-reference")) return finish(document.problems, null);
  const shape = fileShape();
  const foreign = notAConfiguration(document, new Set(shape.properties.keys()));
  if (foreign !== null) return finish([foreign], null);

  const environment = options.environment ?? {};
  const readFile = options.readFile ?? ((): null => null);
  const walk = walkDocument(document, shape, environment, readFile);
  const file = walk.value as AutoscalerFile | undefined;
  const problems = [...document.problems, ...walk.problems];
  if (file !== undefined) problems.push(...checkFile(file, walk.places, options.inventory ?? null));
  if (file === undefined || problems.some(({ code }) => severityOf[code] === "error")) return finish(problems, null);

  const lineAt = (offset: number): number => document.lines.linePos(offset).line;
  const unresolved = walk.unresolved.map(({ path, reference, offset }) => ({ path, reference, line: lineAt(offset) }));
  const config = buildConfig(file, { file: options.file, places: walk.places, lineAt, unresolved });
  return finish(problems, config);
}
