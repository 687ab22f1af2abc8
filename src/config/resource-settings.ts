import type { Behaviour, Eagerness } from "./behaviours.js";
import { builtIn, builtInNumber } from "./built-in.js";
import { builtInGrain, kindOf } from "./merge.js";
import type { Merged } from "./merge.js";
import type { Ledger } from "./settings-ledger.js";
import type {
  Boost,
  Estimate,
  EstimateOf,
  Forecast,
  PausedDirections,
  ResourceSettings,
  Strategy,
  Threshold,
} from "./settings.js";

/** `most` is the resource's own `maxStep`, which counts for a direction that has none. */
function threshold(
  book: Ledger,
  path: string,
  key: "above" | "below",
  { grain, most }: { readonly grain: number; readonly most: number | null },
): Threshold {
  const direction = (behaviour: Behaviour): Eagerness => (key === "above" ? behaviour.up : behaviour.down);
  const at = book.number(`${path}.${key}`, builtIn(`defaults.${path}.${key}`)) ?? 1;
  const forSeconds = book.eager(
    `${path}.for`,
    (behaviour) => direction(behaviour).forSeconds,
    () => builtInNumber(`defaults.${path}.for`),
  );
  const step = book.number(`${path}.step`, grain) ?? grain;
  const maxStep =
    most === null
      ? book.eager(
          `${path}.maxStep`,
          (behaviour) => step * direction(behaviour).steps,
          () => step,
        )
      : (book.number(`${path}.maxStep`, Math.max(step, most)) ?? step);
  const pressure = key === "above" ? book.number(`${path}.pressure`) : null;
  const found = { threshold: at, forSeconds, step, maxStep };
  return pressure === null ? found : { ...found, pressure };
}

function strategyOf(
  book: Ledger,
  merged: Merged,
  resource: "cpu" | "memory",
  steps: { readonly grain: number; readonly most: number | null },
): Strategy | null {
  const kind = kindOf((path) => merged.has(path), resource);
  switch (kind) {
    case null:
      return null;
    case "thresholds":
      return {
        kind,
        up: merged.has(`${resource}.scaleUp`) ? threshold(book, `${resource}.scaleUp`, "above", steps) : null,
        down: merged.has(`${resource}.scaleDown`) ? threshold(book, `${resource}.scaleDown`, "below", steps) : null,
      };
    case "target": {
      const target = book.number(`${resource}.target`) ?? 1;
      const tolerance = book.number(`${resource}.tolerance`, builtIn(`defaults.${resource}.tolerance`)) ?? 0;
      return { kind, target, tolerance };
    }
    case "percentile": {
      const part = (key: string): number =>
        book.number(`${resource}.percentile.${key}`, builtIn(`defaults.${resource}.percentile.${key}`)) ?? 0;
      const halfLifeSeconds = book.number(`${resource}.percentile.halfLife`);
      return { kind, of: part("of"), overSeconds: part("over"), margin: part("margin"), halfLifeSeconds };
    }
    case "fixed":
      return { kind, size: book.number(`${resource}.fixed`) ?? 0 };
  }
}

function boostOf(book: Ledger, merged: Merged, resource: "cpu" | "memory"): Boost | null {
  if (!merged.has(`${resource}.boost`)) return null;
  const part = (key: string): number =>
    book.number(`${resource}.boost.${key}`, builtIn(`defaults.${resource}.boost.${key}`)) ?? 0;
  return {
    above: part("above"),
    samples: part("samples"),
    factor: part("factor"),
    fallbackFactor: part("fallbackFactor"),
    durationSeconds: part("duration"),
  };
}

/** Told where `target` sizes by it, or a layer says something about it. */
function estimateOf(book: Ledger, merged: Merged, resource: "cpu" | "memory", strategy: Strategy | null): Estimate {
  const paths = ["of", "over", "ignoreSpikes"].map((key) => `${resource}.estimate.${key}`);
  const told = strategy?.kind === "target" || paths.some((path) => merged.has(path));
  const part = (key: string): string | number | boolean => {
    const fallback = builtIn(`defaults.${resource}.estimate.${key}`);
    return told ? (book.take(`${resource}.estimate.${key}`, fallback) ?? fallback) : fallback;
  };
  const of = part("of") as EstimateOf;
  return of === "last" && part("ignoreSpikes") !== true
    ? { of, overSeconds: builtInNumber(`defaults.${resource}.estimate.over`), ignoreSpikes: false }
    : { of, overSeconds: Number(part("over")), ignoreSpikes: part("ignoreSpikes") === true };
}

