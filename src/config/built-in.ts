import { normalise, shapeAt } from "./normalise.js";

const values = new Map<string, string | number | boolean>();

/**
 * The default of a setting as the schema has it, normalised: durations in seconds, sizes in MiB, shares as fractions.
 * `path` is the file's own, such as `defaults.cpu.scaleUp.for`. Throws where the schema gives none, which is a slip of ours.
 */
export function builtIn(path: string): string | number | boolean {
  const known = values.get(path);
  if (known !== undefined) return known;
  const value = normalise(shapeAt(path).default, path);
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new Error(`The schema gives no default for ${path}.`);
  }
  values.set(path, value);
  return value;
}

/** The same where the default is a number. */
export function builtInNumber(path: string): number {
  return Number(builtIn(path));
}
