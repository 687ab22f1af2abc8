import { larger, multipleAbove, roundUp, smaller } from "../sizes.js";
import { floorOf, type Subject } from "../subject.js";
import { percentileSize } from "./percentile.js";
import { targetSize } from "./target.js";
import { growthSize, shrinkSize } from "./thresholds.js";

/** What no strategy sets a share for is kept free by a fifth, as the built-in thresholds do. */
const busy = 0.8;

/**
 * What the strategy in force makes of `use`, if that were in use all the time: larger where it is too much for the size it
 * has, smaller where it is too little, else that size. More in use never makes it smaller.
 */
export function sizeFor(use: number, from: number, capacity: number, { settings }: Subject): number {
  const { strategy, step: grain } = settings;
  const usage = use / capacity;
  switch (strategy?.kind) {
    case "thresholds": {
      const { up, down } = strategy;
      if (up !== null && !smaller(usage, up.threshold)) return growthSize(use, from, up, grain);
      if (down !== null && !larger(usage, down.threshold)) {
        return Math.min(from, shrinkSize(use, from, down, up, grain));
      }
      return from;
    }
    case "target": {
      const size = targetSize(use, strategy.target, grain);
      if (smaller(usage, strategy.target * (1 - strategy.tolerance))) return Math.min(size, from);
      return larger(usage, strategy.target * (1 + strategy.tolerance)) ? Math.max(size, from) : from;
    }
    case "percentile":
      return percentileSize(use, strategy.margin, grain);
    case "fixed":
    case undefined:
      return from;
  }
}

/** The smallest size with which the strategy is content when `use` is in use. */
export function contentSize(use: number, { settings }: Subject): number {
  const { strategy, step: grain, resource } = settings;
  switch (strategy?.kind) {
    case "thresholds":
      return multipleAbove(use / (strategy.up?.threshold ?? busy), grain);
    case "target":
      return targetSize(use, strategy.target, grain);
    case "percentile":
      return percentileSize(use, strategy.margin, grain);
    case "fixed":
    case undefined:
      return resource === "memory"
        ? Math.max(grain, floorOf(use, settings))
        : Math.max(grain, roundUp(use / busy, grain));
  }
}
