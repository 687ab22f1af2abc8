import type { ConfigurationValues } from "../../model/index.js";
import { recordOf, textOf } from "./numbers.js";

/** Reads the options of a configuration as Proxmox answers them, as numbers or as text. */
export function configurationValuesOf(data: unknown): ConfigurationValues {
  const entries = Object.entries(recordOf(data)).flatMap(([key, value]) => {
    if (key === "digest") return [];
    const text = value === "" ? "" : textOf(value);
    return text === null ? [] : [[key, key === "description" ? withoutEnd(text) : text] as const];
  });
  return Object.fromEntries(entries);
}

/** Proxmox ends a description with a line break; people don't. */
export function withoutEnd(text: string): string {
  return text.replace(/\n$/u, "");
}

/** Reads a configuration file: the part that is in force, without what waits and without snapshots. */
export function parseConfigurationText(text: string): ConfigurationValues {
  const values: Record<string, string> = {};
  const notes: string[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("[")) break;
    if (line.startsWith("#")) notes.push(decoded(line.slice(1)));
    const [, key, value] = /^([a-z][\w-]*): ?(.*)$/u.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values[key] = value;
  }
  return notes.length === 0 ? values : { ...values, description: notes.join("\n") };
}

/** What Proxmox percent-encodes in a comment; left as it is where that is something else. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
