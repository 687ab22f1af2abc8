import type { Pair, Scalar } from "yaml";
import type { PlacedProblem, Span } from "./document.js";
import { isAlias, isMap, isScalar, isSeq, sliceOf, spanOf } from "./document.js";
import type { AutoscalerDocument, Node, YAMLMap } from "./document.js";
import { mostFindings } from "./codes.js";
import type { Problem } from "./codes.js";
import { clip, expectation, readScalar } from "./kinds.js";
import { explainUnknownKey, unknownKey } from "./keys.js";
import { isPlaceholder } from "./placeholder.js";
import { createPlaces, spanOr } from "./places.js";
import type { Places } from "./places.js";
import type { Environment, ReadFile } from "./references.js";
import type { Remedy } from "./remedy.js";
import { shiftProblem } from "./incremental/shift.js";
import { hasReference, referenceProblem, resolveReference } from "./references.js";
import { propertyOf } from "./shape.js";
import type { ListShape, MapShape, ScalarShape, Shape, VariantShape } from "./shape.js";

/** A reference that could not be replaced: what it stands for is not known. */
export interface Unresolved {
  /** `connection.token`, `policies[1].cpu.max`. */
  readonly path: string;
  /** `${env:X}`. */
  readonly reference: string;
  readonly offset: number;
}

/** A file's values, normalised, and what is wrong with each on its own. */
export interface Walk {
  readonly value: unknown;
  readonly places: Places;
  readonly problems: readonly PlacedProblem[];
  readonly unresolved: readonly Unresolved[];
}

/** Keys whose values are secrets, also where the key is none of this format. */
const secretKey = /(?:token|password|secret)$/iu;

const secretMessage =
  "A secret in clear text ends up in version control. Put it elsewhere and refer to it: `${env:NAME}` or `${file:/path}`.";

/** What came of reading an entry of a document. */
interface ReadEntry {
  readonly shape: Shape;
  /** Its key at the top of the file, and its number there; NaN: it is no list. */
  readonly path: string;
  readonly index: number;
  /** Where it began, which its problems are told by. */
  readonly start: number;
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
}

/** What came of the entries of a document that is read again and again, by their nodes. */
export type ReadEntries = WeakMap<Node, ReadEntry>;

/** What a document is read with. */
export interface WalkOptions {
  readonly environment: Environment;
  readonly readFile: ReadFile;
  readonly places?: Places;
  /** `null`, or absent: all of it is read anew. */
  readonly entries?: ReadEntries | null;
}

