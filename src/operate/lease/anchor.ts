import { effectiveSettings, type AutoscalerConfig } from "../../config/index.js";
import type { Container, Inventory } from "../../model/index.js";

/** The container whose notes carry the lease, or why there is none. */
export type Anchor =
  | { readonly kind: "found"; readonly container: Container }
  /** Nothing is managed, so nothing is written either. */
  | { readonly kind: "nothing-managed" }
  | { readonly kind: "missing"; readonly vmid: number };

/** `safety.lease.container`, else the managed container with the lowest vmid. `now` in milliseconds, for schedules. */
export function leaseAnchor(config: AutoscalerConfig, inventory: Inventory, now: number): Anchor {
  const { container: wanted } = config.safety.lease;
  if (wanted !== null) {
    const container = inventory.containers.find(({ vmid }) => vmid === wanted);
    return container === undefined ? { kind: "missing", vmid: wanted } : { kind: "found", container };
  }
  let lowest: Container | null = null;
  for (const container of inventory.containers) {
    if (container.template || (lowest !== null && container.vmid >= lowest.vmid)) continue;
    if (effectiveSettings(config, container, now).managed) lowest = container;
  }
  return lowest === null ? { kind: "nothing-managed" } : { kind: "found", container: lowest };
}
