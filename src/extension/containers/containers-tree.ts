import type { InventoryProblem } from "../../model/index.js";
import { Emitter, type Event } from "../base/emitter.js";
import { Owner } from "../base/lifetime.js";
import type { Cluster } from "../cluster/cluster.js";
import type { ClusterChange, Clusters } from "../cluster/clusters.js";
import type { Arrangement } from "./arrangement.js";
import type { DetailRow } from "./details.js";
import type {
  ClusterElement,
  ContainerElement,
  ContainersElement,
  DetailElement,
  GroupElement,
  NodeElement,
  ProblemElement,
} from "./elements.js";
import type { Facts } from "./facts.js";
import type { Group } from "./group.js";
import { layoutChanges, layoutOf, type Layout } from "./layout.js";

/** What the tree asks for besides the inventories. */
export interface TreeSurroundings {
  readonly arrangement: () => Arrangement;
  readonly factsOf: (cluster: Cluster) => Facts;
}

/** The rows of the Containers view: which there are, and what stands below which. Without `vscode`. */
export class ContainersTree extends Owner {
  readonly #clusters: Clusters;
  readonly #surroundings: TreeSurroundings;
  readonly #elements = new Map<string, ContainersElement>();
  readonly #layouts = new Map<Cluster, Layout>();
  /** Ids of groups whose rows somebody has asked for. */
  readonly #opened = new Set<string>();
  /** The sentence of the last problem of each. */
  readonly #faults = new WeakMap<Cluster, string | null>();
  readonly #repaint = this.own(new Emitter<readonly ContainersElement[] | undefined>());
  /** The elements to paint again with what is below them; `undefined`: all. Never an empty list. */
  readonly onDidChange: Event<readonly ContainersElement[] | undefined> = this.#repaint.event;

  constructor(clusters: Clusters, surroundings: TreeSurroundings) {
    super();
    this.#clusters = clusters;
    this.#surroundings = surroundings;
    this.own(
      clusters.onDidChange((change) => {
        const elements = this.#changed(change);
        if (elements === undefined || elements.length > 0) this.#repaint.fire(elements);
      }),
    );
  }

  /** Empty where the view should say something instead: no cluster, or one that has not been read yet. */
  roots(): readonly ClusterElement[] {
    const { all } = this.#clusters;
    const [only] = all;
    if (only !== undefined && all.length === 1 && only.inventory.inventory === null) return [];
    return all.map((cluster) => this.cluster(cluster));
  }

  /** What stands below an element; details of a container come from elsewhere, see {@link details}. */
  children(element: ContainersElement): readonly ContainersElement[] {
    switch (element.kind) {
      case "cluster":
        return this.#belowCluster(element.cluster);
      case "node":
      case "group":
        return this.#belowGroup(element.cluster, element.key);
      case "container":
      case "detail":
      case "problem":
        return [];
    }
  }

  parent(element: ContainersElement): ContainersElement | undefined {
    switch (element.kind) {
      case "cluster":
        return undefined;
      case "node":
      case "group":
        return this.cluster(element.cluster);
      case "container":
      case "problem":
        return element.group === null ? this.cluster(element.cluster) : this.#group(element.cluster, element.group);
      case "detail":
        return element.container;
    }
  }

  cluster(cluster: Cluster): ClusterElement {
    return this.#element({ kind: "cluster", id: cluster.id, cluster });
  }

  /** A row of a container: the first there is, that among the favourites last. */
  rowOf(cluster: Cluster, vmid: number): ContainerElement | undefined {
    const places = this.#placesOf(cluster, vmid);
    const place = places.find((group) => group !== "favourites") ?? places[0];
    return place === undefined ? undefined : this.#container(cluster, place, vmid);
  }

  /** The group that an element stands for, as it is now. */
  groupOf({ cluster, key }: NodeElement | GroupElement): Group | undefined {
    return this.layout(cluster)?.groups.find((group) => group.key === key);
  }

