import { parseDuration, parsePercentage, parseSize } from "../model/index.js";
import { childShape, fileShape } from "./shape.js";
import type { Shape } from "./shape.js";

const values = new Map<string, string | number | boolean>();

function shapeAt(path: string): Shape {
  let shape: Shape = fileShape();
  for (const key of path.split(".")) {
    const child = childShape(shape.kind === "list" ? shape.item : shape, key);
    if (child === null) throw new Error(`The schema knows no ${path}.`);
    shape = child;
  }
  return shape;
}

/**
 * The default of a setting as the schema has it, normalised: durations in seconds, sizes in MiB, shares as fractions.
 * `path` is the file's own, such as `defaults.cpu.scaleUp.for`. Throws where the schema gives none, which is a slip of ours.
 */
export function builtIn(path: string): string | number | boolean {
  const known = values.get(path);
  if (known !== undefined) return known;
  const shape = shapeAt(path);
  const text = shape.default;
  const value =
    shape.kind !== "scalar" || typeof text !== "string"
      ? text
      : shape.scalar === "duration"
        ? parseDuration(text)
        : shape.scalar === "size"
          ? parseSize(text)
          : shape.scalar === "percentage"
            ? parsePercentage(text)
            : text;
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
