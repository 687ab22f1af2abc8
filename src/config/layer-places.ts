import type { LayerFile } from "./layers.js";
import type { Place, Places } from "./places.js";

/**
 * Where each setting of a layer stands, by its path (`cpu.scaleUp.above`); maps such as `cpu.scaleUp` have a place too,
 * and so have settings whose values could not be read.
 */
export function layerPlaces(layer: LayerFile, places: Places): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>();
  const collect = (parent: object, prefix: string): void => {
    for (const key of places.keys(parent)) {
      const path = `${prefix}${key}`;
      const place = places.of(parent, key);
      const value: unknown = (parent as Readonly<Record<string, unknown>>)[key];
      if (place !== null) found.set(path, place);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) collect(value, `${path}.`);
    }
  };
  for (const key of ["cpu", "memory", "cooldown", "priority"] as const) {
    const place = places.of(layer, key);
    if (place !== null) found.set(key, place);
    const part = layer[key];
    if (typeof part === "object") collect(part, `${key}.`);
  }
  return found;
}
