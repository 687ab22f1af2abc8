import { basename } from "node:path";
import {
  effectiveSettings,
  layerKeys,
  placeOf,
  type AutoscalerConfig,
  type AutoscalerReading,
  type KeyPath,
  type SchemaInfo,
  type SettingOrigin,
} from "../../config/index.js";
import { formatDuration, formatPercentage, formatSize, type Inventory } from "../../model/index.js";
import { code } from "./markdown.js";

/** More layers or values than this say less. */
const most = 8;

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
  return layerKeys.includes(String(first)) ? inner : null;
}

function layersThatSet(inner: KeyPath, { document, config }: AutoscalerReading): readonly string[] {
  const layers: Layer[] = [{ path: ["defaults"], title: "`defaults`" }];
  for (const section of ["policies", "schedules"] as const) {
    for (const { index, name, file } of config?.[section] ?? []) {
      // Places of included files are not in this text.
      if (file !== undefined) continue;
      layers.push({ path: [section, index], title: `${code(name)} (${section})` });
    }
  }
  const set = layers.flatMap(({ path, title }) => {
    const value = placeOf(document, [...path, ...inner])?.value ?? null;
    return value === null ? [] : [{ title, value }];
  });
  if (set.length < 2) return [];
  const lines = set.slice(0, most).map(({ title, value }) => {
    const { line } = document.lines.linePos(value.start);
    return `- ${title}: ${code(document.text.slice(value.start, value.end))} (line ${line})`;
  });
  if (set.length > most) lines.push(`- and ${set.length - most} more`);
  return [`Set by, a later one wins:\n${lines.join("\n")}`];
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
    const title = `${code(written(origin, schema.type))} from ${originInWords(origin, config)}`;
    groups.set(title, [...(groups.get(title) ?? []), container.name]);
  }
  if (groups.size === 0) return [];
  const lines = [...groups].map(([title, names]) => {
    const shown = names.slice(0, 4).map(code).join(", ");
    return `- ${title}: ${shown}${names.length > 4 ? ` and ${names.length - 4} more` : ""}`;
  });
  if (lines.length > most) lines.splice(most, lines.length, `- and ${lines.length - most} other values`);
  return [`In force now:\n${lines.join("\n")}`];
}

/** `policy `web` (line 4)`; with what gives the value where the layer only names it, and the included file it stands in. */
function originInWords({ origin, line, file, through }: SettingOrigin, config: AutoscalerConfig): string {
  const giver = through === undefined ? "" : `${through}, named in `;
  if (line === null) return `${giver}${origin === "built-in" ? "what is built in" : origin}`;
  // Folders say little, and may be long.
  const where = file === undefined || file === config.file ? "" : ` of ${code(basename(file))}`;
  return `${giver}${layerInWords(origin, file, config)} (line ${line}${where})`;
}

/** `policies[0]` → `policy `web``, as people call it. */
function layerInWords(origin: string, file: string | undefined, config: AutoscalerConfig): string {
  const [, section, place] = /^(policies|schedules)\[(\d+)\]$/u.exec(origin) ?? [];
  if (section !== "policies" && section !== "schedules") return origin;
  const own = file === config.file ? undefined : file;
  const layer = config[section].find((one) => one.index === Number(place) && one.file === own);
  if (layer === undefined || layer.name === origin) return origin;
  return `${section === "policies" ? "policy" : "schedule"} ${code(layer.name)}`;
}

function written({ path, value }: SettingOrigin, type: string): string {
  if (typeof value !== "number") return String(value);
  if (type === "duration") return formatDuration(value);
  // Sizes of volumes are in GiB, all others in MiB.
  if (type === "size") return formatSize(/^(?:rootfs|mountPoints)\./u.test(path) ? value * 1024 : value);
  return type === "percentage" ? formatPercentage(value) : String(value);
}
