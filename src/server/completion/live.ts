import type { KeyPath } from "../../config/index.js";
import { formatBytes, formatPercent, type Container, type Inventory } from "../../model/index.js";
import type { ValueChoice } from "./value-choice.js";

/** Things that exist in the cluster now and could stand at a place. */
export function liveValues(path: KeyPath, type: string, inventory: Inventory): readonly ValueChoice[] {
  if (type === "vmids" || type === "vmid") return vmids(path, inventory);
  const list = path.at(-2);
  const section = path.at(-3);
  if (section !== "match" && section !== "ignore" && section !== "placement") return [];
  const { containers, nodes } = inventory;
  switch (list) {
    case "names":
      return [
        ...containers
          .filter(({ name }) => name !== "")
          .map((container): ValueChoice => ({
            text: container.name,
            detail: `${container.vmid} · ${usageOf(container)}`,
            search: `${container.name} ${container.vmid}`,
            kind: "live",
          })),
        ...families(containers),
      ];
    case "tags":
      return counted(containers.flatMap(({ tags }) => tags));
    case "pools":
      return counted(containers.flatMap(({ pool }) => pool ?? []));
    case "nodes": {
      const count = (name: string): number => containers.filter(({ node }) => node === name).length;
      return nodes.map((node) => ({
        text: node.name,
        detail: [node.status, ...(node.cpu === null ? [] : [formatPercent(node.cpu)]), plural(count(node.name))].join(
          " · ",
        ),
        kind: "live",
      }));
    }
    case undefined:
    default:
      return [];
  }
}

function vmids(path: KeyPath, { containers }: Inventory): readonly ValueChoice[] {
  // A group is cloned from a template; nothing else is done with one.
  const templates = path.at(-2) === "template";
  return containers
    .filter(({ template }) => templates || !template)
    .toSorted((a, b) => Number(b.template) - Number(a.template) || a.vmid - b.vmid)
    .map((container) => ({
      text: String(container.vmid),
      isYaml: true,
      detail: `${container.name} · ${usageOf(container)}`,
      documentation: `On ${container.node}${container.tags.length > 0 ? `, tags ${container.tags.join(", ")}` : ""}.`,
      search: `${container.vmid} ${container.name}`,
      kind: "live",
    }));
}

/** Globs for containers that are numbered: `web-*` for `web-1` and `web-2`. */
function families(containers: readonly Container[]): readonly ValueChoice[] {
  const stems = containers.flatMap(({ name }) => /^(.*[A-Za-z][-_.]?)\d+$/u.exec(name)?.[1] ?? []);
  const isFamily = new Set(stems.filter((stem, index) => stems.indexOf(stem) !== index));
  return counted(stems.filter((stem) => isFamily.has(stem))).map((choice) => ({ ...choice, text: `${choice.text}*` }));
}

function counted(words: readonly string[]): readonly ValueChoice[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, many], [b, more]) => more - many || a.localeCompare(b))
    .map(([text, count]) => ({ text, detail: plural(count), kind: "live" }));
}

function plural(count: number): string {
  return count === 1 ? "1 container" : `${count} containers`;
}

/** `42 % of 2 cores · 0.4 GiB of 1 GiB`, or why there is no such figure. */
export function usageOf(container: Container): string {
  if (container.template) return "template";
  if (container.status !== "running") return container.status;
  const figures: string[] = [];
  if (container.cpu !== null) {
    const of = container.cores === null ? "" : ` of ${container.cores} ${container.cores === 1 ? "core" : "cores"}`;
    figures.push(`${formatPercent(container.cpu)}${of}`);
  }
  if (container.memory !== null) {
    const of = container.memoryLimit === null ? "" : ` of ${formatBytes(container.memoryLimit)}`;
    figures.push(`${formatBytes(container.memory)}${of}`);
  }
  if (container.stale) figures.push("last known");
  return figures.length === 0 ? container.status : figures.join(" · ");
}
