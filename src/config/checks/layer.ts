import { formatDuration } from "../../model/index.js";
import { kindOf } from "../merge.js";
import type { Place } from "../places.js";
import { replacing } from "../remedy.js";
import type { Remedy } from "../remedy.js";
import type { Span } from "../document.js";
import type { CheckContext } from "./context.js";
import { later } from "./context.js";
import type { PlacedLayer } from "./combination.js";

export interface LayerSurroundings {
  /** Seconds. */
  readonly interval: number;
  readonly intervalPlace: Span | null;
  /** True where some layer of the file has a setting. */
  readonly somewhere: (path: string) => boolean;
}

/** Names of strategies, each with the keys that make a layer name it. */
const strategies = [
  ["thresholds", ["scaleUp", "scaleDown"]],
  ["target", ["target"]],
  ["percentile", ["percentile"]],
  ["fixed", ["fixed"]],
] as const;

/** Seconds below which Proxmox's own history, by the minute, can't tell. */
const historyStep = 60;
/** Seconds beyond which Proxmox keeps half-hour averages only. */
const fineHistory = 86_400;

/** Checks that need one layer alone. */
export function checkOneLayer(context: CheckContext, layer: PlacedLayer, surroundings: LayerSurroundings): void {
  for (const resource of ["cpu", "memory"] as const) {
    checkStrategies(context, layer, resource);
    checkUseless(context, layer, resource, surroundings.somewhere);
    for (const direction of ["scaleUp", "scaleDown"]) {
      checkWindow(context, layer, `${resource}.${direction}.for`, surroundings);
    }
    checkPercentile(context, layer, resource);
    for (const part of ["forecast", "estimate", "percentile"]) {
      checkSamples(context, layer, `${resource}.${part}.over`, surroundings);
    }
  }
}

function numberAt(layer: PlacedLayer, path: string): number | null {
  const value = layer.settings.get(path)?.value;
  return typeof value === "number" ? value : null;
}

function keyOf(place: Place | undefined): Span | null {
  return place === undefined ? null : (place.key ?? place.value);
}

/** Takes away what has no effect. */
function removing({ key }: Place, name: string): readonly Remedy[] {
  return key === null
    ? []
    : [{ kind: "remove", key, title: `Remove “${name}”, which has no effect`, certainty: "certain" }];
}

function checkStrategies(context: CheckContext, layer: PlacedLayer, resource: string): void {
  const named = strategies.flatMap(([kind, keys]) => {
    const places = keys
      .map((key) => layer.settings.get(`${resource}.${key}`)?.place)
      .filter((place) => place !== undefined);
    return places.length === 0
      ? []
      : [{ kind, first: places.reduce((a, b) => (a.value.start < b.value.start ? a : b)) }];
  });
  if (named.length < 2) return;
  named.sort((a, b) => a.first.value.start - b.first.value.start);
  const words = named.map(({ kind }) => `\`${kind}\``).join(" and ");
  context.report(
    "two-strategies",
    keyOf(named.at(-1)?.first),
    `\`${resource}\` has one strategy, but ${layer.called} names ${words}. Keep one of them.`,
  );
}

/** Settings that can never have a say. */
function checkUseless(
  context: CheckContext,
  layer: PlacedLayer,
  resource: "cpu" | "memory",
  somewhere: (path: string) => boolean,
): void {
  const has = (path: string): boolean => layer.settings.has(path);
  const tolerance = layer.settings.get(`${resource}.tolerance`)?.place;
  if (tolerance !== undefined) {
    const own = kindOf(has, resource);
    if (own === null ? !somewhere(`${resource}.target`) : own !== "target") {
      const message = "`tolerance` is about `target`, and there is none here: it has no effect.";
      context.report("never-wins", keyOf(tolerance), message, removing(tolerance, "tolerance"));
    }
  }
  const estimate = ["of", "over", "ignoreSpikes"]
    .map((key) => layer.settings.get(`${resource}.estimate.${key}`)?.place)
    .find((place) => place !== undefined);
  if (estimate !== undefined) {
    const own = kindOf(has, resource);
    const given = somewhere(`${resource}.target`) || somewhere("preset");
    if (own === null ? !given : own !== "target") {
      context.report(
        "never-wins",
        keyOf(estimate),
        "`estimate` is what `target` sizes by, and there is none here: it has no effect.",
      );
    }
  }
  const atMinimum = layer.settings.get(`${resource}.atMinimum`);
  if (atMinimum?.value === true && !somewhere(`${resource}.min`) && !somewhere("preset")) {
    const message = "Nothing sets a `min` for it to go to: it has no effect.";
    context.report("never-wins", keyOf(atMinimum.place), message, removing(atMinimum.place, "atMinimum"));
  }
  if (resource === "memory" && layer.layer.memory?.shrink === "immediate") {
    const message = "Memory is never cut below what is in use, so `immediate` has no effect: it is for CPU.";
    const place = layer.settings.get("memory.shrink")?.place;
    context.report("never-wins", place?.value ?? null, message, place === undefined ? [] : removing(place, "shrink"));
  }
}

function checkWindow(
  context: CheckContext,
  layer: PlacedLayer,
  path: string,
  { interval, intervalPlace }: LayerSurroundings,
): void {
  const seconds = numberAt(layer, path);
  const place = layer.settings.get(path)?.place;
  if (seconds === null || place === undefined) return;
  if (seconds < interval) {
    const message = `${formatDuration(seconds)} is shorter than the interval of ${formatDuration(interval)}: one sample alone decides.`;
    const longer = formatDuration(2 * interval);
    context.report("window-shorter-than-interval", later(place.value, intervalPlace), message, [
      replacing(place.value, longer, `Change “for” to ${longer}, two intervals`),
    ]);
  } else if (seconds < historyStep) {
    const message = `Proxmox keeps its history by the minute: where only that is known, one sample of it decides over ${formatDuration(seconds)}.`;
    context.report("coarse-history", place.value, message);
  }
}

/** So many samples are the least that a mean, a percentile or a trend can be taken of. */
const fewestSamples = 3;

function checkSamples(
  context: CheckContext,
  layer: PlacedLayer,
  path: string,
  { interval, intervalPlace }: LayerSurroundings,
): void {
  const seconds = numberAt(layer, path);
  const place = layer.settings.get(path)?.place;
  if (seconds === null || place === undefined || !(seconds < fewestSamples * interval)) return;
  const samples = Math.max(1, Math.floor(seconds / interval));
  const longer = formatDuration(10 * interval);
  const message = `${formatDuration(seconds)} hold ${samples === 1 ? "one sample" : `${samples} samples`} at an interval of ${formatDuration(interval)}: too few to tell anything from.`;
  context.report("window-shorter-than-interval", later(place.value, intervalPlace), message, [
    replacing(place.value, longer, `Change “over” to ${longer}, ten intervals`),
  ]);
}

function checkPercentile(context: CheckContext, layer: PlacedLayer, resource: string): void {
  const over = numberAt(layer, `${resource}.percentile.over`);
  if (over === null || over <= fineHistory) return;
  const message = `Beyond a day Proxmox keeps averages of half an hour only: until records of our own cover ${formatDuration(over)}, short peaks don't count.`;
  context.report("coarse-history", layer.settings.get(`${resource}.percentile.over`)?.place.value ?? null, message);
}
