import { readScalar } from "./kinds.js";
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
  if (typeof value === "object" && value !== null && !Array.isArray(value) && shape.kind === "map") {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]) => {
        const known = childShape(shape, key);
        if (known === null) throw new Error(`The schema knows no ${path}.${key}.`);
        return [key, normaliseAs(child, known, `${path}.${key}`)];
      }),
    );
  }
  if (Array.isArray(value) && shape.kind === "list") {
    return (value as unknown[]).map((entry, index) => normaliseAs(entry, shape.item, `${path}[${index}]`));
  }
  if (shape.kind !== "scalar") throw new Error(`The schema expects something else at ${path}.`);
  const reading = readScalar({ text: String(value), typed: value, referenced: false, hidden: false }, shape);
  if (reading.problem !== undefined) throw new Error(`${path}: ${reading.problem.message}`);
  return reading.value;
}

/**
 * What our own data says in the notation of the file, as the reader would have it: durations in seconds, sizes in MiB,
 * shares as fractions. `path` says where in the file it could stand. Throws at whatever the schema does not allow there.
 */
export function normalise(value: unknown, path: string): unknown {
  return normaliseAs(value, shapeAt(path), path);
}
