import { behaviourOf, presetOf, type KeyPath, type SchemaInfo } from "../../config/index.js";
import { formatDuration, type Inventory } from "../../model/index.js";
import { dates, days, times, timezones } from "./calendar-values.js";
import { liveValues } from "./live.js";
import { counted, isMeasure, measured } from "./measures.js";
import { plainText } from "./scalar-text.js";
import type { ValueChoice } from "./value-choice.js";

/** What values depend on beside the place. */
export interface ValueContext {
  readonly inventory: Inventory | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The document: names of variables that it uses elsewhere are offered again. */
  readonly text: string;
  /** Files that a place of this path may name, relative to the document. */
  readonly files: (path: KeyPath) => readonly string[];
  /** Names of the snapshots of the template at the place, the newest first. */
  readonly snapshots: readonly string[];
}

/** What could stand at a place, best first. `typed` is what stands there before the cursor, without a quote. */
export function valuesFor(
  path: KeyPath,
  schema: SchemaInfo,
  typed: string,
  context: ValueContext,
): readonly ValueChoice[] {
  // `$` says that a reference is meant.
  if (typed.startsWith("$")) return isScalar(schema) ? references(schema, context.text) : [];
  const hasNumber = isMeasure(schema.type) && /^\d/u.test(typed);
  const all = [
    ...(context.inventory === null ? [] : liveValues(path, schema.type, context.inventory)),
    ...(isSnapshot(path) ? context.snapshots.map((text): ValueChoice => ({ text, kind: "live" })) : []),
    ...(hasNumber ? [] : standard(schema)),
    ...choicesOf(path, schema),
    ...ofKind(schema, typed, context.now),
    ...(hasNumber ? [] : examples(schema)),
    ...(isFilePath(path) ? context.files(path).map((text): ValueChoice => ({ text, kind: "file" })) : []),
    ...(schema.secret ? references(schema, context.text) : []),
  ];
  const byText = new Map<string, ValueChoice>();
  for (const choice of all) {
    const key = choice.text.replaceAll(/^["']|["']$/gu, "");
    const known = byText.get(key);
    if (known === undefined) byText.set(key, choice);
    // The default of a choice has its meaning too.
    else if (known.documentation === undefined && choice.documentation !== undefined) {
      byText.set(key, { ...choice, ...known, documentation: choice.documentation, kind: choice.kind });
    }
  }
  return [...byText.values()];
}

function isScalar({ type }: SchemaInfo): boolean {
  return type !== "map" && type !== "list";
}

/** True for places that name another file. */
export function isFilePath(path: KeyPath): boolean {
  return path[0] === "include" || (path[0] === "holidays" && path[1] === "file");
}

function isSnapshot(path: KeyPath): boolean {
  return path.at(-1) === "snapshot" && path.at(-2) === "template";
}

function choicesOf(path: KeyPath, { choices, default: usual }: SchemaInfo): readonly ValueChoice[] {
  return choices.map(({ value, description }) => {
    const preset = path.at(-1) === "preset" ? presetOf(value) : null;
    const isDefault = value === usual;
    if (preset !== null) {
      return {
        text: value,
        detail: `${preset.title} · ${preset.family}`,
        documentation: `${preset.why}\n\n\`\`\`yaml\n${settingsOf(preset.settings)}\n\`\`\``,
        search: `${value} ${preset.title}`,
        kind: "choice",
      };
    }
    const timing = path.at(-1) === "behaviour" ? timingOf(value) : "";
    return {
      text: value,
      ...(isDefault ? { detail: "default", isDefault } : {}),
      documentation: `${description}${timing}`,
      kind: "choice",
    };
  });
}

function settingsOf(settings: object): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${plainText(value, "") ?? ""}`)
    .join("\n");
}

function timingOf(name: string): string {
  if (name !== "conservative" && name !== "normal" && name !== "aggressive") return "";
  const { up, down } = behaviourOf(name);
  const says = ({ forSeconds, cooldownSeconds }: typeof up): string =>
    `after ${formatDuration(forSeconds)}, then at rest for ${formatDuration(cooldownSeconds)}`;
  return `\n\n- grows ${says(up)}\n- shrinks ${says(down)}`;
}

function ofKind(schema: SchemaInfo, typed: string, now: number): readonly ValueChoice[] {
  switch (schema.type) {
    case "boolean":
      return ["true", "false"].map((text) => ({ text, isYaml: true, kind: "choice" }));
    case "days":
      return days();
    case "dates":
      return dates(now);
    case "time":
      return times(typed);
    case "version":
      return [{ text: "1", isYaml: true, kind: "choice" }];
    case "timezone":
      return timezones();
    case "integer":
    case "number":
      return counted(schema);
    default:
      return measured(schema, typed);
  }
}

function standard(schema: SchemaInfo): readonly ValueChoice[] {
  if (!isScalar(schema)) return [];
  const text = plainText(schema.default, schema.type);
  return text === null ? [] : [{ ...asText(text), detail: "default", isDefault: true, kind: "example" }];
}

/** The examples of the schema, where they are plain. */
function examples(schema: SchemaInfo): readonly ValueChoice[] {
  if (schema.choices.length > 0 || schema.type === "timezone") return [];
  return schema.examples.flatMap((example): ValueChoice[] => {
    if (typeof example === "string" && example.includes("${")) return [];
    const text = plainText(example, schema.type);
    return text === null ? [] : [{ ...asText(text), detail: "example", kind: "example" }];
  });
}

/** What is in quotes is shown without them. */
function asText(written: string): Pick<ValueChoice, "text" | "isYaml"> {
  const [, inner] = /^"([^"\\]*)"$/u.exec(written) ?? [];
  return inner === undefined ? { text: written, isYaml: true } : { text: inner };
}

/** References: the variables of the contract and of this document, for a secret also a file. */
function references({ secret, examples: written }: SchemaInfo, text: string): readonly ValueChoice[] {
  const named = written.filter((one): one is string => typeof one === "string" && one.startsWith("${"));
  const used = [...text.matchAll(/\$\{env:([A-Za-z_]\w*)\}/gu)].map(([whole]) => whole);
  const known = ["PROXMOX_TOKEN", "PROXMOX_URL", "PROXMOX_FINGERPRINT"].map((name) => `\${env:${name}}`);
  const all = new Set([
    ...named,
    ...used,
    ...(secret ? ["${env:PROXMOX_TOKEN}", "${file:/run/secrets/token}"] : [...known, "${env:NAME}", "${file:/path}"]),
  ]);
  return [...all].map((one) => ({
    text: one,
    detail: one.startsWith("${env:") ? "from the environment" : "from a file",
    kind: "reference",
  }));
}

export { plainText };
