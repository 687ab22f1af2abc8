// Writes the types of the JSON Schemas in schemas/ to src/config/generated/. With --check it only says whether they are up to date.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

/**
 * The part of JSON Schema that the files use.
 * @typedef {object} Schema
 * @property {string} [$ref]
 * @property {string} [title]
 * @property {string} [description]
 * @property {string | readonly string[]} [type]
 * @property {readonly string[]} [enum]
 * @property {Record<string, Schema>} [properties]
 * @property {Record<string, Schema>} [patternProperties]
 * @property {Record<string, Schema>} [$defs]
 * @property {Schema} [items]
 * @property {Schema[]} [anyOf]
 * @property {Schema[]} [oneOf]
 * @property {string} [x-kind]
 * @property {string} [tsType]
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const source = `${root}schemas/autoscaler.schema.json`;
const target = `${root}src/config/generated/autoscaler-file.ts`;

// What the reader makes of a text: the types say what comes out of it, not what stands in the file.
/** @type {Record<string, string>} */
const normalised = {
  duration: "Seconds",
  size: "Mebibytes",
  percentage: "Fraction",
  time: "MinutesAfterMidnight",
  days: "(readonly Weekday[])",
  dates: "DateRange",
  vmids: "VmidRange",
  pool: "AddressRange",
  integer: "number",
  number: "number",
  vmid: "number",
  boolean: "boolean",
  timezone: "string",
  endpoint: "string",
  "web-address": "string",
  token: "string",
  fingerprint: "string",
  address: "string",
  listen: "string",
  path: "string",
  text: "string",
};

const header = `// Written by scripts/generate-types.js from schemas/autoscaler.schema.json. Change that, and run \`npm run generate\`.
import type { AddressRange } from "../addresses.js";
import type { DateRange } from "../dates.js";
import type { VmidRange } from "../vmid-range.js";

/** \`2m\` is 120. */
export type Seconds = number;
/** \`8GiB\` is 8192. */
export type Mebibytes = number;
/** \`80%\` is 0.8. */
export type Fraction = number;
/** \`22:00\` is 1320. */
export type MinutesAfterMidnight = number;
/** 1 is Monday, 7 is Sunday. */
export type Weekday = number;
`;

/** Keywords that say nothing about the type, or that were seen to before. */
const dropped = new Set([
  "default",
  "examples",
  "minItems",
  "minProperties",
  "minLength",
  "anyOf",
  "if",
  "then",
  "dependentRequired",
  "title",
  "$defs",
  "$schema",
  "$id",
  "$comment",
]);

/** @param {Schema} node */
function isMap(node) {
  return node.type === "object" || node.oneOf !== undefined;
}

/** @param {string} reference */
function definitionOf(reference) {
  const name = reference.replace("#/$defs/", "");
  const definition = definitions[name];
  if (definition === undefined) throw new Error(`The schema refers to ${reference}, which it does not define.`);
  return definition;
}

/**
 * The schema of what the reader gives: units resolved, references replaced, one-or-more as a list.
 * @param {Schema} node
 * @returns {Schema}
 */
function afterReading(node) {
  const { $ref, ...beside } = node;
  const described = node.description === undefined ? {} : { description: node.description };
  if ($ref !== undefined) {
    const definition = definitionOf($ref);
    // Maps keep their names; what is only a text becomes its own type in place.
    return isMap(definition) ? { $ref, ...described } : afterReading({ ...definition, ...beside });
  }
  const kind = node["x-kind"] ?? "";
  const list = kind === "one-or-more" ? node.anyOf?.find((one) => one.items !== undefined)?.items : undefined;
  if (list !== undefined) return { ...described, type: "array", items: afterReading(list) };
  const tsType = normalised[kind];
  if (tsType !== undefined) return { ...described, tsType };
  const choices = node.enum ?? node.anyOf?.find((one) => one.enum !== undefined)?.enum;
  if (choices !== undefined) return { ...described, enum: choices };
  /** @type {Schema} */
  const result = {};
  for (const [key, value] of Object.entries(node)) {
    if (!dropped.has(key) && !key.startsWith("x-")) Object.assign(result, { [key]: value });
  }
  if (node.properties !== undefined) result.properties = mapValues(node.properties, afterReading);
  if (node.patternProperties !== undefined) {
    result.patternProperties = mapValues(node.patternProperties, afterReading);
  }
  if (node.items !== undefined) result.items = afterReading(node.items);
  if (node.oneOf !== undefined) {
    result.oneOf = node.oneOf.map((one) => ({ ...afterReading(one), title: `${one.title ?? ""}-notification` }));
  }
  return result;
}

/**
 * @param {Record<string, Schema>} record
 * @param {(node: Schema) => Schema} change
 */
function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, node]) => [name, change(node)]));
}

/** @type {(text: string) => Schema} */
const parse = JSON.parse;
const schema = parse(await readFile(source, "utf8"));
const definitions = schema.$defs ?? {};
const maps = Object.fromEntries(Object.entries(definitions).filter(([, definition]) => isMap(definition)));
const plain = { ...afterReading(schema), $defs: mapValues(maps, afterReading), title: "AutoscalerFile" };
const types = await compile(/** @type {object} */ (plain), "AutoscalerFile", {
  bannerComment: header,
  additionalProperties: false,
  style: { printWidth: 120 },
  unreachableDefinitions: false,
});
// What was read is never written to.
const text = types
  .replaceAll(/^( +)((?:"[^"]+"|\w+|\[\w+: string\])\??:)/gmu, "$1readonly $2")
  .replaceAll(/: ([^;\n{}]+)\[\](;?)$/gmu, ": readonly $1[]$2")
  .replaceAll("readonly readonly", "readonly")
  .replaceAll(/\n \*\n \* This interface was referenced by [^/]*?via the `patternProperty` .*$/gmu, "");

if (process.argv.includes("--check")) {
  const present = await readFile(target, "utf8").catch(() => "");
  if (present !== text) {
    console.error("src/config/generated/ is out of date: run `npm run generate`.");
    process.exitCode = 1;
  }
} else {
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}
