import { layerOf } from "../layers.js";
import type { LayerFile } from "../layers.js";
import { normalise } from "../normalise.js";
import type { Layer } from "../settings.js";
import { databases } from "./databases.js";
import { home } from "./home.js";
import { infrastructure } from "./infrastructure.js";
import { messaging } from "./messaging.js";
import { monitoring } from "./monitoring.js";
import { office } from "./office.js";
import { runtimes } from "./runtimes.js";
import { web } from "./web.js";
import type { Preset, PresetName } from "./preset.js";

export type { Preset, PresetFamily, PresetName, PresetSettings, PresetValue, RestartNotice } from "./preset.js";

const presets: ReadonlyMap<string, Preset> = new Map(
  [...databases, ...web, ...runtimes, ...messaging, ...monitoring, ...home, ...office, ...infrastructure].map(
    (preset) => [preset.name, preset],
  ),
);

const layers = new Map<string, Layer>();

/** The names of all presets, family by family. */
export function presetNames(): readonly PresetName[] {
  return [...presets.values()].map(({ name }) => name);
}

/** What is known of a preset; `null` where there is none of that name. */
export function presetOf(name: string): Preset | null {
  return presets.get(name) ?? null;
}

/** The settings of a preset as a layer; `null` where there is none of that name. */
export function presetLayer(name: string): Layer | null {
  const preset = presetOf(name);
  if (preset === null) return null;
  const layer = layers.get(name) ?? layerOf(normalise(preset.settings, "defaults") as LayerFile, {});
  layers.set(name, layer);
  return layer;
}
