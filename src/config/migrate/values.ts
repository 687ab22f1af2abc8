import { formatDuration, formatPercentage, formatSize } from "../../model/index.js";
import type { Field, Ledger } from "./ledger.js";
import type { OldNode } from "./old-tree.js";

/** How an older format refers to variables: `${V}` and `${V:-d}` anywhere, or `${V}` and `${V:d}` as the whole value. */
export type Dialect = "anywhere" | "whole";

/** A number of an older file. Where it comes from a variable, `written` refers to it and `known` is its default. */
export interface Figure {
  readonly known: number;
  readonly written: string | null;
  /** `null`: the file does not say, and this is the older program's default. */
  readonly field: Field | null;
}

const variable = "[A-Za-z_][A-Za-z0-9_]*";

/** The text with the references of this format; `null` where it has something in `${…}` that is no reference. */
export function ourReferences(text: string, dialect: Dialect): string | null {
  if (!text.includes("${")) return text;
  if (dialect === "whole") {
    const match = new RegExp(`^\\$\\{(${variable})(?::-?([^}]*))?\\}$`, "su").exec(text.trim());
    if (match === null) return null;
    return match[2] === undefined ? `\${env:${match[1]}}` : `\${${match[1]}:-${match[2]}}`;
  }
  const replaced = text.replace(
    new RegExp(`\\$\\{(${variable})(?:(:-)([^}]*))?\\}`, "gsu"),
    (_whole, name: string, has: string | undefined, fallback: string | undefined) =>
      has === undefined ? `\u0000{env:${name}}` : `\u0000{${name}:-${fallback ?? ""}}`,
  );
  return replaced.includes("${") ? null : replaced.replaceAll("\u0000", "$");
}

function isOneReference(text: string): boolean {
  return new RegExp(`^\\$\\{${variable}(?::-?[^}]*)?\\}$`, "su").test(text);
}

/** The default in a text that is one reference with a default. */
function fallbackOf(text: string): string | null {
  return new RegExp(`^\\$\\{${variable}:-?([^}]*)\\}$`, "su").exec(text.trim())?.[1] ?? null;
}

