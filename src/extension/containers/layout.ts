import type { Container, Inventory, InventoryProblem } from "../../model/index.js";
import type { Arrangement, Grouping } from "./arrangement.js";
import { containerLooks, looksSame, type ContainerLooks } from "./container-row.js";
import type { Facts } from "./facts.js";
import { parseFilter } from "./filter.js";
import type { Group } from "./group.js";
import { groupRow } from "./group-row.js";
import { inventorySummary } from "./node-row.js";
import { naturally, ordered, type Ordered } from "./order.js";

/** Where each container of a cluster stands in the tree. Plain data: two of them can be compared. */
export interface Layout {
  readonly inventory: Inventory;
  readonly groups: readonly Group[];
  /** Those that stand under no group, in order. */
  readonly loose: readonly Container[];
  /** How many containers the filter lets through. */
  readonly shown: number;
  /** Problems that stand directly under the cluster. */
  readonly problems: readonly InventoryProblem[];
  /** Problems that stand under a node. */
  readonly problemsOf: ReadonlyMap<string, readonly InventoryProblem[]>;
  readonly order: Ordered;
  /** How rows look, by vmid: filled in where two layouts are compared, so that each row is made once. */
  readonly looks: Map<number, ContainerLooks>;
}

/** Arranges the containers of an inventory. `before` is how they stood, so that they don't move without need. */
export function layoutOf(
  inventory: Inventory,
  { groupBy, sortBy, filter }: Arrangement,
  facts: Facts,
  before: Layout | null,
): Layout {
  const order = ordered(inventory.containers, sortBy, before?.order ?? null);
  const holds = parseFilter(filter);
  const isShown = (container: Container): boolean => holds === null || holds(container, facts);
  const shown = holds === null ? order.containers : order.containers.filter(isShown);
  const groups = new Map<
    string,
    { kind: Group["kind"]; name: string | null; containers: Container[]; total: number }
  >();
  const into = (kind: Group["kind"], name: string | null) => {
    const key = keyOf(kind, name);
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { kind, name, containers: [], total: 0 }));
    return group;
  };
  if (groupBy === "node") for (const { name } of inventory.nodes) into("node", name);
  for (const container of order.containers) {
    const passes = holds === null || isShown(container);
    const places: { containers: Container[]; total: number }[] =
      groupBy === "none" ? [] : namesOf(container, groupBy, facts).map((name) => into(groupBy, name));
    if (facts.isFavourite(container.vmid)) places.push(into("favourites", null));
    for (const place of places) {
      place.total += 1;
      if (passes) place.containers.push(container);
    }
  }
  const byNode = groupBy === "node";
  const known = new Set(inventory.nodes.map(({ name }) => name));
  const belowNode = ({ node }: InventoryProblem): boolean => byNode && node !== null && known.has(node);
  return {
    inventory,
    groups: [...groups]
      .map(([key, group]) => ({ key, ...group }))
      // What the filter leaves nothing of would only be in the way; a node that is empty anyway is there.
      .filter(({ containers }) => containers.length > 0 || holds === null)
      .sort(byPlace),
    loose: groupBy === "none" ? shown.filter(({ vmid }) => !facts.isFavourite(vmid)) : [],
    shown: shown.length,
    problems: inventory.problems.filter((problem) => !belowNode(problem)),
    problemsOf: byNodeName(inventory.problems.filter(belowNode)),
    order,
    looks: new Map(),
  };
}

/** The groups that a container belongs to. */
function namesOf(container: Container, by: Exclude<Grouping, "none">, facts: Facts): readonly (string | null)[] {
  switch (by) {
    case "node":
      return [container.node];
    case "pool":
      return [container.pool];
    case "tag":
      return container.tags.length === 0 ? [null] : [...new Set(container.tags)];
    case "policy":
      return [policyName(facts.policyOf(container))];
    case "status":
      return [container.template ? "template" : container.stale ? "unknown" : container.status];
  }
}

function policyName(policy: string | null | undefined): string | null {
  return policy === undefined ? "" : policy;
}

