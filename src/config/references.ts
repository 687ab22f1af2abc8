import type { Problem } from "./codes.js";
import { nearest } from "./nearest.js";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
/** Gives the content of a file, or `null` where it can't be read. */
export type ReadFile = (path: string) => string | null;

/** A text with every reference replaced, or the first reference that could not be. */
export type Resolution = { readonly value: string } | { readonly missing: string };

type Reference =
  | { readonly kind: "env"; readonly name: string; readonly fallback: string | null }
  | { readonly kind: "file"; readonly path: string };

interface Piece {
  readonly text: string;
  /** `null`: plain text. */
  readonly reference: Reference | null;
}

const variable = "[A-Za-z_][A-Za-z0-9_]*";
const environmentForm = new RegExp(`^env:(${variable})$`, "u");
const fallbackForm = new RegExp(`^(${variable}):-(.*)$`, "su");

/** True where a text asks for something from elsewhere. */
export function hasReference(text: string): boolean {
  return text.includes("${");
}

function parseReference(inside: string): Reference | null {
  const environment = environmentForm.exec(inside);
  if (environment?.[1] !== undefined) return { kind: "env", name: environment[1], fallback: null };
  if (inside.startsWith("file:/") && inside.length > "file:/".length) {
    return { kind: "file", path: inside.slice("file:".length) };
  }
  const fallback = fallbackForm.exec(inside);
  if (fallback?.[1] !== undefined) return { kind: "env", name: fallback[1], fallback: fallback[2] ?? "" };
  return null;
}

/** Cuts a text into plain pieces and references; a piece in `${…}` that is none has no reference and stays text. */
function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  // Not by a regular expression: of openings that are never closed it would search the rest of the text for each.
  for (let start = text.indexOf("${"); start !== -1; start = text.indexOf("${", at)) {
    const end = text.indexOf("}", start);
    if (end === -1) break;
    if (start > at) found.push({ text: text.slice(at, start), reference: null });
    found.push({ text: text.slice(start, end + 1), reference: parseReference(text.slice(start + 2, end)) });
    at = end + 1;
  }
  if (at < text.length) found.push({ text: text.slice(at), reference: null });
  return found;
}

/**
 * Replaces `${env:X}`, `${file:/path}` and `${X:-default}` in a text. A file's last line end is left out, because
 * that is how secrets are written to files; a variable that is set but empty counts as not set.
 */
export function resolveReference(text: string, environment: Environment, readFile: ReadFile): Resolution {
  if (!hasReference(text)) return { value: text };
  let value = "";
  for (const piece of pieces(text)) {
    if (piece.reference === null) {
      value += piece.text;
    } else if (piece.reference.kind === "file") {
      const content = readFile(piece.reference.path);
      if (content === null) return { missing: piece.text };
      value += content.replace(/\r?\n$/u, "");
    } else {
      // An inherited property such as `constructor` is no variable.
      const set = Object.hasOwn(environment, piece.reference.name) ? environment[piece.reference.name] : undefined;
      const replacement = set === undefined || set === "" ? piece.reference.fallback : set;
      if (replacement === null) return { missing: piece.text };
      value += replacement;
    }
  }
  return { value };
}

/** What is wrong with the way references are written in a text; `null`: nothing. */
export function referenceProblem(text: string, secret: boolean): Problem | null {
  const code = secret ? "bad-secret-reference" : "unknown-reference";
  const forms = "`${env:NAME}`, `${file:/path}` and `${NAME:-default}`";
  for (const piece of pieces(text)) {
    if (piece.reference !== null) continue;
    if (!piece.text.includes("${")) continue;
    const inside = /^\$\{([^}]*)\}$/u.exec(piece.text)?.[1];
    if (inside === undefined) {
      return { code, message: `A reference begins with \`\${\` but does not end with \`}\`: known are ${forms}.` };
    }
    const meant = meantReference(inside);
    const guess = meant === null ? "" : ` Did you mean \`${meant}\`?`;
    const problem = { code, message: `\`${piece.text}\` is no reference: known are ${forms}.${guess}` } as const;
    return meant === null ? problem : { ...problem, suggestion: text.replace(piece.text, () => meant) };
  }
  return null;
}

function meantReference(inside: string): string | null {
  const trimmed = inside.trim();
  const name = new RegExp(`^(${variable})$`, "u").exec(trimmed)?.[1];
  const [, kind = "", rest = ""] = /^([A-Za-z]+)\s*[:.]\s*(?!-)(.*)$/su.exec(trimmed) ?? [];
  const kinds = ["env", "environment", "var", "variable", "secret"];
  if (nearest(kind, kinds) !== null && new RegExp(`^${variable}$`, "u").test(rest)) return `\${env:${rest}}`;
  const path = /^[A-Za-z]+\s*:\s*(\/.+)$/u.exec(trimmed)?.[1];
  if (path !== undefined) return `\${file:${path}}`;
  const fallback = new RegExp(`^(?:env:)?(${variable}):-?(.*)$`, "su").exec(trimmed);
  // A word in small letters before the colon is another program's kind of reference (`vault:`), not a variable with a default.
  if (fallback !== null && !/^(?:[a-z]+|ENV)$/u.test(fallback[1] ?? "")) {
    return `\${${fallback[1] ?? ""}:-${fallback[2] ?? ""}}`;
  }
  return name === undefined ? null : `\${env:${name}}`;
}
