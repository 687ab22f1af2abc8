import type { GuestSpec, LoadKind, NodeSpec, Population } from "../../src/simulator/index.js";

export const gibibyte = 2 ** 30;
export const mebibyte = 2 ** 20;

/** A host with room for everything, unless told otherwise. */
export function node(given: Partial<NodeSpec> = {}): NodeSpec {
  return { name: "pve1", cores: 64, memory: 256 * gibibyte, ...given };
}

/** A running container with two cores and a GiB, unless told otherwise. */
export function guest(vmid: number, name: string, load: LoadKind, given: Partial<GuestSpec> = {}): GuestSpec {
  return {
    vmid,
    name,
    load,
    node: "pve1",
    cores: 2,
    cpulimit: null,
    memory: 1024,
    swap: 512,
    disk: 8,
    tags: [],
    pool: null,
    status: "running",
    template: false,
    description: null,
    onboot: true,
    unprivileged: true,
    seed: vmid,
    ...given,
  };
}

/** Some containers on one host. */
export function alone(...guests: readonly GuestSpec[]): Population {
  return { nodes: [node()], guests };
}
