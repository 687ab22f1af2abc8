import { isScalar, sliceOf, spanOf, trimmedSpan } from "../document.js";
import type { AutoscalerDocument, PlacedProblem, Span } from "../document.js";
import { clip } from "../kinds.js";
import { replacing } from "../remedy.js";
import type { Certainty, Remedy } from "../remedy.js";
import { hasKey, pairAt, pairSpan } from "./edits.js";
import { missingKeyRemedies } from "./missing-key.js";

type Finder = (problem: PlacedProblem, document: AutoscalerDocument) => readonly Remedy[];

/** Between brackets or braces a `}` ends more than a reference. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/gu, (character) => `\\${character}`)}"`;
}

/** Whole names in quotes, longer things by what they are. */
function called(text: string): string {
  return text === "" || text.includes("\n") ? "this" : `“${clip(text)}”`;
}

/**
 * How sure a suggestion is. A bare number is a matter of seconds or MiB, the units of Proxmox VE itself, only where it is
 * too large for anything else: `5` may be minutes, `8` GiB.
 */
function certaintyOf({ code, suggestion = "" }: PlacedProblem, present: string): Certainty {
  if (code !== "missing-unit") return code === "unverified-tls" ? "likely" : "certain";
  const number = Number.parseFloat(present.replaceAll(/["']/gu, ""));
  if (suggestion.endsWith("%")) return number >= 1 && number <= 100 ? "certain" : "likely";
  if (/iB$/u.test(suggestion)) return number >= 128 ? "certain" : "likely";
  return number >= 60 ? "certain" : "likely";
}

function suggested(problem: PlacedProblem, document: AutoscalerDocument): readonly Remedy[] {
  const { suggestion } = problem;
  if (suggestion === undefined) return [];
  const span = trimmedSpan(document, problem.span);
  const present = sliceOf(document, span.start, span.end);
  if (problem.code === "unknown-key") {
    const found = pairAt(document, span.start);
    if (found !== null && hasKey(found, suggestion)) return [];
  }
  const text = suggestion.includes("${") && !/^["']/u.test(suggestion) ? quoted(suggestion) : suggestion;
  const title = `Change ${called(present)} to “${clip(text)}”`;
  return [replacing(span, text, title, certaintyOf(problem, present))];
}

const duplicateKey: Finder = ({ span }, document) => {
  const second = pairAt(document, span.start);
  const key = second?.pair.key;
  if (second === null || !isScalar(key)) return [];
  const first = second.pairs.find(({ key: other }) => isScalar(other) && String(other.value) === String(key.value));
  if (first?.key === undefined || first.key === null || first === second.pair) return [];
  const textOf = (pair: typeof first): string => {
    const whole = pairSpan(document, pair);
    return whole === null ? "" : sliceOf(document, whole.start, whole.end);
  };
  // Which of the two is meant only the author knows, unless they say the same.
  const same = textOf(first) === textOf(second.pair);
  const name = called(String(key.value));
  return [
    { kind: "remove", key: span, title: `Remove the second ${name}`, certainty: same ? "certain" : "possible" },
    ...(same
      ? []
      : [
          {
            kind: "remove",
            key: spanOf(first.key),
            title: `Remove the first ${name}`,
            certainty: "possible",
          } as const,
        ]),
  ];
};

const unknownKey: Finder = ({ span }, document) => {
  const name = called(sliceOf(document, span.start, span.end));
  return [{ kind: "remove", key: span, title: `Remove ${name}`, certainty: "possible" }];
};

const deprecatedKey: Finder = ({ span }, document) => {
  const name = called(sliceOf(document, span.start, span.end));
  return [{ kind: "remove", key: span, title: `Remove ${name}, which has no effect`, certainty: "certain" }];
};

const missingTimezone: Finder = ({ span }) => [
  {
    kind: "insert",
    before: span,
    text: "timezone: UTC",
    title: "Say “timezone: UTC”, as it counts now",
    certainty: "likely",
  },
];

/** The variable that a secret goes into: `PROXMOX_TOKEN` for the connection's, else after its keys. */
function variableFor(document: AutoscalerDocument, span: Span): string {
  const found = pairAt(document, span.start);
  const key = found?.pair.key;
  const word = isScalar(key) ? String(key.value) : "secret";
  const snake = word
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/gu, "_")
    .toUpperCase();
  return /^TOKEN(?:_SECRET)?$/u.test(snake) ? `PROXMOX_${snake}` : /^[A-Z]/u.test(snake) ? snake : `SECRET_${snake}`;
}

const clearSecret: Finder = ({ span }, document) => {
  const name = variableFor(document, span);
  const reference = `\${env:${name}}`;
  // The value itself is lost to the file: somebody has to keep it first.
  const title = `Refer to the environment variable ${name} instead`;
  return [replacing(trimmedSpan(document, span), quoted(reference), title)];
};

const byCode: Readonly<Partial<Record<PlacedProblem["code"], Finder>>> = {
  "duplicate-key": duplicateKey,
  "unknown-key": unknownKey,
  "deprecated-key": deprecatedKey,
  "missing-key": missingKeyRemedies,
  "default-timezone": missingTimezone,
  "secret-in-clear-text": clearSecret,
};

/** Ways to mend a problem, the best first: its own, its suggestion, and what its code and place tell. */
export function remediesOf(problem: PlacedProblem, document: AutoscalerDocument): readonly Remedy[] {
  return [
    ...suggested(problem, document),
    ...(problem.remedies ?? []),
    ...(byCode[problem.code]?.(problem, document) ?? []),
  ];
}