/** `path` is that of a resource or volume. */
export function forecastOf(book: Ledger, merged: Merged, path: string): Forecast | null {
  if (!merged.has(`${path}.forecast`)) return null;
  const withinSeconds = book.number(`${path}.forecast.within`, builtIn("defaults.cpu.forecast.within")) ?? 0;
  if (withinSeconds === 0) return null;
  const overSeconds = book.number(`${path}.forecast.over`, builtIn("defaults.cpu.forecast.over")) ?? 0;
  return { withinSeconds, overSeconds };
}

/** Directions in which nothing is changed. */
export function pauseOf(merged: Merged): PausedDirections {
  return (merged.get("pause")?.value ?? builtIn("defaults.pause")) as PausedDirections;
}

/** What is in force for CPU or memory; `null` where no layer says anything about it. Sizes are cores or MiB, times seconds. */
export function resourceSettings(book: Ledger, merged: Merged, resource: "cpu" | "memory"): ResourceSettings | null {
  if (!merged.has(resource)) return null;
  const managed =
    resource === "memory"
      ? "memory"
      : book.take("cpu.resource", builtIn("defaults.cpu.resource")) === "cpulimit"
        ? "cpulimit"
        : "cores";
  const min = book.number(`${resource}.min`);
  const max = book.number(`${resource}.max`);
  const step = book.number(`${resource}.step`, builtInGrain(managed)) ?? builtInGrain(managed);
  const maxStep = book.number(`${resource}.maxStep`);
  const strategy = strategyOf(book, merged, resource, { grain: step, most: maxStep });
  const boost = boostOf(book, merged, resource);
  const stabilisation = (direction: "up" | "down"): number =>
    book.eager(
      `${resource}.stabilisation.${direction}`,
      (behaviour) => behaviour[direction].stabilisationSeconds,
      () => builtInNumber(`defaults.${resource}.stabilisation.${direction}`),
    );
  return {
    resource: managed,
    min,
    max,
    step,
    maxStep,
    strategy,
    boost,
    estimate: estimateOf(book, merged, resource, strategy),
    stabilisation: { upSeconds: stabilisation("up"), downSeconds: stabilisation("down") },
    forecast: forecastOf(book, merged, resource),
    atMinimum: book.take(`${resource}.atMinimum`, builtIn(`defaults.${resource}.atMinimum`)) === true,
    pause: pauseOf(merged),
    cooldown: {
      upSeconds: cooldownOf(book, merged, resource, "up"),
      downSeconds: cooldownOf(book, merged, resource, "down"),
    },
    shrink:
      book.take(`${resource}.shrink`, builtIn(`defaults.${resource}.shrink`)) === "immediate" ? "immediate" : "gradual",
    headroom: resource === "memory" ? (book.number("memory.headroom", builtIn("defaults.memory.headroom")) ?? 0) : 0,
    manageUnlimited:
      resource === "cpu" && book.take("cpu.manageUnlimited", builtIn("defaults.cpu.manageUnlimited")) === true,
  };
}

/** The cooldown of a resource or volume: its own goes before the one for all. */
export function cooldownOf(book: Ledger, merged: Merged, path: string, direction: "up" | "down"): number {
  const own = `${path}.cooldown.${direction}`;
  const common = (): number => numberIn(merged, `cooldown.${direction}`) ?? commonCooldown(book, direction);
  return merged.has(own) ? (book.number(own) ?? common()) : common();
}

function commonCooldown({ behaviour }: Ledger, direction: "up" | "down"): number {
  return behaviour?.[direction].cooldownSeconds ?? builtInNumber(`defaults.cooldown.${direction}`);
}

function numberIn(merged: Merged, path: string): number | null {
  const value = merged.get(path)?.value;
  return typeof value === "number" ? value : null;
}
