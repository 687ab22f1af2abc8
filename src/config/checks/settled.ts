/** Remembers which checks of which entries found nothing, for as long as what they looked at stays the same. */
export interface Settled {
  /**
   * Runs a check, unless it found nothing when it last looked at this entry and these inputs. `check` returns true where it found
   * nothing at all, not even what was told before.
   */
  unless(name: string, entry: object, inputs: readonly unknown[], check: () => boolean): void;
  /** What was made of these inputs the last time, or is made now. */
  again<T>(name: string, inputs: readonly unknown[], make: () => T): T;
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => Object.is(value, other[index]));
}

/** Remembers nothing yet. */
export function createSettled(): Settled {
  const clean = new Map<string, WeakMap<object, readonly unknown[]>>();
  const made = new Map<string, { readonly inputs: readonly unknown[]; readonly value: unknown }>();
  return {
    unless(name, entry, inputs, check) {
      let entries = clean.get(name);
      if (entries === undefined) clean.set(name, (entries = new WeakMap<object, readonly unknown[]>()));
      const known = entries.get(entry);
      if (known !== undefined && isSame(known, inputs)) return;
      if (check()) entries.set(entry, inputs);
      else entries.delete(entry);
    },
    again<T>(name: string, inputs: readonly unknown[], make: () => T): T {
      const known = made.get(name);
      if (known !== undefined && isSame(known.inputs, inputs)) return known.value as T;
      const value = make();
      made.set(name, { inputs, value });
      return value;
    },
  };
}
