import type { LayerFile } from "../layers.js";
import { placedPreset, placedSettings } from "../layer-places.js";
import type { PlacedSetting } from "../layer-places.js";
import { mergeLayers } from "../merge.js";
import type { Merged } from "../merge.js";
import { combine } from "./combination.js";
import type { PlacedLayer } from "./combination.js";
import { checkOneLayer } from "./layer.js";
import { checkResource } from "./resource.js";
import { checkUnlessSettled, intervalOf, noSettings } from "./context.js";
import type { CheckContext } from "./context.js";
import { checkVolumes } from "./volumes.js";

function placedLayers({ file, below, places }: CheckContext): readonly PlacedLayer[] {
  const make = (kind: PlacedLayer["kind"], origin: string, called: string, layer: LayerFile): PlacedLayer => ({
    kind,
    origin,
    called,
    layer,
    settings: placedSettings(layer, origin, places),
    under: placedPreset(layer, origin, places),
  });
  return [
    ...[...below, file.defaults ?? noSettings].map((defaults) => make("defaults", "defaults", "`defaults`", defaults)),
    ...(file.policies ?? []).map((policy, index) =>
      make("policy", `policies[${index}]`, `policy \`${policy.name ?? `policies[${index}]`}\``, policy),
    ),
    ...(file.schedules ?? []).map((schedule, index) =>
      make("schedule", `schedules[${index}]`, `schedule \`${schedule.name ?? `schedules[${index}]`}\``, schedule),
    ),
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
  const { complete, report } = context;
  const interval = intervalOf(context);
  const intervalPlace = context.places.value(context.file, "interval");
  const found = new Map<string, boolean>();
  const somewhere = (path: string): boolean => {
    const known = found.get(path) ?? all.some(({ settings }) => settings.has(path));
    found.set(path, known);
    return known;
  };
  const asked = askedOfAll.map(somewhere);
  for (const layer of all) {
    checkUnlessSettled(context, "layer", layer.settings, [interval, ...asked], () =>
      checkOneLayer(context, layer, { interval, intervalPlace, somewhere }),
    );
  }

  const reported = new Set<string>();
  const managesByDefault = context.file.defaults?.match !== undefined;
  const policies = all.filter(({ kind }) => kind === "policy");
  const overruled = managesByDefault ? new Set<string>() : settingsOfAll(policies);
  const overruledPaths = [...overruled].join(" ");
  const base = baseOf(context, all);
  for (const layer of all) {
    const managed = layer.kind === "policy" || (layer.kind === "defaults" && managesByDefault);
    const isOverruled = (path: string): boolean => layer.kind === "schedule" && overruled.has(path);
    const inputs = [base, managed, complete, layer.kind === "schedule" ? overruledPaths : ""];
    checkUnlessSettled(context, "combination", layer.settings, inputs, () => {
      const combination = combine(context, base, layer, reported);
      checkVolumes(combination, managed && complete, report);
      for (const resource of ["cpu", "memory"] as const) {
        checkResource(combination, resource, { overruled: isOverruled, managed, complete, report });
      }
    });
  }
}
