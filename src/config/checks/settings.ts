import type { LayerFile } from "../layers.js";
import { placedPreset, placedSettings } from "../layer-places.js";
import type { PlacedSetting } from "../layer-places.js";
import { mergeLayers } from "../merge.js";
import type { Places } from "../places.js";
import type { Merged } from "../merge.js";
import { combine } from "./combination.js";
import type { PlacedLayer } from "./combination.js";
import { checkOneLayer } from "./layer.js";
import { checkResource } from "./resource.js";
import { checkUnlessClean, intervalOf, noSettings } from "./context.js";
import type { CheckContext } from "./context.js";
import { checkVolumes } from "./volumes.js";

/** Each layer as it was placed last, with its number in its list. */
const placed = new WeakMap<LayerFile, { readonly at: number; readonly layer: PlacedLayer }>();

function placeLayer(
  kind: PlacedLayer["kind"],
  layer: LayerFile & { readonly name?: string },
  at: number,
  places: Places,
): PlacedLayer {
  const known = placed.get(layer);
  if (known?.at === at && known.layer.kind === kind) return known.layer;
  const origin = kind === "defaults" ? kind : `${kind === "policy" ? "policies" : "schedules"}[${at}]`;
  const made: PlacedLayer = {
    kind,
    origin,
    called: kind === "defaults" ? "`defaults`" : `${kind} \`${layer.name ?? origin}\``,
    layer,
    settings: placedSettings(layer, origin, places),
    under: placedPreset(layer, origin, places),
  };
  placed.set(layer, { at, layer: made });
  return made;
}

function placedLayers({ file, below, places }: CheckContext): readonly PlacedLayer[] {
  return [
    ...[...below, file.defaults ?? noSettings].map((layer) => placeLayer("defaults", layer, 0, places)),
    ...(file.policies ?? []).map((layer, at) => placeLayer("policy", layer, at, places)),
    ...(file.schedules ?? []).map((layer, at) => placeLayer("schedule", layer, at, places)),
  ];
}

/** What a layer's own check asks of all the others. */
const askedOfAll = ["cpu.target", "memory.target", "cpu.min", "memory.min", "preset"];

/** The settings that every policy has: what a schedule makes of `defaults` alone there comes to no container. */
function settingsOfAll(policies: readonly PlacedLayer[]): ReadonlySet<string> {
  const [first, ...others] = policies;
  const paths = [...(first?.settings.keys() ?? [])];
  return new Set(paths.filter((path) => others.every(({ settings }) => settings.has(path))));
}

/** The lowest layers, merged: the same as long as they are. */
function baseOf({ settled }: CheckContext, all: readonly PlacedLayer[]): Merged<PlacedSetting> {
  const layers = all.flatMap((layer) => (layer.kind === "defaults" ? [...layer.under, layer] : []));
  return settled.again(
    "base",
    layers.map(({ settings }) => settings),
    () => mergeLayers(layers),
  );
}

/**
 * Checks settings as containers come to have them: each layer alone, each policy over `defaults`, each schedule over
 * `defaults`. Which policies meet in one container only the inventory knows, so their combinations are not judged.
 */
export function checkSettings(context: CheckContext): void {
  const all = placedLayers(context);
  const { complete, report, settled } = context;
  const interval = intervalOf(context);
  const intervalPlace = context.places.value(context.file, "interval");
  const found = new Map<string, boolean>();
  const somewhere = (path: string): boolean => {
    const known = found.get(path) ?? all.some(({ settings }) => settings.has(path));
    found.set(path, known);
    return known;
  };
  const alone = settled.clean("layer", [interval, ...askedOfAll.map(somewhere)]);
  for (const layer of all) {
    checkUnlessClean(context, alone, layer, () =>
      checkOneLayer(context, layer, { interval, intervalPlace, somewhere }),
    );
  }

  const reported = new Set<string>();
  const managesByDefault = context.file.defaults?.match !== undefined;
  const policies = all.filter(({ kind }) => kind === "policy");
  const hasSchedules = all.some(({ kind }) => kind === "schedule");
  const overruled = managesByDefault || !hasSchedules ? new Set<string>() : settingsOfAll(policies);
  const base = baseOf(context, all);
  const together = settled.clean("combination", [base, managesByDefault, complete]);
  const schedules = settled.clean("schedule", [base, complete, ...overruled]);
  for (const layer of all) {
    checkUnlessClean(context, layer.kind === "schedule" ? schedules : together, layer, () => {
      const combination = combine(context, base, layer, reported);
      const managed = layer.kind === "policy" || (layer.kind === "defaults" && managesByDefault);
      const isOverruled = (path: string): boolean => layer.kind === "schedule" && overruled.has(path);
      checkVolumes(combination, managed && complete, report);
      for (const resource of ["cpu", "memory"] as const) {
        checkResource(combination, resource, { overruled: isOverruled, managed, complete, report });
      }
    });
  }
}