/** Reads a document as its shape says, and reports whatever does not fit. */
export function walkDocument(
  document: AutoscalerDocument,
  shape: Shape,
  { environment, readFile, places = createPlaces(), entries = null }: WalkOptions,
): Walk {
  const problems: PlacedProblem[] = [];
  /** How often a value was told by more than the text of its entry: by the environment, another file, or a place outside. */
  let told = 0;
  const unresolved: Unresolved[] = [];
  /** What a node gave under a shape: aliases make nodes be asked for again. */
  const known = new Map<Node, Map<Shape, unknown>>();

  function report(problem: Problem, span: Span): void {
    problems.push({ ...problem, span });
  }

  /** Follows an alias to what it stands for. */
  function target(node: Node | null): Node | null {
    return node !== null && isAlias(node) ? (document.aliases.get(node) ?? null) : node;
  }

  function describe(node: Node | null): string {
    if (isMap(node)) return "settings (`key: value`) are";
    if (isSeq(node)) return "a list is";
    const value = isScalar(node) ? node.value : null;
    if (value === null) return "nothing is";
    return `\`${clip(sourceOf(node as Scalar))}\` is`;
  }

  function sourceOf(node: Scalar): string {
    return node.source ?? String(node.value);
  }

  /** Reports what can't be read at all; there is no value to go on with. */
  function wrongNode(expected: string, node: Node | null, keySpan: Span): unknown {
    const span = node === null || spanOf(node).end <= spanOf(node).start ? keySpan : spanOf(node);
    report({ code: "wrong-type", message: `Expected: ${expected}; ${describe(node)} given here.` }, span);
    return undefined;
  }

  /** What a map looks like, with an example where the schema has one. */
  function settingsNoun({ examples }: Shape): string {
    return examples[0] === undefined ? "settings (`key: value`)" : `settings such as \`${inFlow(examples[0])}\``;
  }

  function readMap(node: YAMLMap, shape: MapShape, keySpan: Span, path: string): unknown {
    const value: Record<string, unknown> = {};
    const unknown = new Set<string>();
    const meant = new Set<string>();
    let firstKey: Span | null = null;
    let complete = true;
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const keyNode = target(pair.key);
      const span: Span = pair.key === null ? spanOf(node) : spanOf(pair.key);
      firstKey ??= span;
      if (!isScalar(keyNode) || keyNode.value === null) {
        report({ code: "wrong-type", message: "A key is a word; this is none." }, span);
        continue;
      }
      const key = typeof keyNode.value === "string" ? keyNode.value : sourceOf(keyNode);
      const child = propertyOf(shape, key);
      if (child === null ? unknown.has(key) : !places.notePair(value, key, pair)) {
        report({ code: "duplicate-key", message: `\`${key}\` is given twice here; only one can hold.` }, span);
        continue;
      }
      if (child === null) {
        unknown.add(key);
        const { into, ...problem } =
          problems.length < mostFindings ? explainUnknownKey(key, shape, path) : unknownKey(key);
        if (problem.suggestion !== undefined) meant.add(problem.suggestion);
        report(into === undefined ? problem : { ...problem, remedies: [nesting(key, span, into)] }, span);
        reportSecret(key, target(pair.value));
        continue;
      }
      const childPath = path === "" ? key : `${path}.${key}`;
      const childNode = pair.value;
      const read =
        path === "" ? readEntry(childNode, child, () => span, key) : readNode(childNode, child, span, childPath);
      if (child.replacedBy !== null && !(key === "verifyTls" && read === false)) {
        report({ code: "deprecated-key", message: `\`${key}\` is out of use. ${child.description}` }, span);
      }
      if (read !== undefined) value[key] = read;
    }
    for (const key of shape.required) {
      if (value[key] === undefined) complete = false;
      if (places.of(value, key) !== null || meant.has(key)) continue;
      const owner = path === "" || path.endsWith("]") ? (firstKey ?? spanOf(node)) : keySpan;
      report({ code: "missing-key", message: `\`${key}\` is missing${path === "" ? "" : ` in \`${path}\``}.` }, owner);
    }
    if (shape.isMatch && node.items.length === 0) {
      report(
        { code: "empty-match", message: "An empty `match` means nothing; name at least one key, such as `tags`." },
        spanOf(node),
      );
    }
    // A file that lacks its version is still worth reading on; anything smaller is not known without its required keys.
    return complete || path === "" ? value : undefined;
  }

  /** A secret is one under whatever key it is tried. */
  function reportSecret(key: string, node: Node | null): void {
    if (!secretKey.test(key) || !isScalar(node) || typeof node.value !== "string") return;
    if (node.value === "" || hasReference(node.value) || isPlaceholder(node.value)) return;
    report({ code: "secret-in-clear-text", message: secretMessage }, spanOf(node));
  }

  function readList(node: Node | null, shape: ListShape, keySpan: Span, path: string): unknown {
    if (!isSeq(node)) {
      if (shape.single && node !== null && !isMap(node)) {
        const value: unknown[] = [];
        // A place, not a node: what was read can't be kept for a text in which it stands elsewhere.
        if (spanOf(node).end <= spanOf(node).start) told += 1;
        const read = readNode(node, shape.item, keySpan, path);
        if (read !== undefined) {
          places.noteItem(value, { node, key: null, around: keySpan, index: 0 });
          value.push(read);
        }
        return value;
      }
      const problem = isScalar(node) && node.value !== null ? wrongScalarForList(node) : null;
      if (problem === null || node === null) return wrongNode("a list", node, keySpan);
      report(problem, spanOf(node));
      return undefined;
    }
    if (node.items.length < shape.minItems) {
      const inMatch = /(?:^|\.)match\.\w+$/u.test(path);
      const key = path.split(".").at(-1) ?? path;
      report(
        inMatch
          ? {
              code: "empty-match",
              message: `An empty list of \`${key}\` matches nothing; name at least one, or leave \`${key}\` out.`,
            }
          : { code: "out-of-range", message: `\`${key}\` needs at least one entry.` },
        spanOf(node),
      );
    }
    const value: unknown[] = [];
    for (const [index, item] of (node.items as (Node | null)[]).entries()) {
      const read = readEntry(item, shape.item, () => spanOr(item, spanOf(node)), path, index);
      if (read === undefined) {
        places.lacksEntries(value);
        continue;
      }
      places.noteItem(value, { node: item, key: firstKey(target(item)), around: node, index });
      value.push(read);
    }
    return value;
  }

  function wrongScalarForList(node: Scalar): Problem {
    const { start, end } = spanOf(node);
    const suggestion = `[${sliceOf(document, start, end)}]`;
    return {
      code: "wrong-type",
      message: `Expected: a list; ${describe(node)} given here. Did you mean \`${clip(suggestion)}\`?`,
      suggestion,
    };
  }

  function firstKey(node: Node | null): Node | null {
    return isMap(node) ? ((node.items[0]?.key as Node | null | undefined) ?? null) : null;
  }

  function readVariant(node: Node | null, shape: VariantShape, keySpan: Span, path: string): unknown {
    if (!isMap(node)) return wrongNode(settingsNoun(shape), node, keySpan);
    const { discriminator, variants } = shape;
    const pair = (node.items as Pair<Node | null, Node | null>[]).find(
      (candidate) => isScalar(candidate.key) && candidate.key.value === discriminator,
    );
    const chosen = target(pair?.value ?? null);
    const choices = new Map([...variants].map(([name, variant]) => [name, variant.description]));
    if (pair === undefined) {
      const message = `\`${discriminator}\` is missing in \`${path}\`: ${[...choices.keys()].map((name) => `\`${name}\``).join(", ")}.`;
      report({ code: "missing-key", message }, spanOf(firstKey(node) ?? node));
      return undefined;
    }
    const scalar = isScalar(chosen) && typeof chosen.value === "string" ? chosen.value : null;
    if (scalar !== null && hasReference(scalar)) told += 1;
    const resolved = scalar === null ? null : resolveReference(scalar, environment, readFile);
    const variant = resolved !== null && "value" in resolved ? variants.get(resolved.value) : undefined;
    if (variant !== undefined) return readMap(node, variant, keySpan, path);
    const discriminatorShape: ScalarShape = {
      kind: "scalar",
      description: "",
      default: undefined,
      examples: [],
      replacedBy: null,
      scalar: "choice",
      choices,
      minimum: null,
      maximum: null,
      exclusive: false,
      unit: null,
      secret: false,
      deferred: false,
    };
    readNode(
      pair.value,
      discriminatorShape,
      pair.key === null ? keySpan : spanOf(pair.key),
      `${path}.${discriminator}`,
    );
    return undefined;
  }

  function readText(node: Node | null, shape: ScalarShape, keySpan: Span, path: string): unknown {
    if (!isScalar(node)) return wrongNode(expectation(shape), node, keySpan);
    const span = spanOr(node, keySpan);
    // A text in quotes counts without them, a plain one as it stands: `1.50` is not `1.5`.
    const source = sourceOf(node);
    if (typeof node.value === "string" && hasReference(source)) return readReference(source, shape, span, path);
    if (typeof node.value === "string" && isPlaceholder(source)) {
      report({ code: "placeholder-value", message: `\`${source}\` still stands for a value of your own.` }, span);
      return source;
    }
    const reading = readScalar({ text: source, typed: node.value, referenced: false, hidden: shape.secret }, shape);
    if (reading.problem !== undefined) report(reading.problem, span);
    if (shape.secret && typeof node.value === "string" && source !== "") {
      report({ code: "secret-in-clear-text", message: secretMessage }, span);
    }
    return reading.value;
  }

  function readReference(source: string, shape: ScalarShape, span: Span, path: string): unknown {
    told += 1;
    const problem = referenceProblem(source, shape.secret);
    if (problem !== null) {
      report(problem, span);
      return undefined;
    }
    const resolution = resolveReference(source, environment, readFile);
    if ("missing" in resolution) {
      unresolved.push({ path, reference: resolution.missing, offset: span.start });
      const consequence = shape.deferred ? "" : ", so this setting counts as not given";
      const what = resolution.missing.startsWith("${file:") ? "can't be read here" : "is not set here";
      report({ code: "unresolved-reference", message: `\`${resolution.missing}\` ${what}${consequence}.` }, span);
      return shape.deferred ? source : undefined;
    }
    const reading = readScalar(
      { text: resolution.value, typed: typeAgain(resolution.value), referenced: true, hidden: true },
      shape,
    );
    if (reading.problem !== undefined) report(reading.problem, span);
    return shape.deferred ? source : reading.value;
  }

  /**
   * Reads what stands at the top of the file, or is an entry of a list there; where it was read before and has only moved since,
   * what came of it is taken.
   */
  function readEntry(node: Node | null, shape: Shape, keySpan: () => Span, path: string, index = Number.NaN): unknown {
    const known = node === null ? undefined : entries?.get(node);
    // Its place in the list is in what it has to say, and beyond the most findings less is said.
    if (
      known?.shape === shape &&
      (known.problems.length === 0 ||
        (known.path === path &&
          Object.is(known.index, index) &&
          problems.length + known.problems.length <= mostFindings))
    ) {
      const by = node === null ? 0 : spanOf(node).start - known.start;
      for (const problem of known.problems) problems.push(shiftProblem(problem, by));
      return known.value;
    }
    const whole = Number.isNaN(index) ? path : `${path}[${index}]`;
    if (entries === null || !isMap(node) || path.includes(".")) return readNode(node, shape, keySpan(), whole);
    const [before, toldBefore] = [problems.length, told];
    const value = readNode(node, shape, keySpan(), whole);
    if (told === toldBefore && problems.length <= mostFindings) {
      const { start } = spanOf(node);
      entries.set(node, { shape, path, index, start, value, problems: problems.slice(before) });
    }
    return value;
  }

  function readNode(unfollowed: Node | null, shape: Shape, keySpan: Span, path: string): unknown {
    const node = target(unfollowed);
    // An alias to nothing was reported when the document was read.
    if (node === null && unfollowed !== null) return undefined;
    if (node === null) return readFresh(null, shape, keySpan, path);
    if (unfollowed === node && node.anchor === undefined) return readFresh(node, shape, keySpan, path);
    const byShape = known.get(node) ?? new Map<Shape, unknown>();
    known.set(node, byShape);
    if (!byShape.has(shape)) byShape.set(shape, readFresh(node, shape, spanOf(node), path));
    return byShape.get(shape);
  }

  function readFresh(node: Node | null, shape: Shape, keySpan: Span, path: string): unknown {
    switch (shape.kind) {
      case "map":
        if (isMap(node)) return readMap(node, shape, keySpan, path);
        if (shape.isMatch && (node === null || (isScalar(node) && node.value === null))) {
          report(
            { code: "empty-match", message: "An empty `match` means nothing; name at least one key, such as `tags`." },
            keySpan,
          );
          return undefined;
        }
        return wrongNode(settingsNoun(shape), node, keySpan);
      case "list":
        return readList(node, shape, keySpan, path);
      case "variant":
        return readVariant(node, shape, keySpan, path);
      case "scalar":
        return readText(node, shape, keySpan, path);
    }
  }

  const value = readNode(document.root, shape, { start: 0, end: 0 }, "");
  return { value, places, problems, unresolved };
}

/** Moves a key to where it belongs. */
function nesting(key: string, span: Span, into: string): Remedy {
  return { kind: "nest", key: span, into, title: `Move “${key}” into “${into}”`, certainty: "certain" };
}

/** A value as YAML has it on one line. */
function inFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inFlow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, child]) => `${key}: ${inFlow(child)}`)
      .join(", ")} }`;
  }
  const text = String(value);
  return typeof value === "string" && !/^[A-Za-z0-9][\w.%/-]*$/u.test(text) ? `"${text}"` : text;
}

/** What YAML's core schema makes of a plain text, for the types this format has. */
function typeAgain(text: string): unknown {
  if (/^(?:|~|null|Null|NULL)$/u.test(text)) return null;
  if (/^(?:true|True|TRUE)$/u.test(text)) return true;
  if (/^(?:false|False|FALSE)$/u.test(text)) return false;
  if (/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/u.test(text)) return Number(text);
  return text;
}
