import type { Finding, Inventory } from "../model/index.js";
import { buildConfig } from "./build.js";
import { builtIn } from "./built-in.js";
import { checkFile } from "./checks/index.js";
import { createSettled } from "./checks/settled.js";
import type { Settled } from "./checks/settled.js";
import { mostFindings, severityOf } from "./codes.js";
import { parseDocument, rangeOf } from "./document.js";
import type { AutoscalerDocument, PlacedProblem } from "./document.js";
import type { AutoscalerFile } from "./generated/autoscaler-file.js";
import { readHolidays } from "./holidays.js";
import { gatherSources, sourceAt } from "./includes.js";
import type { ReadInclude, Source, Sources } from "./includes.js";
import { notAConfiguration, olderFormatProblems, olderRecord } from "./older.js";
import { overlayFiles } from "./overlay.js";
import type { Environment, ReadFile } from "./references.js";
import { createPlaces } from "./places.js";
import type { Places } from "./places.js";
import { parseAgain, parseWhole } from "./incremental/reparse.js";
import type { KeptDocument } from "./incremental/reparse.js";
import type { AutoscalerConfig } from "./settings.js";
import { fileShape } from "./shape.js";
import type { MapShape } from "./shape.js";
import { walkDocument } from "./walk.js";
import type { ReadEntries, Walk } from "./walk.js";

export interface ReadOptions {
  /** The name for findings; nothing is read from it. */
  readonly file: string;
  /** For `${env:X}`. Without it no variable is set. */
  readonly environment?: Environment;
  /** For `${file:/path}`. Without it no file can be read. */
  readonly readFile?: ReadFile;
  /** For `include`. Without it no other file is read: then there is no configuration where the file names any. */
  readonly readInclude?: ReadInclude;
  /** Lets findings be made that need to know what there is: matches of nothing, bounds no node reaches. */
  readonly inventory?: Inventory;
}

