import type { Container, InventoryProblem, Node } from "../../model/index.js";
import type { Cluster } from "../cluster/cluster.js";
import type { DetailRow } from "./details.js";

/**
 * What stands in the Containers view. An element is only an address: what it shows is looked up when it is
 * painted. The same object stands for the same thing as long as it is there, which is how VS Code knows a row.
 */
export type ContainersElement =
  ClusterElement | NodeElement | GroupElement | ContainerElement | DetailElement | ProblemElement;

export interface ClusterElement {
  readonly kind: "cluster";
  readonly id: string;
  readonly cluster: Cluster;
}

/** A node with its containers. */
export interface NodeElement {
  readonly kind: "node";
  readonly id: string;
  readonly cluster: Cluster;
  /** The key of its group. */
  readonly key: string;
  readonly node: string;
}

/** Containers that have something else in common than their node. */
export interface GroupElement {
  readonly kind: "group";
  readonly id: string;
  readonly cluster: Cluster;
  readonly key: string;
}

export interface ContainerElement {
  readonly kind: "container";
  readonly id: string;
  readonly cluster: Cluster;
  /** The key of the group it stands under, `null`: directly under the cluster. One container may stand under several. */
  readonly group: string | null;
  readonly vmid: number;
}

/** A line about a container, below it. */
export interface DetailElement {
  readonly kind: "detail";
  readonly id: string;
  readonly cluster: Cluster;
  readonly container: ContainerElement;
  readonly row: DetailRow;
}

/** Something that could not be read, below what it is about. */
export interface ProblemElement {
  readonly kind: "problem";
  readonly id: string;
  readonly cluster: Cluster;
  /** The key of the group it stands under, `null`: directly under the cluster. */
  readonly group: string | null;
  readonly problem: Pick<InventoryProblem, "message" | "advice">;
}

export function containerOf({ cluster, vmid }: ContainerElement): Container | undefined {
  return cluster.container(vmid);
}

export function nodeOf({ cluster, node }: NodeElement): Node | undefined {
  return cluster.inventory.inventory?.nodes.find(({ name }) => name === node);
}

const kinds: Readonly<Record<ContainersElement["kind"], true>> = {
  cluster: true,
  node: true,
  group: true,
  container: true,
  detail: true,
  problem: true,
};

export function isContainersElement(value: unknown): value is ContainersElement {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("cluster" in value)) return false;
  return typeof value.kind === "string" && Object.hasOwn(kinds, value.kind);
}
