import { parsePercentage, type Container, type Inventory, type Node } from "../model/index.js";
import type { AutoscalerReading, KeyPath } from "../config/index.js";
import { containersAt } from "./selection.js";

/** What a percentage is a share of: a size in a unit. */
interface Whole {
  readonly size: number;
  readonly unit: "cores" | "GiB";
}

const gibibyte = 1024 ** 3;

/** Keys whose percentage is a share of the size of a container. */
const shares = new Set(["target", "above", "below"]);

/**
 * What a percentage of a file comes to on what is there: `3.2 of 4 cores`, or `1.6 to 3.2 cores` where the sizes differ.
 * `null` where it is no share of a size, or no such size is known.
 */
export function shareInWords(
  path: KeyPath,
  text: string,
  reading: AutoscalerReading,
  inventory: Inventory,
): string | null {
  const fraction = parsePercentage(text);
  if (fraction === null) return null;
  const wholes = wholesAt(path, reading, inventory);
  const [first] = wholes;
  if (first === undefined) return null;
  const sizes = [...new Set(wholes.map(({ size }) => size))].toSorted((a, b) => a - b);
  const { unit } = first;
  const word = (size: number): string => (unit === "cores" && size === 1 ? "core" : unit);
  const least = sizes[0] ?? 0;
  const most = sizes.at(-1) ?? 0;
  if (least === most) return `${figure(fraction * least)} of ${figure(least)} ${word(least)}`;
  return `${figure(fraction * least)} to ${figure(fraction * most)} ${unit}`;
}

function wholesAt(path: KeyPath, reading: AutoscalerReading, inventory: Inventory): readonly Whole[] {
  const [section, part, resource] = path;
  if (section === "safety") {
    const isShare = (part === "reserve" || part === "nodeLimits") && path.length === 3;
    if (!isShare || (resource !== "cpu" && resource !== "memory")) return [];
    return inventory.nodes.flatMap((node) => nodeWhole(node, resource));
  }
  const inner = section === "defaults" ? path.slice(1) : path.slice(2);
  const [of, ...keys] = inner;
  if (!shares.has(String(keys.at(-1))) || (of !== "cpu" && of !== "memory" && of !== "rootfs")) return [];
  const containers = containersAt(path, reading, inventory) ?? [];
  return containers.flatMap((container) => containerWhole(container, of, inventory));
}

function nodeWhole({ cores, memoryLimit }: Node, resource: "cpu" | "memory"): readonly Whole[] {
  if (resource === "cpu") return cores === null ? [] : [{ size: cores, unit: "cores" }];
  return memoryLimit === null ? [] : [{ size: memoryLimit / gibibyte, unit: "GiB" }];
}

function containerWhole(
  container: Container,
  resource: "cpu" | "memory" | "rootfs",
  { nodes }: Inventory,
): readonly Whole[] {
  if (container.template) return [];
  if (resource !== "cpu") {
    const limit = resource === "memory" ? container.memoryLimit : container.diskLimit;
    return limit === null ? [] : [{ size: limit / gibibyte, unit: "GiB" }];
  }
  // Of what it can really use: the least of its cores, its cpulimit and the node's cores.
  const { cores, configuration, node } = container;
  const limits = [cores, configuration?.cpulimit, nodes.find(({ name }) => name === node)?.cores];
  const known = limits.filter((limit): limit is number => typeof limit === "number" && limit > 0);
  return known.length === 0 ? [] : [{ size: Math.min(...known), unit: "cores" }];
}

function figure(value: number): string {
  return String(Number(value.toFixed(2)));
}
