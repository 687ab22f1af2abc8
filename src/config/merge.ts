import { builtInNumber } from "./built-in.js";
import type { LayerSetting } from "./layers.js";

/** Settings in force by path. A strategy or boost has an entry of its own beside those of its keys. */
export type Merged<S extends LayerSetting = LayerSetting> = Map<string, S>;

export interface NamedLayer<S extends LayerSetting = LayerSetting> {
  readonly origin: string;
  /** By path. */
  readonly settings: ReadonlyMap<string, S>;
}

const direction = (name: string, threshold: string): readonly string[] =>
  ["", `.${threshold}`, ".for", ".step", ".maxStep", ".pressure"].map((key) => `${name}${key}`);

/** The kinds of strategy: the keys that make a layer name it, and all paths that belong to it. */
const kinds = {
  thresholds: {
    names: ["scaleUp", "scaleDown"],
    parts: [...direction("scaleUp", "above"), ...direction("scaleDown", "below")],
  },
  target: { names: ["target"], parts: ["target", "tolerance"] },
  percentile: {
    names: ["percentile"],
    parts: ["", ".of", ".over", ".margin", ".halfLife"].map((key) => `percentile${key}`),
  },
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

/** The path of a volume's settings in a layer; `null` for other paths. */
export const volumePath = /^(?:rootfs|mountPoints\.(mp\d+))$/u;

/** The grain of a resource where no layer sets one: 1 core, 0.1 of cpulimit, 64 MiB. */
export function builtInGrain(resource: "cores" | "cpulimit" | "memory"): number {
  // The schema has one default for the step of `cpu`, that of cores.
  if (resource === "cpulimit") return 0.1;
  return builtInNumber(resource === "memory" ? "defaults.memory.step" : "defaults.cpu.step");
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
  for (const part of parts) merged.delete(`${resource}.${part}`);
}

/** Lays a layer over what is in force: later wins, key by key. */
function lay<S extends LayerSetting>(merged: Merged<S>, { settings }: NamedLayer<S>): void {
  for (const resource of ["cpu", "memory"] as const) {
    if (!settings.has(resource)) continue;
    // Another kind of strategy replaces the earlier one whole.
    const kind = kindOf((path) => settings.has(path), resource);
    if (kind !== null) {
      for (const [other, { parts }] of Object.entries(kinds)) if (other !== kind) remove(merged, resource, parts);
    }
    // Steps are in units of the grain they were written for.
    const before = grainOf(merged, resource);
    const named = resource === "cpu" ? settings.get("cpu.resource") : undefined;
    const switched = named !== undefined && named.value !== resourceOf(merged, "cpu");
    if (switched) remove(merged, resource, ["step"]);
    const step = settings.get(`${resource}.step`)?.value;
    if (switched || (typeof step === "number" && step !== before)) remove(merged, resource, inheritedSteps);
  }
  for (const path of settings.keys()) {
    if (!volumePath.test(path)) continue;
    const step = settings.get(`${path}.step`)?.value;
    if (typeof step === "number" && step !== merged.get(`${path}.step`)?.value) remove(merged, path, inheritedSteps);
  }
  for (const [path, setting] of settings) merged.set(path, setting);
}

/** Lays layers over each other, the first at the bottom; all of them over `base`, which stays as it is. */
export function mergeLayers<S extends LayerSetting>(layers: readonly NamedLayer<S>[], base?: Merged<S>): Merged<S> {
  const merged: Merged<S> = new Map(base);
  for (const layer of layers) lay(merged, layer);
  return merged;
}
