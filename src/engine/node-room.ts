import type { Safety } from "../config/index.js";
import type { Container, Inventory, Reason } from "../model/index.js";
import { extra } from "./admission.js";
import { plausibleNodes } from "./plausible.js";
import { reason } from "./reasons.js";
import { kindOf, Rooms } from "./rooms.js";
import { larger } from "./sizes.js";

/** A growth that goes to its size or not at all. Sizes in cores or MiB; `null`: all that the node has. */
export interface WholeGrowth {
  readonly container: Container;
  readonly resource: "cores" | "cpulimit" | "memory";
  readonly from: number | null;
  readonly to: number | null;
}

/**
 * What the nodes have against growth that nobody decided by usage, such as a rollback: the same limits, reserve and sum over
 * one run as a plan's. In the order that is given; what finds no room takes none. `null` where nothing stands against it.
 */
export function objectionsOfNodes(
  growths: readonly WholeGrowth[],
  inventory: Pick<Inventory, "nodes">,
  safety: Safety,
): readonly (Reason | null)[] {
  const nodes = new Map(plausibleNodes(inventory.nodes).map((node) => [node.name, node]));
  const rooms = new Rooms({}, safety);
  const taken = new Map<string, number>();
  return growths.map(({ container, resource, from, to }) => {
    const node = nodes.get(container.node);
    if (node === undefined) return null;
    const kind = kindOf(resource);
    const place = rooms.ofNode(node, kind);
    if ("unlimited" in place) return null;
    if ("refused" in place) return place.refused;
    const key = `${node.name}/${kind}`;
    const left = place.free - (taken.get(key) ?? 0);
    const most = resource === "memory" ? Number.POSITIVE_INFINITY : (node.cores ?? Number.POSITIVE_INFINITY);
    const wanted = extra(from ?? most, to ?? most, Math.min(most, otherLimit(container, resource)));
    if (larger(wanted, left)) {
      return reason("node-reserve", {
        node: node.name,
        resource,
        free: left,
        reserve: safety.reserve[kind],
      });
    }
    taken.set(key, (taken.get(key) ?? 0) + wanted);
    return null;
  });
}

/** Of cores the cpulimit, of the cpulimit the cores: what lies beyond can't be used. */
function otherLimit({ configuration }: Container, resource: WholeGrowth["resource"]): number {
  if (resource === "memory" || configuration === null) return Number.POSITIVE_INFINITY;
  return configuration[resource === "cores" ? "cpulimit" : "cores"] ?? Number.POSITIVE_INFINITY;
}
