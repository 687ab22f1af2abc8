import type { Node } from "../model/index.js";

/** More than this over the limit is no jitter of the clock but a reading that can't be. */
export const jitter = 1.1;

/** A size that can be: 0, infinity and what is no number can't. */
export function isSize(size: number | null | undefined): size is number {
  return size !== null && size !== undefined && size > 0 && size < Number.POSITIVE_INFINITY;
}

/** Nodes whose figures can be: one that can't be is not known. The same array where all can. */
export function plausibleNodes(nodes: readonly Node[]): readonly Node[] {
  return nodes.every(isPlausible) ? nodes : nodes.map(mended);
}

function isPlausible({ cpu, cores, memory, memoryLimit, memoryAvailable }: Node): boolean {
  return (
    (cpu === null || isShare(cpu)) &&
    (cores === null || isSize(cores)) &&
    (memory === null || isAmount(memory)) &&
    (memoryLimit === null || isSize(memoryLimit)) &&
    (memoryAvailable === null || isAvailable(memoryAvailable, memoryLimit))
  );
}

function mended(node: Node): Node {
  const { cpu, cores, memory, memoryLimit, memoryAvailable } = node;
  return {
    ...node,
    cpu: cpu !== null && isShare(cpu) ? cpu : null,
    cores: isSize(cores) ? cores : null,
    memory: memory !== null && isAmount(memory) ? memory : null,
    memoryLimit: isSize(memoryLimit) ? memoryLimit : null,
    memoryAvailable: memoryAvailable !== null && isAvailable(memoryAvailable, memoryLimit) ? memoryAvailable : null,
  };
}

function isShare(share: number): boolean {
  return share >= 0 && share <= jitter;
}

function isAmount(amount: number): boolean {
  return amount >= 0 && amount < Number.POSITIVE_INFINITY;
}

/** No node can hand out more than it has. */
function isAvailable(available: number, limit: number | null): boolean {
  return isAmount(available) && (limit === null || available <= limit * jitter);
}
