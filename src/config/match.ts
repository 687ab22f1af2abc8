import picomatch from "picomatch/posix";
import type { Match, MatchSubject, VmidRange } from "./settings.js";

type Test = (text: string) => boolean;

/** True where a text has characters that mean something in a glob. */
export function isGlob(text: string): boolean {
  return /[*?[\]{}()!+@]/u.test(text);
}

/** None of these texts is a path: in a pool inside of another `*` stands for the `/` between them too. */
function withoutPaths(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes("/") ? lower.replaceAll("/", "\u0001") : lower;
}

const globOptions = { dot: true, nonegate: true, noglobstar: true, posix: true } as const;

/** Compiles globs, case ignored; a text without any special character is compared as it is. */
function compileGlobs(globs: readonly string[]): Test {
  const literal = new Set<string>();
  const patterns: Test[] = [];
  for (const glob of globs) {
    if (isGlob(glob)) patterns.push(picomatch(withoutPaths(glob), globOptions));
    else literal.add(withoutPaths(glob));
  }
  return (text) => {
    const plain = withoutPaths(text);
    return literal.has(plain) || patterns.some((matches) => matches(plain));
  };
}

function within(vmid: number, ranges: readonly VmidRange[]): boolean {
  return ranges.some(({ first, last }) => vmid >= first && vmid <= last);
}

/** A match, compiled: each key says which of the subject's values holds, `null` where none does. */
export interface Matcher {
  /** All keys hold. */
  all(subject: MatchSubject): boolean;
  /** The first key that holds, in words (`vmid 104`, `tag no-scale`). */
  any(subject: MatchSubject): string | null;
}

type Key = (subject: MatchSubject) => string | null;

function textKey(word: string, globs: readonly string[], values: (subject: MatchSubject) => readonly string[]): Key {
  const test = compileGlobs(globs);
  // `*` holds even for what is not known, because whatever it is, it would hold.
  const anything = globs.includes("*") && word === "name";
  return (subject) => {
    const found = values(subject).find(test);
    if (found !== undefined) return `${word} ${found}`;
    return anything ? `any ${word}` : null;
  };
}

/** `null` and `undefined` are values that are not known: nothing holds of them. */
function known(value: string | null | undefined): readonly string[] {
  return value === null || value === undefined ? [] : [value];
}

/** Compiles a match once, for many containers. */
export function compileMatch(match: Match): Matcher {
  const keys: Key[] = [];
  const { vmids, names, tags, nodes, pools } = match;
  if (vmids !== undefined) keys.push(({ vmid }) => (within(vmid, vmids) ? `vmid ${vmid}` : null));
  if (names !== undefined) keys.push(textKey("name", names, ({ name }) => known(name)));
  if (tags !== undefined) keys.push(textKey("tag", tags, (subject) => subject.tags ?? []));
  if (nodes !== undefined) keys.push(textKey("node", nodes, ({ node }) => known(node)));
  if (pools !== undefined) keys.push(textKey("pool", pools, ({ pool }) => known(pool)));
  return {
    all: (subject) => keys.length > 0 && keys.every((key) => key(subject) !== null),
    any(subject) {
      for (const key of keys) {
        const held = key(subject);
        if (held !== null) return held;
      }
      return null;
    },
  };
}

const keysOfMatch = ["vmids", "names", "tags", "nodes", "pools"] as const;

/** A key of a `match`. */
export type MatchKey = (typeof keysOfMatch)[number];

function isKnown(key: MatchKey, match: Match, { name, tags, node, pool }: MatchSubject): boolean {
  switch (key) {
    case "vmids":
      return true;
    case "names":
      return name !== null || match.names?.includes("*") === true;
    case "tags":
      return tags !== null;
    case "nodes":
      return node !== null;
    case "pools":
      return pool !== undefined;
  }
}

/**
 * The keys that leave open whether a match holds, because what they ask for is not known of the subject (its pool:
 * `undefined`); none where another key settles it. Of an ignore list (`any`) one key that holds does.
 */
export function openKeys(match: Match, subject: MatchSubject, any = false): readonly MatchKey[] {
  const given = keysOfMatch.filter((key) => match[key] !== undefined);
  const open = given.filter((key) => !isKnown(key, match, subject));
  const settled = given.some((key) => {
    if (open.includes(key)) return false;
    const holds = compileMatch({ [key]: match[key] }).all(subject);
    return any ? holds : !holds;
  });
  return settled ? [] : open;
}
