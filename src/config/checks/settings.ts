import type { LayerFile } from "../layers.js";
import { placedPreset, placedSettings } from "../layer-places.js";
import { mergeLayers } from "../merge.js";
import { combine } from "./combination.js";
import type { PlacedLayer } from "./combination.js";
import { checkOneLayer } from "./layer.js";
import { checkResource } from "./resource.js";
import { intervalOf } from "./context.js";
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
    ...[...below, file.defaults ?? {}].map((defaults) => make("defaults", "defaults", "`defaults`", defaults)),
    ...(file.policies ?? []).map((policy, index) =>
      make("policy", `policies[${index}]`, `policy \`${policy.name ?? `policies[${index}]`}\``, policy),
    ),
    ...(file.schedules ?? []).map((schedule, index) =>
      make("schedule", `schedules[${index}]`, `schedule \`${schedule.name ?? `schedules[${index}]`}\``, schedule),
    ),
  ];
}

/**
 * Checks settings as containers come to have them: each layer alone, each policy over `defaults`, each schedule over
 * `defaults`. Which policies meet in one container only the inventory knows, so their combinations are not judged.
 */
export function checkSettings(context: CheckContext): void {
  const all = placedLayers(context);
  const interval = intervalOf(context);
  const intervalPlace = context.places.value(context.file, "interval");
  const policies = all.filter(({ kind }) => kind === "policy");
  const reported = new Set<string>();
  for (const layer of all) checkOneLayer(context, layer, { interval, intervalPlace, all });

  const managesByDefault = context.file.defaults?.match !== undefined;
  const base = mergeLayers(all.flatMap((layer) => (layer.kind === "defaults" ? [...layer.under, layer] : [])));
  for (const layer of all) {
    const combination = combine(context, base, layer, reported);
    const managed = layer.kind === "policy" || (layer.kind === "defaults" && managesByDefault);
    checkVolumes(combination, managed && context.complete, context.report);
    for (const resource of ["cpu", "memory"] as const) {
      // Where every policy says otherwise, what a schedule makes of `defaults` alone comes to no container.
      const overruled = (path: string): boolean =>
        layer.kind === "schedule" &&
        !managesByDefault &&
        policies.length > 0 &&
        policies.every(({ settings }) => settings.has(path));
      checkResource(combination, resource, { overruled, managed, complete: context.complete, report: context.report });
    }
  }
}
