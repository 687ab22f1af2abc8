/** What was found out about a file before, and still holds as long as what it rests on is the same. */
export interface Settled {
  /** The entries in which a check found nothing when it last looked at these inputs: for the check to skip, and to add to. */
  clean(check: string, inputs: readonly unknown[]): WeakSet<object>;
  /** What was made of these inputs the last time, or is made now. */
  again<T>(name: string, inputs: readonly unknown[], make: () => T): T;
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => Object.is(value, other[index]));
}

/** Nothing is known yet. */
export function createSettled(): Settled {
  const made = new Map<string, { readonly inputs: readonly unknown[]; readonly value: unknown }>();
  function again<T>(name: string, inputs: readonly unknown[], make: () => T): T {
    const known = made.get(name);
    if (known !== undefined && isSame(known.inputs, inputs)) return known.value as T;
    const value = make();
    made.set(name, { inputs, value });
    return value;
  }
  return { again, clean: (check, inputs) => again(`clean ${check}`, inputs, () => new WeakSet()) };
}
