import { settingsOf } from "./layers.js";
import type { LayerFile, LayerSetting } from "./layers.js";
import type { NamedLayer } from "./merge.js";
import type { Place, Places } from "./places.js";
import { presetLayer } from "./presets/index.js";

/** A setting of a layer as the file has it. Its value is NaN where it is given but could not be read. */
export interface PlacedSetting extends LayerSetting {
  readonly place: Place;
}

/** Keys of maps that only group settings: they are no settings themselves. */
const groups = new Set(["cooldown", "estimate", "stabilisation", "mountPoints"]);
/** The keys of a layer that are settings, or hold them. */
export const layerKeys: readonly string[] = [
  "preset",
  "behaviour",
  "cpu",
  "memory",
  "swap",
  "rootfs",
  "mountPoints",
  "cooldown",
  "pause",
  "priority",
];

/** What was found of each layer, by the name it had. Values are never changed, so each is looked through once. */
type Known<T> = WeakMap<LayerFile, Map<string, T>>;

const settingsOfLayers: Known<ReadonlyMap<string, PlacedSetting>> = new WeakMap();
const presetsOfLayers: Known<readonly NamedLayer<PlacedSetting>[]> = new WeakMap();
/** A layer has another name where it comes to stand elsewhere in its list; those it had are of no more use. */
const mostNames = 3;

function remembered<T>(known: Known<T>, layer: LayerFile, origin: string, find: () => T): T {
  let byName = known.get(layer);
  if (byName === undefined || (byName.size >= mostNames && !byName.has(origin)))
    known.set(layer, (byName = new Map<string, T>()));
  const before = byName.get(origin);
  if (before !== undefined) return before;
  const found = find();
  byName.set(origin, found);
  return found;
}

/**
 * Each setting of a layer by its path (`cpu.scaleUp.above`), with its place. Maps such as `cpu.scaleUp` have an entry too,
 * whose value is `null`; so have settings whose value could not be read: nothing follows from NaN, not even an absence.
 */
export function placedSettings(layer: LayerFile, origin: string, places: Places): ReadonlyMap<string, PlacedSetting> {
  return remembered(settingsOfLayers, layer, origin, () => findSettings(layer, origin, places));
}

function findSettings(layer: LayerFile, origin: string, places: Places): ReadonlyMap<string, PlacedSetting> {
  const found = new Map<string, PlacedSetting>();
  const add = (parent: object, key: string, path: string): void => {
    const place = places.of(parent, key);
    if (place === null) return;
    const isGroup = groups.has(key);
    const value = (parent as Readonly<Record<string, string | number | boolean | object | undefined>>)[key];
    if (typeof value === "object") {
      if (!isGroup) found.set(path, { path, value: null, origin, line: null, place });
      for (const step of places.keys(value)) add(value, step, `${path}.${step}`);
    } else if (value !== undefined || !isGroup) {
      found.set(path, { path, value: value ?? Number.NaN, origin, line: null, place });
    }
  };
  for (const key of layerKeys) add(layer, key, key);
  return found;
}

/** The settings of the preset that a layer names, each with the place of that name; nothing where it names none. */
export function placedPreset(layer: LayerFile, origin: string, places: Places): readonly NamedLayer<PlacedSetting>[] {
  return remembered(presetsOfLayers, layer, origin, () => findPreset(layer, origin, places));
}

function findPreset(layer: LayerFile, origin: string, places: Places): readonly NamedLayer<PlacedSetting>[] {
  const preset = layer.preset === undefined ? null : presetLayer(layer.preset);
  const place = places.of(layer, "preset");
  if (preset === null || place === null) return [];
  const settings = new Map<string, PlacedSetting>();
  const through = `preset ${layer.preset ?? ""}`;
  for (const [path, setting] of settingsOf(preset, origin)) settings.set(path, { ...setting, place, through });
  return [{ origin, settings }];
}
