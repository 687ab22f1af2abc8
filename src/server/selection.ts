import { compileMatch, resolveReference, type AutoscalerReading, type KeyPath, type Match } from "../config/index.js";
import type { Container, Inventory } from "../model/index.js";
import { follow, isMap, isSeq, itemsOf, nodeAt, pairsOf, textOf, type Node } from "./nodes.js";

const keys = ["vmids", "names", "tags", "nodes", "pools"] as const;
type Key = (typeof keys)[number];

/**
 * The `match` at a path as it is written, also in a file that has errors elsewhere. `null` where there is none, or where it
 * can't be known what it means: then nothing should be said about it.
 */
export function matchAt(path: KeyPath, reading: AutoscalerReading): Match | null {
  const node = nodeAt(reading.document, path);
  if (!isMap(node)) return null;
  const match: Partial<Record<Key, readonly string[]>> = {};
  for (const { key, value } of pairsOf(node)) {
    const name = keys.find((one) => one === textOf(key));
    const texts = name === undefined ? null : textsOf(value, reading);
    if (name === undefined || texts === null || texts.length === 0) return null;
    match[name] = texts;
  }
  if (Object.keys(match).length === 0) return null;
  const { vmids, ...others } = match;
  if (vmids === undefined) return others;
  const ranges = vmids.map((text) => /^(\d{1,9})(?:-(\d{1,9}))?$/u.exec(text));
  if (ranges.includes(null)) return null;
  return {
    ...others,
    vmids: ranges.map((range) => ({ first: Number(range?.[1]), last: Number(range?.[2] ?? range?.[1]) })),
  };
}

/** The texts of a list, or of a single one; `null` where one of them can't be read. */
function textsOf(value: Node | null, { document, options }: AutoscalerReading): readonly string[] | null {
  const node = follow(value, document);
  const texts: string[] = [];
  for (const item of isSeq(node) ? itemsOf(node) : [node]) {
    const text = textOf(follow(item, document));
    const resolution = text === null ? null : resolveReference(text, options.environment ?? {}, () => null);
    if (resolution === null || !("value" in resolution)) return null;
    texts.push(resolution.value);
  }
  return texts;
}

/** The containers that a `match` means and the ignore list does not, in the order of the inventory. */
export function containersOf(
  match: Match,
  reading: AutoscalerReading,
  { containers }: Inventory,
): readonly Container[] {
  const ignored = compileMatch(reading.config?.ignore ?? matchAt(["ignore"], reading) ?? {});
  const meant = compileMatch(match);
  return containers.filter((container) => meant.all(container) && ignored.any(container) === null);
}

/**
 * The containers that a layer (`["policies", 1, …]`, `["defaults", …]`) is about: of `defaults` those that any policy of the
 * file matches too. `null` where that can't be known.
 */
export function containersAt(
  path: KeyPath,
  reading: AutoscalerReading,
  inventory: Inventory,
): readonly Container[] | null {
  const [section, index] = path;
  if (section === "policies" || section === "schedules") {
    if (typeof index !== "number") return null;
    const match = matchAt([section, index, "match"], reading);
    return match === null ? null : containersOf(match, reading, inventory);
  }
  if (section !== "defaults") return null;
  const places: KeyPath[] = itemsOf(nodeAt(reading.document, ["policies"])).map((_, at) => ["policies", at, "match"]);
  const matches = [["defaults", "match"], ...places].flatMap((place) => matchAt(place, reading) ?? []);
  const found = new Set(matches.flatMap((match) => containersOf(match, reading, inventory)));
  return inventory.containers.filter((container) => found.has(container));
}

/** `1 container`, `4 containers`. */
export function containersInWords(count: number): string {
  return count === 1 ? "1 container" : `${count} containers`;
}
