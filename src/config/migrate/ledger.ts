import type { FindingCode } from "../codes.js";
import type { Span } from "../document.js";
import { nearest } from "../nearest.js";
import { attachComments } from "./old-comments.js";
import { lastWins } from "./old-tree.js";
import type { OldEntry, OldFile, OldMap, OldNode } from "./old-tree.js";
import { isSecretKey, redact, secretsIn } from "./secrets.js";

/** What became of one key of an older file. */
export type Fate =
  /** It says the same in the new file. */
  | "carried"
  /** It stands in the new file, but means something else now; a comment says what. */
  | "changed"
  /** It had no effect in the old file either, or says nothing that needs saying; kept as a comment. */
  | "idle"
  /** It could not be carried over: a warning, kept as a comment. */
  | "left-out";

/** What became of a key, and what it became. */
export interface MigratedKey {
  /** `TIER_web.cpu_upper_threshold`, `containers[0].vmid`. */
  readonly key: string;
  readonly span: Span;
  readonly fate: Fate;
  /** Paths of the new file: `policies[0].cpu.scaleUp.above`. */
  readonly to: readonly string[];
}

export type NoteCode = "meaning-changed" | "had-no-effect" | "not-carried" | "secret-referenced" | FindingCode;

/** One thing a person should know about the migration. */
export interface LedgerNote {
  readonly severity: "warning" | "information";
  readonly code: NoteCode;
  readonly key: string | null;
  readonly message: string;
  readonly span: Span;
}

/** Something wrong with the old file itself, for `validate`. */
export interface Defect {
  readonly code: FindingCode;
  readonly message: string;
  readonly span: Span;
  readonly suggestion?: string;
}

/** A variable that must be set before the new file works. */
export interface NewVariable {
  readonly name: string;
  /** The key whose value belongs into it. */
  readonly key: string;
  /** True where the old file has the value in clear text. */
  readonly fromClearText: boolean;
}

/** One entry of an older file, handed out to be translated. */
export interface Field {
  /** As messages call it: `DEFAULT.poll_interval`. */
  readonly path: string;
  readonly key: string;
  readonly node: OldNode;
  /** Of the value. */
  readonly span: Span;
  readonly keySpan: Span;
  /** Comments of the old file about it. */
  readonly comments: readonly string[];
  readonly entry: OldEntry;
}

/** A part of an older file whose keys are asked for one by one; what nobody asks for is reported at the end. */
export interface Section {
  readonly path: string;
  readonly map: OldMap;
  /** Hands out an entry and remembers that the key is a known one; `null`: the file does not have it. */
  readonly take: (key: string) => Field | null;
  /** The entries of a key as a section of its own; `null` where there is none or it is no section. */
  readonly section: (key: string) => Section | null;
  /** Keys in force, in the order of the file. */
  readonly keys: () => readonly string[];
  /** Says that a key is known, though nothing asks for it now. */
  readonly know: (...keys: readonly string[]) => void;
}

/** Keeps account of what becomes of every key. */
export interface Ledger {
  readonly root: Section;
  readonly sectionOf: (map: OldMap, path: string) => Section;
  readonly carried: (field: Field | null, ...to: readonly string[]) => void;
  /** Returns the sentence, to be put into the new file as a comment. */
  readonly changed: (field: Field, to: string | readonly string[], message: string) => string;
  readonly idle: (field: Field | null, message: string) => void;
  readonly leftOut: (field: Field | null, message: string) => void;
  /** A value the old program would have refused, or that makes no sense: it is left out as well. */
  readonly mistake: (field: Field, code: FindingCode, message: string, suggestion?: string) => void;
  /** Something wrong that is carried all the same. */
  readonly defect: (field: Field, code: FindingCode, message: string, suggestion?: string) => void;
  readonly note: (note: Omit<LedgerNote, "span"> & { readonly span?: Span }) => void;
  readonly variable: (variable: NewVariable) => void;
  readonly isSettled: (field: Field) => boolean;
  /** Reports whatever was neither carried nor commented nor warned of. */
  readonly settleRest: () => void;
  readonly notes: readonly LedgerNote[];
  readonly defects: readonly Defect[];
  readonly keys: readonly MigratedKey[];
  readonly variables: readonly NewVariable[];
  /** Comments for the end of the new file: what could not be carried, with the old value unless it is a secret. */
  readonly tail: () => readonly string[];
  /** Comments of the old file above everything. */
  readonly banner: readonly string[];
  /** Comments of the old file after its last key. */
  readonly ending: readonly string[];
}

