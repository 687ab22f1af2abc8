import { parseDuration, parsePercentage, parseSize } from "../model/index.js";
import { childShape, fileShape } from "./shape.js";
import type { Shape } from "./shape.js";

/** The shape at a path of the file, such as `defaults.cpu.scaleUp.for`; entries of lists are passed over. */
export function shapeAt(path: string): Shape {
  let shape: Shape = fileShape();
  for (const key of path.split(".")) {
    const child = childShape(shape.kind === "list" ? shape.item : shape, key);
    if (child === null) throw new Error(`The schema knows no ${path}.`);
    shape = child;
  }
  return shape;
}

function normaliseAs(value: unknown, shape: Shape, path: string): unknown {
  if (typeof value === "object" && value !== null && shape.kind === "map") {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        const known = childShape(shape, key);
        if (known === null) throw new Error(`The schema knows no ${path}.${key}.`);
        return [key, normaliseAs(child, known, `${path}.${key}`)];
      }),
    );
  }
  if (shape.kind !== "scalar" || typeof value !== "string") return value;
  switch (shape.scalar) {
    case "duration":
      return parseDuration(value);
    case "size":
      return parseSize(value);
    case "percentage":
      return parsePercentage(value);
    default:
      return value;
  }
}

/**
 * What our own data says in the notation of the file, as the reader would have it: durations in seconds, sizes in MiB,
 * shares as fractions. `path` says where in the file it could stand. Throws at a key the schema does not know there.
 */
export function normalise(value: unknown, path: string): unknown {
  return normaliseAs(value, shapeAt(path), path);
}
