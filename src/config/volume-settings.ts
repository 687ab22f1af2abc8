import { builtIn, builtInNumber } from "./built-in.js";
import { volumePath } from "./merge.js";
import type { Merged } from "./merge.js";
import { cooldownOf, forecastOf, pauseOf } from "./resource-settings.js";
import type { Ledger } from "./settings-ledger.js";
import type { DiskSettings, DiskVolume, SwapSettings, Threshold } from "./settings.js";

/** What is in force for swap, in MiB; `null` where no layer says anything about it. */
export function swapSettings(book: Ledger, merged: Merged): SwapSettings | null {
  if (!merged.has("swap")) return null;
  return {
    ofMemory: book.number("swap.ofMemory", builtIn("defaults.swap.ofMemory")) ?? 0,
    min: book.number("swap.min", builtIn("defaults.swap.min")) ?? 0,
    max: book.number("swap.max"),
    pause: pauseOf(merged),
  };
}

const mebibytesInGibibyte = 1024;

function diskSettings(book: Ledger, merged: Merged, path: string, volume: DiskVolume): DiskSettings {
  const gibibytes = (key: string): number => builtInNumber(`defaults.rootfs.${key}`) / mebibytesInGibibyte;
  const max = book.number(`${path}.max`);
  const grain = book.number(`${path}.step`, gibibytes("step")) ?? 1;
  let up: Threshold | null = null;
  if (merged.has(`${path}.scaleUp`)) {
    const part = (key: string, fallback: string | number | boolean): number =>
      book.number(`${path}.scaleUp.${key}`, fallback) ?? 0;
    const step = part("step", Math.max(grain, gibibytes("scaleUp.step")));
    up = {
      threshold: part("above", builtIn("defaults.rootfs.scaleUp.above")),
      forSeconds: part("for", builtIn("defaults.rootfs.scaleUp.for")),
      step,
      maxStep: part("maxStep", step),
    };
  }
  return {
    volume,
    up,
    max,
    step: grain,
    forecast: forecastOf(book, merged, path),
    cooldown: { upSeconds: cooldownOf(book, merged, path, "up") },
    pause: pauseOf(merged),
  };
}

/** The volumes that some layer says something about, `rootfs` first and mount points in their order. */
export function disksOf(book: Ledger, merged: Merged): readonly DiskSettings[] {
  const found: { readonly path: string; readonly volume: DiskVolume; readonly rank: number }[] = [];
  for (const path of merged.keys()) {
    const match = volumePath.exec(path);
    if (match === null) continue;
    const volume = (match[1] ?? "rootfs") as DiskVolume;
    found.push({ path, volume, rank: volume === "rootfs" ? -1 : Number(volume.slice(2)) });
  }
  found.sort((a, b) => a.rank - b.rank);
  return found.map(({ path, volume }) => diskSettings(book, merged, path, volume));
}
