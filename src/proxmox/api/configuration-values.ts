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
