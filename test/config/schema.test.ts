import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { schemaAt } from "../../src/config/index.js";
import type { KeyPath } from "../../src/config/index.js";
import { scalarKinds } from "../../src/config/kinds.js";
import { example, read } from "./example.js";

interface Node {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly patternProperties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly required?: readonly string[];
  readonly title?: string;
  readonly type?: unknown;
  readonly "x-kind"?: string;
}

const schema = JSON.parse(
  readFileSync(new URL("../../schemas/autoscaler.schema.json", import.meta.url), "utf8"),
) as Node & { readonly $defs: Readonly<Record<string, Node>> };
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
for (const word of [
  "kind",
  "unit",
  "minimum",
  "maximum",
  "secret",
  "deferred",
  "replacedBy",
  "choices",
  "discriminator",
]) {
  ajv.addKeyword(`x-${word}`);
}
const validate = ajv.compile(schema);

function resolve(node: Node): Node {
  if (node.$ref === undefined) return node;
  const { $ref, ...beside } = node;
  return { ...resolve(schema.$defs[$ref.replace("#/$defs/", "")]!), ...beside };
}

/** Every place of the format, with its schema. */
function places(unresolved: Node, path: KeyPath = []): readonly (readonly [KeyPath, Node])[] {
  const node = resolve(unresolved);
  const found: (readonly [KeyPath, Node])[] = [[path, node]];
  for (const variant of [node, ...(node.oneOf ?? [])]) {
    for (const [key, child] of Object.entries(variant.properties ?? {})) found.push(...places(child, [...path, key]));
  }
  for (const child of Object.values(node.patternProperties ?? {})) found.push(...places(child, [...path, "mp0"]));
  if (node.items !== undefined) found.push(...places(node.items, [...path, 0]));
  return found;
}

const all = places(schema);

/** Codes of what a JSON Schema can't know. */
const beyondSchema = new Set([
  "min-above-max",
  "below-above-above",
  "two-strategies",
  "duplicate-name",
  "duplicate-key",
  "unknown-timezone",
]);

describe("the schema", () => {
  it("holds for the example of the contract, and for what the reader takes", () => {
    expect(validate(parse(example)), JSON.stringify(validate.errors)).toBe(true);
  });

  it("describes every place of the format, and gives defaults and examples that hold", () => {
    expect(all.length).toBeGreaterThan(300);
    for (const [path, node] of all) {
      const last = path.at(-1);
      if (typeof last !== "string") continue;
      expect(node.description, path.join(".")).toMatch(/^.{10,}\.$/su);
      for (const value of [...(node.default === undefined ? [] : [node.default]), ...(node.examples ?? [])]) {
        const check = ajv.compile({ ...node, $defs: schema.$defs });
        expect(check(value), `${path.join(".")}: ${JSON.stringify(value)} ${JSON.stringify(check.errors)}`).toBe(true);
      }
    }
  });

  it("names no kind of text that the reader does not know", () => {
    const known = new Set([...scalarKinds, "one-or-more"]);
    for (const [path, node] of all)
      if (node["x-kind"] !== undefined) expect(known, path.join(".")).toContain(node["x-kind"]);
  });

  it("is what hovers show", () => {
    for (const [path, node] of all) {
      const info = schemaAt(path);
      expect(info, path.join(".")).not.toBeNull();
      if (path.includes("notifications")) continue;
      expect(info).toMatchObject({ description: node.description ?? "", examples: node.examples ?? [] });
      expect(info!.default).toEqual(node.default);
      expect(info!.properties).toEqual(Object.keys(node.properties ?? {}));
    }
  });
});

/** A value for each kind of place that is wrong everywhere it can stand. */
const wrong: readonly unknown[] = [[[]], { nowhere: 1 }, -1e9, "% % %", null];

describe("schema and reader", () => {
  function agree(document: unknown): void {
    const text = JSON.stringify(document);
    const { findings } = read(text, { file: "x.json" });
    const errors = findings.filter(({ severity }) => severity === "error");
    // Of what only the reader knows, the schema has no say.
    if (errors.length > 0 && errors.every(({ code }) => beyondSchema.has(code))) return;
    const verdict = validate(document);
    expect(errors.length === 0, `${text}\n${JSON.stringify(errors)}\n${JSON.stringify(validate.errors)}`).toBe(verdict);
  }

  it("refuse the same wrong values, at every place of the format", () => {
    for (const [path] of all) {
      for (const value of wrong) agree(place(path, value));
    }
  });

  it("take the same examples, at every place of the format", () => {
    for (const [path, node] of all) {
      for (const value of node.examples ?? []) {
        const document = place(path, value);
        agree(document);
      }
    }
  });

  it("take a reference for every text", () => {
    for (const [path, node] of all) {
      const scalar = node["x-kind"] !== undefined && node["x-kind"] !== "version" && node["x-kind"] !== "one-or-more";
      const { findings } = read(JSON.stringify(place(path, "${env:NOT_SET}")));
      const here = findings.filter(({ code }) => code === "unresolved-reference");
      if (scalar) expect(here.length, path.join(".")).toBe(1);
    }
  });
});

/** The smallest document with a value at a path: whatever is required beside it is there. */
function place(path: KeyPath, value: unknown): unknown {
  const build = (unresolved: Node, rest: KeyPath): unknown => {
    const node = resolve(unresolved);
    const [step, ...further] = rest;
    if (step === undefined) return value;
    if (typeof step === "number") return [build(node.items!, further)];
    const owner = node.oneOf?.find((variant) => variant.properties?.[step] !== undefined) ?? node;
    const filled = Object.fromEntries((owner.required ?? []).map((key) => [key, sample(owner.properties![key]!)]));
    return {
      ...filled,
      [step]: build(owner.properties?.[step] ?? Object.values(owner.patternProperties!)[0]!, further),
    };
  };
  return build(schema, path);
}

function sample(unresolved: Node): unknown {
  const node = resolve(unresolved) as Node & { readonly const?: unknown };
  if (node.const !== undefined) return node.const;
  if (node.examples?.[0] !== undefined) return node.examples[0];
  return Object.fromEntries((node.required ?? []).map((key) => [key, sample(node.properties![key]!)]));
}