  /** Lines below a container, as elements. */
  details(container: ContainerElement, rows: readonly DetailRow[]): readonly DetailElement[] {
    return rows.map((row) => ({
      kind: "detail",
      id: `${container.id}/${row.key}`,
      cluster: container.cluster,
      container,
      row,
    }));
  }

  /** How a cluster is arranged; `undefined` before it was read. */
  layout(cluster: Cluster): Layout | undefined {
    const known = this.#layouts.get(cluster);
    const { inventory } = cluster.inventory;
    if (inventory === null) return undefined;
    return known?.inventory === inventory ? known : this.#layOut(cluster);
  }

  /** How many containers the filter lets through, of how many. */
  counts(): { readonly shown: number; readonly total: number } {
    let [shown, total] = [0, 0];
    for (const cluster of this.#clusters.all) {
      shown += this.layout(cluster)?.shown ?? 0;
      total += cluster.inventory.inventory?.containers.length ?? 0;
    }
    return { shown, total };
  }

  /** Everything is arranged anew, after another arrangement was asked for or other facts are known. */
  rearrange(): void {
    const former = new Map(this.#layouts);
    const fired: ContainersElement[] = [];
    for (const cluster of this.#clusters.all) {
      const before = former.get(cluster);
      this.#layouts.delete(cluster);
      const element = this.#elements.get(cluster.id);
      if (before === undefined || element === undefined) continue;
      const after = this.#layOut(cluster, before);
      if (after !== undefined) fired.push(...this.#changedElements(cluster, before, after));
    }
    if (fired.length > 0) this.#repaint.fire(fired);
  }

  #changed({ cluster, container }: ClusterChange): readonly ContainersElement[] | undefined {
    if (cluster === null) {
      this.#forget();
      return undefined;
    }
    if (container !== undefined) {
      return this.#placesOf(cluster, container).flatMap((group) => this.#known(containerId(cluster, group, container)));
    }
    const before = this.#layouts.get(cluster);
    const after = this.#layOut(cluster);
    const shown = this.#elements.get(cluster.id);
    // A cluster that had no rows, or has none any more, changes the whole view.
    if (this.roots().length === 0) return undefined;
    // Rows that nobody has asked for yet will be asked for as they are then.
    if (shown === undefined) return before === undefined ? undefined : [];
    // A problem of the connection shows at the cluster, and at whatever stands below it.
    if (before === undefined || after === undefined || this.#mended(cluster)) return [shown];
    return this.#changedElements(cluster, before, after);
  }

  /** True where the connection has failed, or has come back. */
  #mended(cluster: Cluster): boolean {
    const before = this.#faults.get(cluster) ?? null;
    const now = cluster.inventory.problem?.sentence ?? null;
    this.#faults.set(cluster, now);
    return before !== now;
  }

  #changedElements(cluster: Cluster, before: Layout, after: Layout): readonly ContainersElement[] {
    const changes = layoutChanges(before, after, (key) => this.#opened.has(groupId(cluster, key)));
    if (changes.cluster) {
      this.#prune(cluster, after);
      return this.#known(cluster.id);
    }
    return [
      ...changes.groups.flatMap((key) => this.#known(groupId(cluster, key))),
      ...changes.containers.flatMap(({ group, vmid }) => this.#known(containerId(cluster, group, vmid))),
    ];
  }

  #layOut(cluster: Cluster, before = this.#layouts.get(cluster) ?? null): Layout | undefined {
    const { inventory } = cluster.inventory;
    if (inventory === null) {
      this.#layouts.delete(cluster);
      return undefined;
    }
    const { arrangement, factsOf } = this.#surroundings;
    const layout = layoutOf(inventory, arrangement(), factsOf(cluster), before);
    this.#layouts.set(cluster, layout);
    return layout;
  }

  #belowCluster(cluster: Cluster): readonly ContainersElement[] {
    const layout = this.layout(cluster);
    if (layout === undefined) {
      const { problem } = cluster.inventory;
      return problem === null ? [] : [this.#problem(cluster, null, 0, { message: problem.sentence })];
    }
    return [
      ...layout.problems.map((found, index) => this.#problem(cluster, null, index, found)),
      ...layout.groups.map(({ key }) => this.#group(cluster, key)),
      ...layout.loose.map(({ vmid }) => this.#container(cluster, null, vmid)),
    ];
  }

  #belowGroup(cluster: Cluster, key: string): readonly ContainersElement[] {
    const layout = this.layout(cluster);
    const group = layout?.groups.find((one) => one.key === key);
    if (layout === undefined || group === undefined) return [];
    this.#opened.add(groupId(cluster, key));
    const problems = group.kind === "node" ? (layout.problemsOf.get(group.name ?? "") ?? []) : [];
    return [
      ...problems.map((found, index) => this.#problem(cluster, key, index, found)),
      ...group.containers.map(({ vmid }) => this.#container(cluster, key, vmid)),
    ];
  }

  #group(cluster: Cluster, key: string): NodeElement | GroupElement {
    const id = groupId(cluster, key);
    return key.startsWith(nodePrefix)
      ? this.#element({ kind: "node", id, cluster, key, node: key.slice(nodePrefix.length) })
      : this.#element({ kind: "group", id, cluster, key });
  }

  #container(cluster: Cluster, group: string | null, vmid: number): ContainerElement {
    return this.#element({ kind: "container", id: containerId(cluster, group, vmid), cluster, group, vmid });
  }

  #placesOf(cluster: Cluster, vmid: number): readonly (string | null)[] {
    const layout = this.layout(cluster);
    if (layout === undefined) return [];
    const isIt = (container: { readonly vmid: number }): boolean => container.vmid === vmid;
    const groups = layout.groups.filter(({ containers }) => containers.some(isIt)).map(({ key }) => key);
    return layout.loose.some(isIt) ? [...groups, null] : groups;
  }

  #problem(
    cluster: Cluster,
    group: string | null,
    index: number,
    problem: Pick<InventoryProblem, "message" | "advice">,
  ): ProblemElement {
    const id = `${cluster.id}/${group ?? ""}?${index}:${problem.message}`;
    return this.#element({ kind: "problem", id, cluster, group, problem });
  }

  #known(id: string): readonly ContainersElement[] {
    const element = this.#elements.get(id);
    return element === undefined ? [] : [element];
  }

  #element<Element extends ContainersElement>(element: Element): Element {
    const known = this.#elements.get(element.id);
    if (known?.kind === element.kind && known.cluster === element.cluster) return known as Element;
    this.#elements.set(element.id, element);
    return element;
  }