/** All that is known of one version of an autoscaler file. */
export interface AutoscalerReading {
  /** In the order of the text; those of included files last. */
  readonly findings: readonly Finding[];
  /**
   * `null` exactly where a finding is an error, the file is of an older format that must be migrated first, or a file that
   * it includes was not read.
   */
  readonly config: AutoscalerConfig | null;
  readonly document: AutoscalerDocument;
  /** What each finding was made of, for its fixes. */
  readonly problems: ReadonlyMap<Finding, PlacedProblem>;
  /** The texts of the file and of all it includes, by their names in findings. */
  readonly texts: ReadonlyMap<string, string>;
  /** What it was read with. */
  readonly options: ReadOptions;
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
  // Offsets of included files are below 0.
  const included = ({ span }: PlacedProblem): number => (span.start < 0 ? 1 : 0);
  return kept.sort((a, b) => included(a) - included(b) || a.span.start - b.span.start || a.span.end - b.span.end);
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

/** What an included file may hold: all that a file may, and nothing that it must. */
let partShape: MapShape | null = null;

function shapeOfPart(): MapShape {
  partShape ??= { ...fileShape(), required: [] };
  return partShape;
}

/** What keeps a file from being looked at key by key. */
function unreadable({ document, name }: Source): readonly PlacedProblem[] {
  const older = olderFormatProblems(document, name);
  if (older.length > 0) return older;
  if (document.problems.some(({ code }) => code !== "unknown-reference")) return document.problems;
  const foreign = notAConfiguration(document, new Set(fileShape().properties.keys()));
  return foreign === null ? [] : [foreign];
}

/** In a file that has a range of offsets of its own, what was found by the text alone is moved there. */
function moved(problem: PlacedProblem, { document: { base } }: Source): PlacedProblem {
  const { start, end } = problem.span;
  return base === 0 || start < 0 ? problem : { ...problem, span: { start: start + base, end: end + base } };
}

/**
 * Reads and checks the text of an autoscaler file, with the files that it includes. Never throws: whatever is wrong is a
 * finding. Does no I/O beyond `readFile` and `readInclude`. Fast for any text: what is too large, too deep or multiplied by
 * aliases is refused before it costs.
 */
export function readAutoscalerFile(text: string, options: ReadOptions): AutoscalerReading {
  return readWith(text, options, {
    document: parseDocument(textToParse(text)),
    places: createPlaces(),
    entries: null,
    settled: createSettled(),
    isCurrent: () => true,
  });
}

/**
 * A reader of one file that changes again and again. Each reading says what `readAutoscalerFile` says of the text, and costs
 * less the less the text has changed. Of a reading before the last one only findings, and what was asked of it already, may be
 * used.
 */
export function createReader(): (text: string, options: ReadOptions) => AutoscalerReading {
  let kept: KeptDocument | null = null;
  let entries: ReadEntries = new WeakMap();
  let before: ReadOptions | null = null;
  let count = 0;
  const [places, settled] = [createPlaces(), createSettled()];
  return (text, options) => {
    if (before?.environment !== options.environment || before?.readFile !== options.readFile) entries = new WeakMap();
    before = options;
    count += 1;
    const number = count;
    const parsed = textToParse(text);
    // Should anything go wrong, half of what was kept may stand for another text: the next reading begins anew.
    const last = kept;
    kept = null;
    const parsing = last === null ? parseWhole(parsed) : parseAgain(last, parsed);
    kept = parsing;
    return readWith(text, options, {
      document: parsing.document,
      places,
      entries: parsing.plain ? entries : null,
      settled,
      isCurrent: () => number === count,
    });
  };
}

/** Of what earlier programs recorded, which is long and no YAML, the first character stands for all. */
function textToParse(text: string): string {
  return olderRecord(text) === null ? text : text.slice(0, 1);
}

/** What is known of a text, and what may still be known of the texts before it. */
interface Known {
  readonly document: AutoscalerDocument;
  readonly places: Places;
  readonly entries: ReadEntries | null;
  readonly settled: Settled;
  /** False once another text was read, and the nodes of the document stand elsewhere. */
  readonly isCurrent: () => boolean;
}

function readWith(text: string, options: ReadOptions, known: Known): AutoscalerReading {
  const record = olderRecord(text);
  const main: Source = { name: options.file, document: known.document };
  let sources: Sources = { all: [main], main, problems: [], complete: true };
  const finish = (problems: readonly PlacedProblem[], build: (() => AutoscalerConfig) | null): AutoscalerReading => {
    const made = new Map<Finding, PlacedProblem>();
    for (const problem of theFirst(once(problems))) {
      const { code, message, suggestion, span } = problem;
      const { name, document } = sourceAt(sources, span.start);
      const finding = { file: name, ...rangeOf(document, span), severity: severityOf[code], code, message };
      made.set(suggestion === undefined ? finding : { ...finding, suggestion }, problem);
    }
    const texts = new Map([main, ...sources.all].map(({ name, document }) => [name, document.text]));
    // Built when it is asked for: at most keystrokes it is not.
    let config: AutoscalerConfig | null = null;
    return {
      findings: [...made.keys()],
      get config() {
        if (build === null || config !== null) return config;
        if (!known.isCurrent()) throw new Error("The file has been read again since.");
        return (config = build());
      },
      document: main.document,
      problems: made,
      texts,
      options,
    };
  };
  const obstacles = record === null ? unreadable(main) : [record];
  if (obstacles.length > 0) return finish(obstacles, null);

  const environment = options.environment ?? {};
  const readFile = options.readFile ?? ((): null => null);
  sources = gatherSources(main, { environment, readFile, readInclude: options.readInclude });
  const problems = [...sources.problems];
  const { places, settled } = known;
  const walks: Walk[] = [];
  let complete = sources.complete;
  for (const source of sources.all) {
    const found = source === main ? [] : unreadable(source);
    problems.push(...[...source.document.problems, ...found].map((problem) => moved(problem, source)));
    if (found.length > 0) {
      complete = false;
      continue;
    }
    const shape = source === main ? fileShape() : shapeOfPart();
    const entries = source === main ? known.entries : null;
    const walk = walkDocument(source.document, shape, { environment, readFile, places, entries });
    walks.push(walk);
    problems.push(...walk.problems);
  }
  const files = walks.flatMap(({ value }) => (value === undefined ? [] : [value as AutoscalerFile]));
  if (walks.at(-1)?.value === undefined) return finish(problems, null);
  const { file, below } = overlayFiles(files, places);
  problems.push(...checkFile(file, { places, below, complete, settled, inventory: options.inventory ?? null }));
  const calendar = readHolidays(file, {
    places,
    timezone: file.timezone ?? String(builtIn("timezone")),
    sourceAt: (offset) => sourceAt(sources, offset).name,
    readInclude: options.readInclude,
  });
  problems.push(...calendar.problems);
  if (!complete || problems.some(({ code }) => severityOf[code] === "error")) return finish(problems, null);

  const lineAt = (offset: number): number => {
    const { document } = sourceAt(sources, offset);
    return document.lines.linePos(offset - document.base).line;
  };
  const fileAt = (offset: number): string | null => (offset < 0 ? sourceAt(sources, offset).name : null);
  const unresolved = walks
    .flatMap((walk) => walk.unresolved)
    .concat(calendar.unresolved)
    .map(({ path, reference, offset }) => ({ path, reference, line: lineAt(offset) }));
  const context = { file: options.file, below, places, lineAt, fileAt, unresolved, calendarDates: calendar.dates };
  return finish(problems, () => buildConfig(file, context));
}