function byNodeName(problems: readonly InventoryProblem[]): ReadonlyMap<string, readonly InventoryProblem[]> {
  const found = new Map<string, InventoryProblem[]>();
  for (const problem of problems) {
    const name = problem.node ?? "";
    const others = found.get(name);
    if (others === undefined) found.set(name, [problem]);
    else others.push(problem);
  }
  return found;
}

function keyOf(kind: Group["kind"], name: string | null): string {
  return kind === "favourites" ? kind : name === null ? `${kind}-` : `${kind}:${name}`;
}

const states: readonly (string | null)[] = ["running", "paused", "stopped", "template", "unknown"];

/** Favourites first, then by name, what has none last. */
function byPlace(a: Group, b: Group): number {
  if (a.kind !== b.kind) return a.kind === "favourites" ? -1 : 1;
  if (a.kind === "status") return states.indexOf(a.name) - states.indexOf(b.name);
  if (a.name === null || b.name === null) return Number(a.name === null) - Number(b.name === null);
  return naturally(a.name, b.name);
}

/** What of a layout looks different from before. Everything not named here needs no repaint. */
export interface LayoutChanges {
  /** The cluster's own row, or which groups, containers and problems stand directly below it. */
  readonly cluster: boolean;
  /** Groups whose row changed, or which containers and problems stand below them, by key. */
  readonly groups: readonly string[];
  /** Containers whose row changed, below groups that are not listed themselves. `group: null`: directly below the cluster. */
  readonly containers: readonly { readonly group: string | null; readonly vmid: number }[];
}

/**
 * Compares two layouts by what their rows show. `isOpen`: whether anybody has seen what stands under a group; what has never
 * been painted can't be painted again.
 */
export function layoutChanges(
  before: Layout,
  after: Layout,
  isOpen: (group: string) => boolean = () => true,
): LayoutChanges {
  if (clusterMark(before) !== clusterMark(after) || !sameOrder(before.loose, after.loose)) {
    return { cluster: true, groups: [], containers: [] };
  }
  const groups: string[] = [];
  const containers: { group: string | null; vmid: number }[] = [];
  const collect = (old: readonly Container[], now: readonly Container[], group: string | null): void => {
    for (const [index, container] of now.entries()) {
      const former = old[index];
      if (former === container) continue;
      if (former === undefined || !looksSame(looksIn(before, former), looksIn(after, container))) {
        containers.push({ group, vmid: container.vmid });
      }
    }
  };
  for (const [index, group] of after.groups.entries()) {
    const former = before.groups[index];
    if (former === undefined || !sameGroup(before, former, after, group)) groups.push(group.key);
    else if (isOpen(group.key)) collect(former.containers, group.containers, group.key);
  }
  collect(before.loose, after.loose, null);
  return { cluster: false, groups, containers };
}

function looksIn({ looks }: Layout, container: Container): ContainerLooks {
  const known = looks.get(container.vmid);
  if (known !== undefined) return known;
  const made = containerLooks(container);
  looks.set(container.vmid, made);
  return made;
}

function sameOrder(before: readonly Container[], after: readonly Container[]): boolean {
  return before.length === after.length && after.every(({ vmid }, index) => before[index]?.vmid === vmid);
}

function sameGroup(before: Layout, former: Group, after: Layout, group: Group): boolean {
  const [a, b] = [groupRow(before.inventory, former), groupRow(after.inventory, group)];
  return (
    a.description === b.description &&
    a.contextValue === b.contextValue &&
    a.spoken === b.spoken &&
    sameOrder(former.containers, group.containers) &&
    problemMark(before.problemsOf.get(group.name ?? "")) === problemMark(after.problemsOf.get(group.name ?? ""))
  );
}

function clusterMark({ inventory, groups, problems, shown }: Layout): string {
  return JSON.stringify([
    inventory.cluster,
    inventory.quorate,
    inventorySummary(inventory),
    shown,
    inventory.problems.length,
    groups.map(({ key }) => key),
    problems.map(({ message }) => message),
  ]);
}

function problemMark(problems: readonly InventoryProblem[] = []): string {
  return JSON.stringify(problems.map(({ message }) => message));
}