/** A number as YAML or people write it; a comment glued to it (`512# max`) does not belong to it. */
function plainNumber(text: string): number | null {
  const match = /^\s*([-+]?\d[\d_]*(?:\.\d*)?(?:e[-+]?\d+)?|[-+]?\.\d+)\s*(?:#.*)?$/isu.exec(text);
  const value = match === null ? Number.NaN : Number((match[1] ?? "").replaceAll("_", ""));
  return Number.isFinite(value) ? value : null;
}

function isBlank(node: OldNode): boolean {
  return node.kind === "scalar" && node.text.trim() === "";
}

export interface Limits {
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
  /** What it is: `a percentage`, `a number of seconds`. */
  readonly noun: string;
}

/** Reads the values of one older file, and says what is wrong with them. */
export interface Values {
  readonly dialect: Dialect;
  /** The figure of a field within its limits; otherwise the older program's default. */
  readonly figure: (field: Field | null, fallback: number, limits: Limits) => Figure;
  /** `null` where there is none, or it is wrong. */
  readonly optionalFigure: (field: Field | null, limits: Limits) => Figure | null;
  readonly truth: (field: Field | null, fallback: boolean) => boolean;
  /** A text with the references of this format; `null` where there is none. */
  readonly text: (field: Field | null) => string | null;
  readonly choice: <T extends string>(field: Field | null, choices: readonly T[], fallback: T) => T;
  /** CT ids, as numbers or references; others are reported. */
  readonly vmids: (field: Field | null) => readonly (number | string)[];
  readonly vmid: (field: Field | null) => number | string | null;
  readonly texts: (field: Field | null) => readonly string[];
  /** A reference in the place of a secret; `null` where there is none. */
  readonly secret: (field: Field | null, name: string) => string | null;
}

export function readValues(ledger: Ledger, dialect: Dialect): Values {
  const scalarText = (field: Field): string | null => {
    if (field.node.kind === "scalar") return field.node.text.trim();
    ledger.mistake(
      field,
      "wrong-type",
      `Expected: one value; \`${field.key}\` has ${field.node.kind === "list" ? "a list" : "keys"} here.`,
    );
    return null;
  };

  const optionalFigure: Values["optionalFigure"] = (field, limits) => {
    if (field === null || isBlank(field.node)) {
      if (field !== null) ledger.idle(field, "It is empty: the older program took its default.");
      return null;
    }
    const source = scalarText(field);
    if (source === null) return null;
    const inRange = (value: number): boolean =>
      value >= (limits.least ?? Number.NEGATIVE_INFINITY) &&
      value <= (limits.most ?? Number.POSITIVE_INFINITY) &&
      (limits.whole !== true || Number.isInteger(value));
    if (source.includes("${")) {
      const written = isOneReference(source) ? ourReferences(source, dialect) : null;
      const fallback = plainNumber(fallbackOf(source) ?? "");
      if (written === null || (fallbackOf(source) !== null && (fallback === null || !inRange(fallback)))) {
        ledger.mistake(
          field,
          "unknown-reference",
          `This reference is not one of the older format, or its default is not ${limits.noun}.`,
        );
        return null;
      }
      return { known: fallback ?? Number.NaN, written, field };
    }
    const value = plainNumber(source);
    if (value === null) {
      ledger.mistake(field, "wrong-type", `Expected: ${limits.noun}; ${quoted(source)} is not.`);
      return null;
    }
    if (!inRange(value)) {
      ledger.mistake(field, "out-of-range", `Expected: ${limits.noun}${rangeText(limits)}; ${quoted(source)} is not.`);
      return null;
    }
    return { known: value, written: null, field };
  };

  const vmidOf = (field: Field, text: string): number | string | null => {
    const trimmed = text.replace(/#.*$/su, "").trim();
    if (trimmed.includes("${")) {
      const fallback = fallbackOf(trimmed);
      if (isOneReference(trimmed) && (fallback === null || isVmid(fallback))) return ourReferences(trimmed, dialect);
    }
    if (isVmid(trimmed)) return Number(trimmed);
    const message = `CT ids are whole numbers from 100 to 999999999; ${quoted(trimmed)} is not, and matched nothing.`;
    ledger.defect(field, "bad-vmid", message);
    ledger.note({ severity: "warning", code: "bad-vmid", key: field.path, message, span: field.span });
    return null;
  };

  const items = (field: Field): readonly string[] => {
    const { node } = field;
    if (node.kind === "map") return node.entries.map(({ key }) => key);
    const texts =
      node.kind === "list" ? node.items.map((item) => (item.kind === "scalar" ? item.text : "")) : [node.text];
    // A list may be written as one text: `104, 105` or `["104", 105]`.
    return texts
      .flatMap((text) => text.replace(/^\s*\[|\]\s*(?:#.*)?$/gu, "").split(/[,;\n]+|\s+(?=\d)/u))
      .map((text) =>
        text
          .trim()
          .replace(/^(["'])(.*)\1$/su, "$2")
          .trim(),
      )
      .filter((text) => text !== "");
  };

  return {
    dialect,
    optionalFigure,
    figure(field, fallback, limits) {
      const figure = optionalFigure(field, limits);
      if (figure === null) return { known: fallback, written: null, field: null };
      return Number.isNaN(figure.known) ? { ...figure, known: fallback } : figure;
    },
    truth(field, fallback) {
      if (field === null || isBlank(field.node)) {
        if (field !== null) ledger.idle(field, "It is empty: the older program took its default.");
        return fallback;
      }
      const source = scalarText(field);
      if (source === null) return fallback;
      const word = (source.includes("${") ? (fallbackOf(source) ?? String(fallback)) : source)
        .replace(/#.*$/su, "")
        .trim()
        .toLowerCase();
      if (/^(?:true|yes|on|1|y|t)$/u.test(word)) return true;
      if (/^(?:false|no|off|0|n|f|none|null)$/u.test(word)) return false;
      ledger.mistake(field, "wrong-type", `Expected: \`true\` or \`false\`; ${quoted(source)} is not.`);
      return fallback;
    },
    text(field) {
      if (field === null || isBlank(field.node)) {
        if (field !== null) ledger.idle(field, "It is empty.");
        return null;
      }
      const source = scalarText(field);
      if (source === null) return null;
      const text = ourReferences(source, dialect);
      if (text === null) {
        ledger.mistake(
          field,
          "unknown-reference",
          `${quoted(source)} holds a reference that is none of the older format.`,
        );
      }
      return text;
    },
    choice(field, choices, fallback) {
      if (field === null || isBlank(field.node)) {
        if (field !== null) ledger.idle(field, "It is empty: the older program took its default.");
        return fallback;
      }
      const source = scalarText(field);
      if (source === null) return fallback;
      const word = (source.includes("${") ? (fallbackOf(source) ?? fallback) : source)
        .replace(/\s+#.*$/su, "")
        .toLowerCase();
      const choice = choices.find((one) => one === word);
      if (choice !== undefined) return choice;
      ledger.mistake(
        field,
        "not-a-choice",
        `This is one of ${choices.map((one) => `\`${one}\``).join(", ")}; ${quoted(source)} is not.`,
      );
      return fallback;
    },
    vmids(field) {
      if (field === null) return [];
      const found = items(field).map((text) => vmidOf(field, text));
      return [...new Set(found.filter((id) => id !== null))];
    },
    vmid(field) {
      if (field === null || isBlank(field.node)) return null;
      const [first] = items(field);
      return first === undefined ? null : vmidOf(field, first);
    },
    texts(field) {
      if (field === null) return [];
      return items(field).flatMap((text) => {
        const ours = ourReferences(text, dialect);
        return ours === null ? [] : [ours];
      });
    },
    secret(field, name) {
      if (field === null || isBlank(field.node)) {
        if (field !== null) ledger.idle(field, "It is empty.");
        return null;
      }
      const source = scalarText(field);
      if (source === null) return null;
      const alone = new RegExp(`^\\$\\{(${variable})(?::-?([^}]*))?\\}$`, "su").exec(source);
      if (alone?.[1] !== undefined && (alone[2] ?? "") === "") {
        ledger.variable({ name: alone[1], key: field.path, fromClearText: false });
        return `\${env:${alone[1]}}`;
      }
      const own = alone?.[1] ?? name;
      ledger.variable({ name: own, key: field.path, fromClearText: true });
      ledger.defect(
        field,
        "secret-in-clear-text",
        "A secret in clear text ends up in version control. Put it into a variable and refer to it.",
      );
      ledger.note({
        severity: "warning",
        code: "secret-referenced",
        key: field.path,
        message: `The secret stands in the older file in clear text. The new one refers to it: set the variable ${own} to it.`,
        span: field.span,
      });
      return `\${env:${own}}`;
    },
  };
}

function isVmid(text: string): boolean {
  return /^\d{1,10}(?:\.0+)?$/u.test(text) && Number(text) >= 100 && Number(text) <= 999_999_999;
}

/** A text in our form of references as it is where no variable is set; `null`: that is not known. */
export function withDefaults(text: string): string | null {
  const whole = text.replace(/\$\{[A-Za-z_]\w*:-([^}]*)\}/gu, "$1");
  return whole.includes("${") ? null : whole;
}

/** A path of a web address, from its root. */
export function pathOf(text: string): string {
  return (withDefaults(text) ?? "/").startsWith("/") ? text : `/${text}`;
}

function rangeText({ least, most }: Limits): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  if (least !== undefined) return ` of at least ${least}`;
  return most === undefined ? "" : ` of at most ${most}`;
}

function quoted(text: string): string {
  const line = text.replace(/\s+/gu, " ");
  return `\`${line.length > 60 ? `${line.slice(0, 59).replace(/[\uD800-\uDBFF]$/u, "")}…` : line}\``;
}

/** `80` → `80%`, also where it comes from a variable: `${CPU:-80}%`. */
export function percent({ known, written }: Figure): string {
  return written === null ? formatPercentage(known / 100) : `${written}%`;
}

/** MiB → `512MiB`, also where it comes from a variable. */
export function size({ known, written }: Figure): string {
  return written === null ? formatSize(known) : `${written}MiB`;
}

/** Seconds → `5m`, also where they come from a variable. */
export function seconds({ known, written }: Figure): string {
  return written === null ? formatDuration(known) : `${written}s`;
}

/** A number, or the reference to it. */
export function count({ known, written }: Figure): number | string {
  return written ?? known;
}
