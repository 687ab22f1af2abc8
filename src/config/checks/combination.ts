import type { FindingCode } from "../codes.js";
import type { Span } from "../document.js";
import type { LayerFile } from "../layers.js";
import { mergeLayers } from "../merge.js";
import type { Merged, NamedLayer } from "../merge.js";
import type { PlacedSetting } from "../layer-places.js";
import type { Place } from "../places.js";
import { replacing } from "../remedy.js";
import type { Remedy } from "../remedy.js";
import type { CheckContext } from "./context.js";
import { later } from "./context.js";

/** A layer of the file, ready to be laid over others, with the places of its settings. */
export interface PlacedLayer extends NamedLayer<PlacedSetting> {
  readonly layer: LayerFile;
  /** The preset that it names, which is laid directly under it. */
  readonly under: readonly NamedLayer<PlacedSetting>[];
  /** What people call it. */
  readonly called: string;
  readonly kind: "defaults" | "policy" | "schedule";
}

/** One combination of layers that some container may come to have, for checks of what they give together. */
export interface Combination {
  readonly top: PlacedLayer;
  readonly merged: Merged<PlacedSetting>;
  /** `null` where no layer gives it; NaN, which no comparison holds of, where what is given could not be read. */
  readonly number: (path: string) => number | null;
  /** `null` where no layer gives it; empty where what is given could not be read. */
  readonly text: (path: string) => string | null;
  readonly has: (path: string) => boolean;
  /** Where the setting in force stands; `null` where it is built in. */
  readonly value: (path: string) => Span | null;
  readonly key: (path: string) => Span | null;
  /** Reports about several settings at the later of them, unless one of them was reported for the same reason before. */
  readonly conflict: (
    code: FindingCode,
    paths: readonly string[],
    message: string,
    remedies?: readonly (Remedy | null)[],
  ) => void;
  /** Swaps two values where one layer gives both; `null` otherwise. */
  readonly swap: (one: string, other: string) => Remedy | null;
  /** Changes a value that the file gives; `null` where it does not. */
  readonly change: (path: string, text: string) => Remedy | null;
}

/** `“min” and “max”`; with all of the path where the last keys are the same. */
function called(one: string, other: string): string {
  const last = (path: string): string => path.slice(path.lastIndexOf(".") + 1);
  const same = last(one) === last(other);
  return `“${same ? one : last(one)}” and “${same ? other : last(other)}”`;
}

/**
 * Lays a layer over `defaults` for checking; `base` is `defaults` merged alone. `reported` remembers what was reported,
 * over all combinations of a file.
 */
export function combine(
  context: CheckContext,
  base: Merged<PlacedSetting>,
  top: PlacedLayer,
  reported: Set<string>,
): Combination {
  const merged = top.kind === "defaults" ? base : mergeLayers([...top.under, top], base);
  const place = (path: string): Place | null => merged.get(path)?.place ?? null;
  /** Of a value that stands in the file itself: that of a preset can't be changed there. */
  const written = (path: string): Span | null => {
    const setting = merged.get(path);
    return setting === undefined || setting.through !== undefined ? null : setting.place.value;
  };
  const value = (path: string): Span | null => {
    const found = place(path);
    return found === null ? null : found.value.end > found.value.start ? found.value : found.key;
  };
  return {
    top,
    merged,
    number(path) {
      const setting = merged.get(path)?.value;
      return typeof setting === "number" ? setting : null;
    },
    text(path) {
      const setting = merged.get(path)?.value;
      if (typeof setting === "string") return setting;
      return setting === undefined ? null : "";
    },
    has: (path) => merged.has(path),
    value,
    key: (path) => place(path)?.key ?? null,
    conflict(code, paths, message, remedies) {
      context.noticed.count += 1;
      const spans = paths.map(value).filter((span) => span !== null);
      const marks = spans.map(({ start }) => `${code}@${start}`);
      if (marks.length === 0 || marks.some((mark) => reported.has(mark))) return;
      for (const mark of marks) reported.add(mark);
      const some = remedies?.filter((remedy) => remedy !== null);
      context.report(code, later(...spans), message, some);
    },
    swap(one, other) {
      const [first, second] = [written(one), written(other)];
      if (first === null || second === null || merged.get(one)?.origin !== merged.get(other)?.origin) return null;
      const title = `Swap ${called(one, other)}`;
      return { kind: "swap", one: first, other: second, title, certainty: "likely" };
    },
    change(path, text) {
      const span = written(path);
      return span === null ? null : replacing(span, text, `Change “${path}” to ${text}`);
    },
  };
}
