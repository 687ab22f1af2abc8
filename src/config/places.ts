import type { Pair } from "yaml";
import { spanOf } from "./document.js";
import type { Node, Span } from "./document.js";

/** Where a value of the file stands, and its key where it has one. */
export interface Place {
  readonly key: Span | null;
  /** Of an empty value the span is the key's. */
  readonly value: Span;
  /** Of a list's entry: its index in the file, where entries that can't be read count too. */
  readonly index: number;
}

/** An entry of a list, as it is noted. */
interface Item {
  readonly node: Node | null;
  /** Its first key where it is a map. */
  readonly key: Node | null;
  /** What stands for it where it is empty: the list, or a place. */
  readonly around: Node | Span;
  readonly index: number;
}

type NodePair = Pair<Node | null, Node | null>;

/** Remembers where each value that was read stands, so that checks on the values can point at the text. */
export interface Places {
  /** Notes that a key of a map was read from a pair. False where the key is there already. */
  notePair(parent: object, key: string, pair: NodePair): boolean;
  /** Notes the next entry of a list. */
  noteItem(list: object, item: Item): void;
  of(parent: object, step: string | number): Place | null;
  /** Notes that a key of another map stands where it stands in this one. */
  copyPair(from: object, key: string, to: object): void;
  /** One list of the entries of two, which stand where they stood. */
  join<T>(first: readonly T[], second: readonly T[]): readonly T[];
  /** The keys a map has in the file, those included whose values could not be read. */
  keys(parent: object): Iterable<string>;
  /** Notes that a list lacks entries that could not be read. */
  lacksEntries(list: object): void;
  /** True where every entry of a list could be read. */
  isComplete(list: object): boolean;
  /** The span of the key, or of the value where there is no key; `null` where it is not in the file. */
  key(parent: object, step: string | number): Span | null;
  /** The span of the value, or of the key where the value is empty. */
  value(parent: object, step: string | number): Span | null;
}

/** The node's span; of an empty one, or of none, another. */
export function spanOr(node: Node | null, fallback: Span): Span {
  if (node === null) return fallback;
  const span = spanOf(node);
  return span.end > span.start ? span : fallback;
}

/** The place of a key's value, where its nodes stand at the time. */
class PairPlace implements Place {
  readonly index = 0;
  readonly #pair: NodePair;

  constructor(pair: NodePair) {
    this.#pair = pair;
  }

  get key(): Span {
    return this.#pair.key === null ? { start: 0, end: 0 } : spanOf(this.#pair.key);
  }

  get value(): Span {
    return spanOr(this.#pair.value, this.key);
  }
}

/** The place of an entry, where its nodes stand at the time. */
class ItemPlace implements Place {
  readonly #item: Item;

  constructor(item: Item) {
    this.#item = item;
  }

  get index(): number {
    return this.#item.index;
  }

  get key(): Span | null {
    return this.#item.key === null ? null : spanOf(this.#item.key);
  }

  get value(): Span {
    const { node, around } = this.#item;
    return spanOr(node, "start" in around ? around : spanOf(around));
  }
}

/**
 * An empty store of places. Only what is read is noted; spans are worked out when they are asked for, so that they are right
 * also after a document was moved in its text.
 */
export function createPlaces(): Places {
  const pairs = new WeakMap<object, Map<string, NodePair>>();
  const items = new WeakMap<object, Item[]>();
  const incomplete = new WeakSet();
  const of = (parent: object, step: string | number): Place | null => {
    if (typeof step === "number") {
      const item = items.get(parent)?.[step];
      return item === undefined ? null : new ItemPlace(item);
    }
    const pair = pairs.get(parent)?.get(step);
    return pair === undefined ? null : new PairPlace(pair);
  };
  return {
    notePair(parent, key, pair) {
      let entries = pairs.get(parent);
      if (entries === undefined) pairs.set(parent, (entries = new Map<string, NodePair>()));
      if (entries.has(key)) return false;
      entries.set(key, pair);
      return true;
    },
    copyPair(from, key, to) {
      const pair = pairs.get(from)?.get(key);
      if (pair === undefined) return;
      const entries = pairs.get(to) ?? new Map<string, NodePair>();
      pairs.set(to, entries.set(key, pair));
    },
    join(first, second) {
      const list = [...first, ...second];
      items.set(list, [...(items.get(first) ?? []), ...(items.get(second) ?? [])]);
      if (incomplete.has(first) || incomplete.has(second)) incomplete.add(list);
      return list;
    },
    noteItem(list, item) {
      const entries = items.get(list);
      if (entries === undefined) items.set(list, [item]);
      else entries.push(item);
    },
    of,
    keys: (parent) => pairs.get(parent)?.keys() ?? [],
    lacksEntries: (list) => void incomplete.add(list),
    isComplete: (list) => !incomplete.has(list),
    key: (parent, step) => of(parent, step)?.key ?? of(parent, step)?.value ?? null,
    value: (parent, step) => of(parent, step)?.value ?? null,
  };
}
