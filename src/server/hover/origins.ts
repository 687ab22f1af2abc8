import {
  effectiveSettings,
  placeOf,
  type AutoscalerReading,
  type KeyPath,
  type SchemaInfo,
} from "../../config/index.js";
import { formatDuration, formatPercentage, formatSize, type Inventory } from "../../model/index.js";
import { code } from "./markdown.js";

interface Layer {
  readonly path: KeyPath;
  readonly title: string;
}

/** Where a setting of a layer gets its value in the end: every layer that gives one, and what is in force for the live containers. */
export function originLines(
  path: KeyPath,
  schema: SchemaInfo,
  reading: AutoscalerReading,
  inventory: Inventory | null,
  now: number,
): readonly string[] {
  const inner = settingOf(path);
  if (inner === null || inner[0] === "match" || schema.type === "map" || schema.type === "list") return [];
  return [...layersThatSet(inner, reading), ...inForce(inner.join("."), schema, reading, inventory, now)];
}

/** `policies[1].cpu.max` → `cpu.max`; `null` outside of layers. */
function settingOf(path: KeyPath): KeyPath | null {
  const [section, index] = path;
  const inner = section === "defaults" ? path.slice(1) : typeof index === "number" ? path.slice(2) : [];
  if (section !== "defaults" && section !== "policies" && section !== "schedules") return null;
  const [first] = inner;
  return first === "cpu" || first === "memory" || first === "cooldown" || first === "priority" ? inner : null;
}

function layersThatSet(inner: KeyPath, { document, config }: AutoscalerReading): readonly string[] {
  const layers: Layer[] = [{ path: ["defaults"], title: "`defaults`" }];
  for (const section of ["policies", "schedules"] as const) {
    for (const { index, name } of config?.[section] ?? []) {
      layers.push({ path: [section, index], title: `${code(name)} (${section})` });
    }
  }
  const set = layers.flatMap(({ path, title }) => {
    const value = placeOf(document, [...path, ...inner])?.value ?? null;
    if (value === null) return [];
    const { line } = document.lines.linePos(value.start);
    return [`${title}: ${code(document.text.slice(value.start, value.end))} (line ${line})`];
  });
  return set.length < 2 ? [] : [`Set by, a later one wins:\n${set.map((line) => `- ${line}`).join("\n")}`];
}

/** What is in force now, grouped by value and where it comes from. */
function inForce(
  setting: string,
  schema: SchemaInfo,
  { config }: AutoscalerReading,
  inventory: Inventory | null,
  now: number,
): readonly string[] {
  if (config === null || inventory === null) return [];
  const groups = new Map<string, string[]>();
  for (const container of inventory.containers) {
    const { managed, origins } = effectiveSettings(config, container, now);
    const origin = managed ? origins.find(({ path }) => path === setting) : undefined;
    if (origin === undefined) continue;
    const title = `${code(written(origin.value, schema.type))} from ${origin.origin}`;
    groups.set(title, [...(groups.get(title) ?? []), container.name]);
  }
  if (groups.size === 0) return [];
  const lines = [...groups].map(([title, names]) => {
    const shown = names.slice(0, 4).map(code).join(", ");
    return `- ${title}: ${shown}${names.length > 4 ? ` and ${names.length - 4} more` : ""}`;
  });
  return [`In force now:\n${lines.join("\n")}`];
}

function written(value: string | number | boolean, type: string): string {
  if (typeof value !== "number") return String(value);
  if (type === "duration") return formatDuration(value);
  if (type === "size") return formatSize(value);
  return type === "percentage" ? formatPercentage(value) : String(value);
}
