import { builtInNumber } from "../built-in.js";
import { layerOf, settingsOf } from "../layers.js";
import type { LayerFile, LayerSetting } from "../layers.js";
import { layerPlaces } from "../layer-places.js";
import type { Place } from "../places.js";
import { combine } from "./combination.js";
import type { PlacedLayer } from "./combination.js";
import { checkOneLayer } from "./layer.js";
import { checkResource } from "./resource.js";
import type { CheckContext } from "./context.js";

/** Settings that are given but could not be read are there as NaN: nothing follows from them, not even their absence. */
function withUnreadable(
  settings: readonly LayerSetting[],
  places: ReadonlyMap<string, Place>,
): Pick<PlacedLayer, "settings" | "places"> {
  const read = new Set(settings.map(({ path }) => path));
  const groups = new Set(["cooldown", "cpu.cooldown", "memory.cooldown"]);
  const unread = [...places.keys()].filter((path) => !read.has(path) && !groups.has(path));
  return { places, settings: [...settings, ...unread.map((path) => ({ path, value: Number.NaN, line: null }))] };
}

function placedLayers({ file, places }: CheckContext): readonly PlacedLayer[] {
  const make = (kind: PlacedLayer["kind"], origin: string, called: string, layer: LayerFile): PlacedLayer => ({
    kind,
    origin,
    called,
    layer,
    ...withUnreadable(settingsOf(layerOf(layer, {})), layerPlaces(layer, places)),
  });
  return [
    make("defaults", "defaults", "`defaults`", file.defaults ?? {}),
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
  const [defaults, ...others] = placedLayers(context);
  if (defaults === undefined) return;
  const interval = context.file.interval ?? builtInNumber("interval");
  const intervalPlace = context.places.value(context.file, "interval");
  const policies = others.filter(({ kind }) => kind === "policy");
  const reported = new Set<string>();
  for (const layer of [defaults, ...others])
    checkOneLayer(context, layer, { interval, intervalPlace, all: [defaults, ...others] });

  const managesByDefault = context.file.defaults?.match !== undefined;
  for (const layer of [defaults, ...others]) {
    const combination = combine(context, layer === defaults ? [defaults] : [defaults, layer], reported);
    if (combination === null) continue;
    for (const resource of ["cpu", "memory"] as const) {
      // Where every policy says otherwise, what a schedule makes of `defaults` alone comes to no container.
      const overruled = (path: string): boolean =>
        layer.kind === "schedule" &&
        !managesByDefault &&
        policies.length > 0 &&
        policies.every(({ settings }) => settings.some((setting) => setting.path === path));
      const managed = layer.kind === "policy" || (layer.kind === "defaults" && managesByDefault);
      checkResource(combination, resource, { overruled, managed, report: context.report });
    }
  }
}
