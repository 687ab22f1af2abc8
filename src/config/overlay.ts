import type { AutoscalerFile, Defaults } from "./generated/autoscaler-file.js";
import type { Places } from "./places.js";

/** Several files as one. */
export interface Overlaid {
  /** All of them, a later one over an earlier one; its `defaults` are those of the last. */
  readonly file: AutoscalerFile;
  /** `defaults` of the files under the last, the lowest first. */
  readonly below: readonly Defaults[];
}

type Values = Readonly<Record<string, unknown>>;

/** Lists of the file that are put one after the other, the included entries first. */
const joined = new Set(["policies", "schedules", "groups", "notifications"]);
/** Maps of lists that are put one after the other. */
const joinedWithin: Readonly<Record<string, readonly string[]>> = {
  ignore: ["vmids", "names", "tags", "nodes", "pools"],
  holidays: ["dates"],
};

function isMapValue(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Lays the values of files over each other, the first at the bottom: lists of entries are put one after the other, maps
 * are merged key by key, everything else is taken from the last file that says it. `places` learns where each value of
 * the result stands.
 */
export function overlayFiles(files: readonly AutoscalerFile[], places: Places): Overlaid {
  const [lowest, ...others] = files;
  if (lowest === undefined || others.length === 0) return { file: lowest ?? { version: 1 }, below: [] };
  let result = lowest as unknown as Values;
  for (const file of others) result = overlay(result, file as unknown as Values, places, "");
  const own = files.at(-1)?.defaults ?? {};
  const below = files.slice(0, -1).flatMap(({ defaults }) => (defaults === undefined ? [] : [defaults]));
  const match = below.findLast((defaults) => places.of(defaults, "match") !== null);
  if (below.length === 0) return { file: result as unknown as AutoscalerFile, below };
  // What is matched is no layer: of the files that say it the last counts.
  const defaults: Record<string, unknown> = {};
  for (const key of places.keys(own)) copy(own as Values, key, defaults, places);
  if (match !== undefined && places.of(own, "match") === null) copy(match as Values, "match", defaults, places);
  const whole: Record<string, unknown> = {};
  for (const key of places.keys(result)) copy(result, key, whole, places);
  whole["defaults"] = defaults;
  return { file: whole as unknown as AutoscalerFile, below };
}

function copy(from: Values, key: string, to: Record<string, unknown>, places: Places): void {
  if (from[key] !== undefined) to[key] = from[key];
  places.copyPair(from, key, to);
}

function overlay(below: Values, above: Values, places: Places, path: string): Values {
  const result: Record<string, unknown> = {};
  for (const key of places.keys(below)) copy(below, key, result, places);
  for (const key of places.keys(above)) {
    const [lower, upper] = [below[key], above[key]];
    copy(above, key, result, places);
    // `defaults` are layers, which are laid over each other elsewhere.
    if (path === "" && key === "defaults") continue;
    const joins = path === "" ? joined.has(key) : joinedWithin[path]?.includes(key) === true;
    if (joins && Array.isArray(lower) && Array.isArray(upper)) {
      result[key] = places.join(lower as readonly unknown[], upper as readonly unknown[]);
    } else if (isMapValue(lower) && isMapValue(upper)) {
      result[key] = overlay(lower, upper, places, path === "" ? key : `${path}.${key}`);
    }
  }
  return result;
}
