import type { Container, InventoryProblem, Node } from "../../model/index.js";
import type { Cluster } from "../cluster/cluster.js";

/**
 * What stands in the Containers view. An element is only an address: what it shows is looked up when it is
 * painted. The same object stands for the same thing as long as it is there, which is how VS Code knows a row.
 */
export type ContainersElement = ClusterElement | NodeElement | ContainerElement | ProblemElement;

export interface ClusterElement {
  readonly kind: "cluster";
  readonly id: string;
  readonly cluster: Cluster;
}

export interface NodeElement {
  readonly kind: "node";
  readonly id: string;
  readonly cluster: Cluster;
  readonly node: string;
}

export interface ContainerElement {
  readonly kind: "container";
  readonly id: string;
  readonly cluster: Cluster;
  readonly node: string;
  readonly vmid: number;
}

/** Something that could not be read, below what it is about. */
export interface ProblemElement {
  readonly kind: "problem";
  readonly id: string;
  readonly cluster: Cluster;
  /** `null`: it is about the cluster. */
  readonly node: string | null;
  readonly problem: Pick<InventoryProblem, "message" | "advice">;
}

export function containerOf({ cluster, vmid }: ContainerElement): Container | undefined {
  return cluster.container(vmid);
}

export function nodeOf({ cluster, node }: NodeElement): Node | undefined {
  return cluster.inventory.inventory?.nodes.find(({ name }) => name === node);
}

export function isContainersElement(value: unknown): value is ContainersElement {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("cluster" in value)) return false;
  const { kind } = value;
  return kind === "cluster" || kind === "node" || kind === "container" || kind === "problem";
}
