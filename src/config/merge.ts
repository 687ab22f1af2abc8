import type { LayerSetting } from "./layers.js";

/** A setting in force, and the layer it comes from. */
export interface MergedSetting {
  readonly value: string | number | boolean | null;
  /** `defaults`, `policies[0]`, `schedules[1]`. */
  readonly origin: string;
  readonly line: number | null;
}

/** Settings in force by path. A strategy or boost has an entry of its own beside those of its keys. */
export type Merged = Map<string, MergedSetting>;

export interface NamedLayer {
  readonly origin: string;
  readonly settings: readonly LayerSetting[];
}

/** The kinds of strategy, with the paths that belong to each; the first ones make a layer name it. */
const kinds = {
  thresholds: { names: ["scaleUp", "scaleDown"], parts: ["scaleUp", "scaleDown"] },
  target: { names: ["target"], parts: ["target", "tolerance"] },
  percentile: { names: ["percentile"], parts: ["percentile"] },
  fixed: { names: ["fixed"], parts: ["fixed"] },
} as const;

export type StrategyKind = keyof typeof kinds;

/** The strategy a set of settings names for a resource, if any. */
export function kindOf(has: (path: string) => boolean, resource: string): StrategyKind | null {
  for (const [kind, { names }] of Object.entries(kinds)) {
    if (names.some((name) => has(`${resource}.${name}`))) return kind as StrategyKind;
  }
  return null;
}

/** The grain of a resource where no layer sets one: 1 core, 0.1 of cpulimit, 64 MiB. */
export function builtInGrain(resource: "cores" | "cpulimit" | "memory"): number {
  return resource === "memory" ? 64 : resource === "cores" ? 1 : 0.1;
}

const inheritedSteps = ["maxStep", "scaleUp.step", "scaleUp.maxStep", "scaleDown.step", "scaleDown.maxStep"];

function resourceOf(
  merged: ReadonlyMap<string, { readonly value: unknown }>,
  resource: string,
): "cores" | "cpulimit" | "memory" {
  if (resource === "memory") return "memory";
  return merged.get("cpu.resource")?.value === "cpulimit" ? "cpulimit" : "cores";
}

/** The grain in force. */
export function grainOf(merged: Merged, resource: "cpu" | "memory"): number {
  const step = merged.get(`${resource}.step`)?.value;
  return typeof step === "number" ? step : builtInGrain(resourceOf(merged, resource));
}

function remove(merged: Merged, resource: string, parts: readonly string[]): void {
  for (const path of [...merged.keys()]) {
    if (parts.some((part) => path === `${resource}.${part}` || path.startsWith(`${resource}.${part}.`)))
      merged.delete(path);
  }
}

/** Lays a layer over what is in force: later wins, key by key. */
function lay(merged: Merged, layer: NamedLayer): void {
  const own = new Map(layer.settings.map((setting) => [setting.path, setting]));
  for (const resource of ["cpu", "memory"] as const) {
    const has = (path: string): boolean => own.has(path);
    // Another kind of strategy replaces the earlier one whole.
    const kind = kindOf(has, resource);
    if (kind !== null) {
      for (const [other, { parts }] of Object.entries(kinds)) if (other !== kind) remove(merged, resource, parts);
    }
    // Steps are in units of the grain they were written for.
    const before = grainOf(merged, resource);
    const switched =
      resource === "cpu" && own.has("cpu.resource") && own.get("cpu.resource")?.value !== resourceOf(merged, "cpu");
    if (switched) remove(merged, resource, ["step"]);
    const step = own.get(`${resource}.step`)?.value;
    if (switched || (typeof step === "number" && step !== before)) remove(merged, resource, inheritedSteps);
  }
  for (const { path, value, line } of layer.settings) merged.set(path, { value, origin: layer.origin, line });
}

/** Lays layers over each other, the first at the bottom. */
export function mergeLayers(layers: readonly NamedLayer[]): Merged {
  const merged: Merged = new Map();
  for (const layer of layers) lay(merged, layer);
  return merged;
}