/** A value on one line, for a comment. Secrets are not shown. */
function shown(field: Field, clean: (text: string) => string): string {
  const text = (node: OldNode, key: string): string => {
    if (node.kind === "list") return `[${node.items.map((item) => text(item, key)).join(", ")}]`;
    if (node.kind === "map") {
      return `{ ${node.entries.map((entry) => `${entry.key}: ${text(entry.value, entry.key)}`).join(", ")} }`;
    }
    if (isSecretKey(key) && node.text !== "") return "…";
    // `KEY=value`, as lists of variables have it
    const [, name] = /^([\w.-]+)=/u.exec(node.text) ?? [];
    return name !== undefined && isSecretKey(name) ? `${name}=…` : clean(node.text);
  };
  const whole = text(field.node, field.key).replace(/\s+/gu, " ").trim();
  return whole.length > 200 ? `${whole.slice(0, 199).replace(/[\uD800-\uDBFF]$/u, "")}…` : whole;
}

/** Nobody reads more, and the new file must stay one that can be read. */
const mostCommented = 10_000;

/** For so many unknown keys it is guessed what was meant. */
const mostGuesses = 1000;

/** What could not be carried over, as it stands at the end of the new file. */
interface CommentedOut {
  readonly lines: readonly string[];
  readonly message: string;
}

/** The commented keys, those of one reason together. */
function tailLines(commented: readonly CommentedOut[]): readonly string[] {
  const kept = commented.slice(0, mostCommented);
  const lines = kept.flatMap(({ lines: own, message }, index) =>
    kept[index + 1]?.message === message ? own : [...own, `  ${message}`],
  );
  const left = commented.length - kept.length;
  return left === 0 ? lines : [...lines, `And ${left} more keys.`];
}

