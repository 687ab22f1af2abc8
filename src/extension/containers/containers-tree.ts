import type { Container, Inventory } from "../../model/index.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Clusters } from "../cluster/clusters.js";
import { groupByNode, type InventoryChanges } from "../cluster/inventory-changes.js";
import type { ClusterElement, ContainerElement, ContainersElement, NodeElement, ProblemElement } from "./elements.js";

/** The rows of the Containers view: which there are, and what stands below which. Without `vscode`. */
export class ContainersTree {
  readonly #clusters: Clusters;
  readonly #elements = new Map<string, ContainersElement>();
  readonly #groups = new WeakMap<Inventory, ReadonlyMap<string, readonly Container[]>>();

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
  }

  /** Empty where the view should say something instead: no cluster, or one that has not been read yet. */
  roots(): readonly ClusterElement[] {
    const { all } = this.#clusters;
    const [only] = all;
    if (only !== undefined && all.length === 1 && only.inventory.inventory === null) return [];
    return all.map((cluster) => this.cluster(cluster));
  }

  children(element: ContainersElement): readonly ContainersElement[] {
    switch (element.kind) {
      case "cluster":
        return this.#belowCluster(element.cluster);
      case "node":
        return this.#belowNode(element.cluster, element.node);
      case "container":
      case "problem":
        return [];
    }
  }

  parent(element: ContainersElement): ContainersElement | undefined {
    switch (element.kind) {
      case "cluster":
        return undefined;
      case "node":
        return this.cluster(element.cluster);
      case "container":
        return this.node(element.cluster, element.node);
      case "problem":
        return element.node === null ? this.cluster(element.cluster) : this.node(element.cluster, element.node);
    }
  }

  cluster(cluster: Cluster): ClusterElement {
    return this.#element({ kind: "cluster", id: cluster.id, cluster });
  }

  node(cluster: Cluster, node: string): NodeElement {
    return this.#element({ kind: "node", id: `${cluster.id}/${node}`, cluster, node });
  }

  container(cluster: Cluster, node: string, vmid: number): ContainerElement {
    // With its node: during a migration the old and the new row may stand side by side for a moment.
    return this.#element({ kind: "container", id: `${cluster.id}/${node}/${vmid}`, cluster, node, vmid });
  }

  hasChildren({ cluster, node }: NodeElement): boolean {
    const { inventory } = cluster.inventory;
    return this.countOn(cluster, node) > 0 || (inventory?.problems.some((problem) => problem.node === node) ?? false);
  }

  /** How many containers stand on a node. */
  countOn(cluster: Cluster, node: string): number {
    return this.#on(cluster, node).length;
  }

  /** The elements to repaint after a change; `undefined`: all. */
  repaint(cluster: Cluster | null, changes: InventoryChanges): readonly ContainersElement[] | undefined {
    if (cluster === null) {
      this.#forget();
      return undefined;
    }
    const shown = this.#elements.get(cluster.id);
    // Rows that were never painted can't be repainted; a cluster that had none changes the whole view.
    if (shown === undefined || this.roots().length === 0) return undefined;
    if (changes.cluster) return [shown];
    const elements: ContainersElement[] = [];
    for (const node of changes.nodes) {
      const element = this.#elements.get(`${cluster.id}/${node}`);
      if (element !== undefined) elements.push(element);
    }
    for (const { node, vmid } of changes.containers) {
      const element = this.#elements.get(`${cluster.id}/${node}/${vmid}`);
      if (element !== undefined) elements.push(element);
    }
    return elements;
  }

  #belowCluster(cluster: Cluster): readonly ContainersElement[] {
    const { inventory, problem } = cluster.inventory;
    if (inventory === null) {
      return problem === null ? [] : [this.#problem(cluster, null, 0, { message: problem.sentence })];
    }
    const problems = inventory.problems.filter(({ node }) => node === null);
    const nodes = [...inventory.nodes].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
    return [
      ...problems.map((found, index) => this.#problem(cluster, null, index, found)),
      ...nodes.map(({ name }) => this.node(cluster, name)),
    ];
  }

  #belowNode(cluster: Cluster, node: string): readonly ContainersElement[] {
    const problems = (cluster.inventory.inventory?.problems ?? []).filter((problem) => problem.node === node);
    return [
      ...problems.map((found, index) => this.#problem(cluster, node, index, found)),
      ...this.#on(cluster, node).map(({ vmid }) => this.container(cluster, node, vmid)),
    ];
  }

  #on(cluster: Cluster, node: string): readonly Container[] {
    const { inventory } = cluster.inventory;
    if (inventory === null) return [];
    let groups = this.#groups.get(inventory);
    if (groups === undefined) {
      groups = groupByNode(inventory);
      this.#groups.set(inventory, groups);
    }
    return groups.get(node) ?? [];
  }

  #problem(cluster: Cluster, node: string | null, index: number, problem: ProblemElement["problem"]): ProblemElement {
    const id = `${cluster.id}/${node ?? ""}?${index}:${problem.message}`;
    return this.#element({ kind: "problem", id, cluster, node, problem });
  }

  #element<Element extends ContainersElement>(element: Element): Element {
    const known = this.#elements.get(element.id);
    if (known?.kind === element.kind && known.cluster === element.cluster) return known as Element;
    this.#elements.set(element.id, element);
    return element;
  }

  #forget(): void {
    const alive = new Set(this.#clusters.all);
    for (const [id, { cluster }] of this.#elements) if (!alive.has(cluster)) this.#elements.delete(id);
  }
}
