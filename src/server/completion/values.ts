import type { KeyPath, SchemaInfo } from "../../config/index.js";
import type { Inventory } from "../../model/index.js";
import { liveValues } from "./live.js";
import type { ValueChoice } from "./value-choice.js";

const durations = ["30s", "1m", "2m", "5m", "15m", "30m", "1h", "1d"];
const sizes = ["256MiB", "512MiB", "1GiB", "2GiB", "4GiB", "8GiB"];
const days = ["mon-fri", "sat-sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const units: Readonly<Record<string, readonly string[]>> = {
  duration: ["s", "m", "h", "d"],
  size: ["MiB", "GiB", "TiB"],
  percentage: ["%"],
};
const unitWords: Readonly<Record<string, string>> = {
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
  MiB: "mebibytes",
  GiB: "gibibytes",
  TiB: "tebibytes",
  "%": "percent",
};

/** What could stand at a place, best first. `typed` is what stands there before the cursor. */
export function valuesFor(
  path: KeyPath,
  schema: SchemaInfo,
  typed: string,
  inventory: Inventory | null,
  flow: boolean,
): readonly ValueChoice[] {
  const live = inventory === null ? [] : liveValues(path, schema.type, inventory);
  const all = [
    ...live,
    ...schema.choices.map(({ value, description }): ValueChoice => ({
      text: value,
      documentation: description,
      kind: "choice",
    })),
    ...ofKind(schema.type, typed),
    ...written(schema),
    ...references(schema),
  ].map((choice) => ({ ...choice, text: flow && needsQuotesInFlow(choice.text) ? `"${choice.text}"` : choice.text }));
  const seen = new Set<string>();
  return all.filter(({ text }) => !seen.has(text) && seen.add(text));
}

function ofKind(type: string, typed: string): readonly ValueChoice[] {
  const number = /^(\d+(?:\.\d+)?)[A-Za-z%]*$/u.exec(typed)?.[1];
  if (number !== undefined && units[type] !== undefined && Number(number) > 0) {
    // Durations are whole.
    if (type === "duration" && number.includes(".")) return [];
    return units[type].map((unit) => ({ text: `${number}${unit}`, detail: unitWords[unit] ?? "", kind: "unit" }));
  }
  switch (type) {
    case "boolean":
      return ["true", "false"].map((text) => ({ text, kind: "choice" }));
    case "duration":
      return durations.map((text) => ({ text, kind: "unit" }));
    case "size":
      return sizes.map((text) => ({ text, kind: "unit" }));
    case "percentage":
      return ["25%", "60%", "80%", "95%"].map((text) => ({ text, kind: "unit" }));
    case "days":
      return days.map((text) => ({ text, kind: "choice" }));
    case "version":
      return [{ text: "1", kind: "choice" }];
    case "timezone":
      return ["UTC", ...Intl.supportedValuesOf("timeZone")].map((text) => ({ text, kind: "choice" }));
    default:
      return [];
  }
}

/** The default and the examples of the schema, where they are plain. */
function written(schema: SchemaInfo): readonly ValueChoice[] {
  const choices: ValueChoice[] = [];
  const plain = plainText(schema.default, schema.type);
  if (plain !== null) choices.push({ text: plain, detail: "default", kind: "example" });
  for (const example of schema.examples) {
    const text = plainText(example, schema.type);
    if (text !== null) choices.push({ text, detail: "example", kind: "example" });
  }
  return choices;
}

function references({ type, secret }: SchemaInfo): readonly ValueChoice[] {
  if (!secret) return [];
  return ["${env:NAME}", "${file:/run/secrets/name}"]
    .filter(() => type !== "map")
    .map((text) => ({ text, detail: "reference", kind: "reference" }));
}

/** How a value of the schema is written; maps and lists in brackets, `null` for what is none of these. */
export function plainText(value: unknown, type: string): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    // A time without quotes would be a number of base sixty to older readers of YAML.
    if (type === "time") return `"${value}"`;
    return /^[*&!%@`'"#|>{[]|: | #|^$/u.test(value) ? JSON.stringify(value) : value;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return null;
    const items = value.map((item) => inFlow(plainText(item, "")));
    return items.includes("") ? null : `[${items.join(", ")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${inFlow(plainText(item, ""))}`);
    return entries.length === 0 ? null : `{ ${entries.join(", ")} }`;
  }
  return null;
}

function inFlow(text: string | null): string {
  if (text === null) return "";
  return needsQuotesInFlow(text) ? `"${text}"` : text;
}

/** In brackets a reference's braces and commas would end the text. */
function needsQuotesInFlow(text: string): boolean {
  return text.includes("${") && !text.startsWith('"') && !text.startsWith("{") && !text.startsWith("[");
}