/** Opens the account of one older file. */
export function openLedger(file: OldFile): Ledger {
  const attached = attachComments(file);
  const secrets = secretsIn(file.root);
  const clean = (text: string): string => redact(text, secrets);
  const settled = new Set<OldEntry>();
  const known = new Map<OldMap, Set<string>>();
  const notes: LedgerNote[] = [];
  const defects: Defect[] = [];
  const keys = new Map<OldEntry, MigratedKey>();
  const said = new Set<string>();
  const variables: NewVariable[] = [];
  const tail: CommentedOut[] = [];
  let unknown = 0;

  const knownOf = (map: OldMap): Set<string> => {
    const set = known.get(map) ?? new Set<string>();
    known.set(map, set);
    return set;
  };

  const indexes = new Map<OldMap, ReadonlyMap<string, OldEntry>>();
  /** Entries in force by their key; those in another case by their key in lower case. */
  const indexOf = (map: OldMap): ReadonlyMap<string, OldEntry> => {
    const before = indexes.get(map);
    if (before !== undefined) return before;
    const index = new Map<string, OldEntry>();
    const inForce = map.entries.filter(({ overridden }) => !overridden);
    for (const entry of inForce) index.set(entry.key.toLowerCase(), entry);
    for (const entry of inForce) index.set(entry.key, entry);
    indexes.set(map, index);
    return index;
  };

  const fieldOf = (entry: OldEntry, path: string): Field => ({
    path,
    key: entry.key,
    node: entry.value,
    span: entry.value.span.end > entry.value.span.start ? entry.value.span : entry.keySpan,
    keySpan: entry.keySpan,
    comments: (attached.of.get(entry) ?? []).map(clean),
    entry,
  });

  const sectionOf = (map: OldMap, path: string): Section => {
    const pathOf = (key: string): string => clip(path === "" ? key : `${path}.${key}`);
    const find = (key: string): OldEntry | undefined => {
      const index = indexOf(map);
      return index.get(key) ?? index.get(key.toLowerCase());
    };
    return {
      path,
      map,
      take(key) {
        knownOf(map).add(key.toLowerCase());
        const entry = find(key);
        return entry === undefined ? null : fieldOf(entry, pathOf(entry.key));
      },
      section(key) {
        knownOf(map).add(key.toLowerCase());
        const value = find(key)?.value;
        return value?.kind === "map" ? sectionOf(value, pathOf(key)) : null;
      },
      keys: () => map.entries.filter(({ overridden }) => !overridden).map(({ key }) => key),
      know(...more) {
        for (const key of more) knownOf(map).add(key.toLowerCase());
      },
    };
  };

  const settle = (field: Field, fate: Fate, to: readonly string[]): void => {
    settled.add(field.entry);
    const before = keys.get(field.entry);
    const both = [...new Set([...(before?.to ?? []), ...to])];
    // What was said first to have changed is not undone by being carried to a second place.
    const kept = before !== undefined && fate === "carried" ? before.fate : fate;
    keys.set(field.entry, { key: field.path, span: field.keySpan, fate: kept, to: both });
  };

  const commentOut = (field: Field, message: string): void => {
    const line = `${field.path}: ${shown(field, clean)}`.trimEnd();
    tail.push({ lines: [...field.comments, line], message: clean(message) });
  };

  const add = (field: Field, severity: LedgerNote["severity"], code: NoteCode, message: string): void => {
    notes.push({ severity, code, key: field.path, message: clean(message), span: field.span });
  };

  const defect: Ledger["defect"] = (field, code, message, suggestion) => {
    const found = { code, message: clean(message), span: field.span };
    defects.push(suggestion === undefined ? found : { ...found, suggestion });
  };

  const ledger: Ledger = {
    root: sectionOf(file.root, ""),
    sectionOf,
    carried(field, ...to) {
      if (field !== null) settle(field, "carried", to);
    },
    changed(field, to, message) {
      settle(field, "changed", typeof to === "string" ? [to] : to);
      const mark = `${field.path}\n${message}`;
      if (!said.has(mark)) add(field, "information", "meaning-changed", message);
      said.add(mark);
      return clean(message);
    },
    idle(field, message) {
      if (field === null || settled.has(field.entry)) return;
      settle(field, "idle", []);
      add(field, "information", "had-no-effect", message);
      commentOut(field, message);
    },
    leftOut(field, message) {
      if (field === null || settled.has(field.entry)) return;
      settle(field, "left-out", []);
      add(field, "warning", "not-carried", message);
      commentOut(field, message);
    },
    mistake(field, code, message, suggestion) {
      if (settled.has(field.entry)) return;
      settle(field, "left-out", []);
      defect(field, code, message, suggestion);
      add(field, "warning", code, message);
      commentOut(field, message);
    },
    defect,
    note(note) {
      notes.push({ span: { start: 0, end: 0 }, ...note, message: clean(note.message) });
    },
    variable(variable) {
      if (!variables.some(({ name, key }) => name === variable.name && key === variable.key)) variables.push(variable);
    },
    isSettled: (field) => settled.has(field.entry),
    settleRest() {
      settleMap(file.root, "", new Set());
    },
    notes,
    defects,
    get keys() {
      return [...keys.values()];
    },
    variables,
    tail: () => tailLines(tail),
    banner: attached.banner.map(clean),
    ending: attached.rest.map(clean),
  };

  function settleMap(map: OldMap, path: string, seen: Set<OldNode>): void {
    if (seen.has(map)) return;
    seen.add(map);
    for (const entry of map.entries) settleEntry(entry, map, path === "" ? entry.key : `${path}.${entry.key}`, seen);
  }

  function settleEntry(entry: OldEntry, map: OldMap, path: string, seen: Set<OldNode>): void {
    if (settled.has(entry)) return;
    const field = fieldOf(entry, clip(path));
    if (entry.overridden) {
      const message = `\`${clip(entry.key)}\` is given again below, and the last one counted: this one had no effect.`;
      settle(field, "idle", []);
      defect({ ...field, span: field.keySpan }, "never-wins", message);
      add(field, "warning", "never-wins", message);
      commentOut(field, message);
      return;
    }
    const isKnown = knownOf(map).has(entry.key.toLowerCase());
    if (isKnown && (entry.value.kind === "map" ? entry.value.entries.length > 0 : hasMaps(entry.value))) {
      settleNode(entry.value, path, seen);
      return;
    }
    if (isKnown && entry.value.kind !== "scalar") {
      settle(field, "idle", []);
      return;
    }
    if (isKnown) {
      ledger.leftOut(field, "This could not be carried over.");
      return;
    }
    unknown += 1;
    const meant = unknown > mostGuesses ? null : nearest(entry.key.toLowerCase(), [...knownOf(map)]);
    const hint = meant === null ? "" : ` Did you mean \`${meant}\`?`;
    const message = `\`${clip(entry.key)}\` is no key of the older format, and had no effect.${hint}`;
    const at = { ...field, span: field.keySpan };
    settle(field, "left-out", []);
    defect(at, "never-wins", message, meant ?? undefined);
    add(at, "warning", "not-carried", message);
    commentOut(field, "No key of the older format: it had no effect.");
  }

  function hasMaps(node: OldNode): boolean {
    return node.kind === "list" && node.items.some(({ kind }) => kind === "map");
  }

  function settleNode(node: OldNode, path: string, seen: Set<OldNode>): void {
    if (node.kind === "map") settleMap(node, path, seen);
    else if (node.kind === "list") {
      for (const [index, item] of node.items.entries()) settleNode(item, `${path}[${index}]`, seen);
    }
  }

  return ledger;
}

/** A path short enough for a message. */
function clip(text: string): string {
  const line = text.replace(/\s+/gu, " ");
  return line.length <= 120 ? line : `${line.slice(0, 119).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}

/** A list of maps as sections, each with its path. */
export function sectionsIn(ledger: Ledger, field: Field | null): readonly Section[] {
  if (field?.node.kind !== "list") return [];
  return field.node.items.flatMap((item, index) =>
    item.kind === "map" ? [ledger.sectionOf(item, `${field.path}[${index}]`)] : [],
  );
}

/** A map made of others, for defaults that a section falls back on. */
export function emptySection(ledger: Ledger): Section {
  return ledger.sectionOf({ kind: "map", entries: lastWins([]), span: { start: 0, end: 0 } }, "");
}
