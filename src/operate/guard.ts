import { mebibyte } from "../model/index.js";
import {
  formatBytes,
  formatSize,
  type Container,
  type ContainerConfiguration,
  type Decision,
  type Disk,
  type Inventory,
} from "../model/index.js";
import type { SizeChange } from "../proxmox/index.js";

/** Everything that one write to one container changes. */
export interface ContainerChange {
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
  readonly decisions: readonly Decision[];
  readonly change: SizeChange;
  /** The disk that grows, and its size in GiB, where this is the write for a disk. */
  readonly growth?: { readonly volume: Disk; readonly size: number };
  /** True where at least one resource grows. */
  readonly grows: boolean;
  /** The container as it was when the plan was made. */
  readonly planned: Container | null;
}

/** Gathers the decisions of each container into one write, in the order of the plan. */
export function containerChanges(decisions: readonly Decision[], inventory: Inventory): readonly ContainerChange[] {
  const byContainer = new Map<number, Decision[]>();
  for (const decision of decisions) {
    const before = byContainer.get(decision.vmid);
    if (before === undefined) byContainer.set(decision.vmid, [decision]);
    else before.push(decision);
  }
  const planned = new Map(inventory.containers.map((container) => [container.vmid, container]));
  return [...byContainer.values()].flatMap((ofContainer) => {
    const [first] = ofContainer;
    if (first === undefined) return [];
    return [
      {
        vmid: first.vmid,
        node: first.node,
        name: first.name,
        decisions: ofContainer,
        change: sizeChange(ofContainer),
        grows: ofContainer.some(({ action }) => action === "scale-up"),
        planned: planned.get(first.vmid) ?? null,
      },
    ];
  });
}

/** The sizes that one request writes. */
export function sizeChange(decisions: readonly Decision[]): SizeChange {
  const change: { cores?: number; cpulimit?: number; memory?: number; swap?: number } = {};
  for (const { resource, to } of decisions) {
    if (
      to !== null &&
      (resource === "cores" || resource === "cpulimit" || resource === "memory" || resource === "swap")
    ) {
      change[resource] = to;
    }
  }
  return change;
}

/** The size of one resource as the configuration states it; `null` where it states none. */
export function configuredSize(configuration: ContainerConfiguration, resource: Decision["resource"]): number | null {
  switch (resource) {
    case "cores":
    case "cpulimit":
    case "memory":
    case "swap":
      return configuration[resource];
    case "instances":
      return null;
    case "rootfs":
    default:
      return configuration.volumes.find(({ volume }) => volume === resource)?.size ?? null;
  }
}

/** Two sizes are the same: cpulimit is a decimal fraction, so sums of grains differ in the last bits. */
export function sameSize(a: number | null, b: number | null): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a - b) < 1e-9);
}

/**
 * What the newest bulk read has against a write; `null` where it agrees with the plan. `current` is
 * `undefined` where the container is not in that read at all.
 */
export function objectionOfInventory(
  change: ContainerChange,
  current: Container | undefined,
  quorate: boolean | null,
): string | null {
  if (quorate === false) return "the cluster has no quorum and refuses every write";
  if (current === undefined) return "it is not there any more";
  if (current.node !== change.node)
    return `it has moved from ${change.node} to ${current.node} since the plan was made`;
  if (current.template) return "it has become a template";
  if (current.lock !== null) return `it is locked (${current.lock})`;
  if (current.stale) return `node ${current.node} does not answer`;
  if (change.planned !== null && current.status !== change.planned.status) {
    return `it was ${change.planned.status} when the plan was made and is ${current.status} now`;
  }
  const memory = change.change.memory;
  if (memory !== undefined && current.memory !== null && memory * mebibyte < current.memory) {
    return `it now uses ${formatBytes(current.memory)} of memory, more than the ${formatSize(memory)} planned for it`;
  }
  return null;
}

/**
 * What a fresh read of the configuration has against a write; `null` where it is still as planned. All sizes count,
 * also those that are not written: a decision about cores was made under the cpulimit of its time. What else
 * stands in the file (notes, network, …) may have changed: the write carries the digest of this fresh read and
 * touches the sizes alone.
 */
export function objectionOfConfiguration(change: ContainerChange, fresh: ContainerConfiguration): string | null {
  const planned = change.planned?.configuration ?? null;
  for (const resource of ["cores", "cpulimit", "memory", "swap"] as const) {
    const decision = change.decisions.find((one) => one.resource === resource);
    const expected = planned === null ? (decision?.from ?? fresh[resource]) : planned[resource];
    if (!sameSize(expected, fresh[resource])) {
      return `since the plan was made its ${resource} went from ${sizeText(expected, resource)} to ${sizeText(fresh[resource], resource)}; plan again`;
    }
  }
  return null;
}

function sizeText(size: number | null, resource: keyof SizeChange): string {
  if (size === null) return "no limit";
  return resource === "memory" || resource === "swap" ? formatSize(size) : String(size);
}