  /** Forgets the rows of what is gone, or stands elsewhere now. */
  #prune(cluster: Cluster, { groups, loose }: Layout): void {
    const present = new Set([cluster.id]);
    for (const { key, containers } of groups) {
      present.add(groupId(cluster, key));
      for (const { vmid } of containers) present.add(containerId(cluster, key, vmid));
    }
    for (const { vmid } of loose) present.add(containerId(cluster, null, vmid));
    for (const [id, element] of this.#elements) {
      if (element.cluster !== cluster || present.has(id)) continue;
      this.#elements.delete(id);
      this.#opened.delete(id);
    }
  }

  #forget(): void {
    const alive = new Set(this.#clusters.all);
    for (const [id, { cluster }] of this.#elements) {
      if (alive.has(cluster)) continue;
      this.#elements.delete(id);
      this.#opened.delete(id);
    }
    for (const cluster of this.#layouts.keys()) if (!alive.has(cluster)) this.#layouts.delete(cluster);
  }
}

const nodePrefix = "node:";

function groupId(cluster: Cluster, key: string): string {
  return `${cluster.id}/${key}`;
}

/** With its group: a container may stand under several tags, and during a migration under the old and the new node. */
function containerId(cluster: Cluster, group: string | null, vmid: number): string {
  return `${cluster.id}/${group === null ? "" : `${group}/`}${vmid}`;
}
