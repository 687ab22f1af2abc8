import type { Span } from "./document.js";

/** Where a value of the file stands, and its key where it has one. */
export interface Place {
  readonly key: Span | null;
  readonly value: Span;
  /** Of a list's entry: its index in the file, where entries that can't be read count too. */
  readonly index?: number;
}

/** Remembers where each value that was read stands, so that checks on the values can point at the text. */
export interface Places {
  /** Notes the place of one entry of a map or list. */
  note(parent: object, step: string | number, place: Place): void;
  of(parent: object, step: string | number): Place | null;
  /** The keys a map has in the file, those included whose values could not be read. */
  keys(parent: object): readonly string[];
  /** Notes that a list lacks entries that could not be read. */
  lacksEntries(list: object): void;
  /** True where every entry of a list could be read. */
  isComplete(list: object): boolean;
  /** The span of the key, or of the value where there is no key; `null` where it is not in the file. */
  key(parent: object, step: string | number): Span | null;
  /** The span of the value, or of the key where the value is empty. */
  value(parent: object, step: string | number): Span | null;
}

/** An empty store of places. */
export function createPlaces(): Places {
  const places = new WeakMap<object, Map<string | number, Place>>();
  const incomplete = new WeakSet();
  const of = (parent: object, step: string | number): Place | null => places.get(parent)?.get(step) ?? null;
  return {
    note(parent, step, place) {
      const entries = places.get(parent) ?? new Map<string | number, Place>();
      entries.set(step, place);
      places.set(parent, entries);
    },
    of,
    keys: (parent) => [...(places.get(parent)?.keys() ?? [])].filter((step) => typeof step === "string"),
    lacksEntries: (list) => void incomplete.add(list),
    isComplete: (list) => !incomplete.has(list),
    key: (parent, step) => of(parent, step)?.key ?? of(parent, step)?.value ?? null,
    value(parent, step) {
      const place = of(parent, step);
      if (place === null) return null;
      return place.value.end > place.value.start ? place.value : (place.key ?? place.value);
    },
  };
}
