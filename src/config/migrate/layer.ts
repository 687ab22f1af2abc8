import type { Field, Ledger } from "./ledger.js";
import type { Figure } from "./values.js";
import { set } from "./new-file.js";
import type { NewMap, NewValue } from "./new-file.js";

/** One setting of a layer of the new file, with what of the old file it comes from. */
export interface LayerSetting {
  /** Within the layer: `cpu.scaleUp.above`. */
  readonly path: string;
  readonly value: NewValue;
  readonly fields: readonly Field[];
  /** What means something else now, and the key of the old file it is about; `null`: its default. */
  readonly changes: readonly { readonly field: Field | null; readonly message: string }[];
}

export interface LayerDraft {
  readonly settings: LayerSetting[];
  readonly add: (
    path: string,
    value: NewValue,
    figures: readonly (Figure | Field | null)[],
    ...changes: readonly (string | null)[]
  ) => void;
}

function fieldOf(source: Figure | Field | null): Field | null {
  if (source === null) return null;
  return "known" in source ? source.field : source;
}

export function layerDraft(): LayerDraft {
  const settings: LayerSetting[] = [];
  return {
    settings,
    add(path, value, figures, ...changes) {
      const fields = figures.map(fieldOf).filter((field) => field !== null);
      // A change is about the last of the keys named with it.
      const field = fields.at(-1) ?? null;
      const said = changes.filter((change) => change !== null).map((message) => ({ field, message }));
      settings.push({ path, value, fields: [...new Set(fields)], changes: said });
    },
  };
}

function same(a: NewValue, b: NewValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export interface LayerPlace {
  /** Path of the layer in the new file: `defaults`, `policies[0]`. */
  readonly path: string;
  /** Settings of the layer below, which need not be said again. */
  readonly base?: readonly LayerSetting[];
  /** Fields that were handed out for this layer itself: what they say is said again even where it is the same. */
  readonly own?: ReadonlySet<Field["entry"]>;
}

/** Writes a layer into the new file; where there is one below, only what differs or was said for this one. */
export function writeLayer(ledger: Ledger, layer: NewMap, settings: readonly LayerSetting[], place: LayerPlace): void {
  const commented = new Set<Field["entry"]>();
  for (const { path, value, fields, changes } of settings) {
    const below = place.base?.find((other) => other.path === path);
    const own = fields.some(({ entry }) => place.own?.has(entry) === true);
    const to = `${place.path}.${path}`;
    if (below !== undefined && same(below.value, value) && !own) continue;
    const old = fields.flatMap((field) => {
      if (commented.has(field.entry)) return [];
      if (place.base !== undefined && !(place.own?.has(field.entry) ?? true)) return [];
      commented.add(field.entry);
      return field.comments;
    });
    const said: string[] = [];
    for (const { field, message } of changes) {
      if (field !== null) ledger.changed(field, to, message);
      // What a layer below has said once need not be repeated in every one above it.
      if (below?.changes.some((other) => other.message === message) !== true) said.push(message);
    }
    for (const field of fields) ledger.carried(field, to);
    set(layer, path, value, [...old, ...said]);
  }
}

/** Puts the comments of a section's own key over its block. */
export function aboutSection(layer: NewMap, field: Field | null): void {
  if (field !== null) layer.comments.push(...field.comments);
}
