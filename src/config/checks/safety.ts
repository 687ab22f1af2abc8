import { formatPercent } from "../../model/index.js";
import { builtInNumber } from "../built-in.js";
import { replacing } from "../remedy.js";
import type { CheckContext } from "./context.js";
import { later } from "./context.js";

/** Checks limits for the whole cluster against each other. */
export function checkSafety({ file, places, inventory, report }: CheckContext): void {
  const { safety } = file;
  if (safety === undefined) return;
  const { emergency, nodeLimits, lease } = safety;
  if (emergency !== undefined) {
    const danger = emergency.memory ?? builtInNumber("safety.emergency.memory");
    const given = nodeLimits === undefined ? null : places.of(nodeLimits, "memory");
    const limit = nodeLimits?.memory ?? (given === null ? builtInNumber("safety.nodeLimits.memory") : Number.NaN);
    const own = places.value(emergency, "memory");
    if (danger <= limit) {
      const place = later(own ?? places.key(safety, "emergency"), given?.value);
      const message = `At ${formatPercent(danger)} containers are shrunk already, while up to ${formatPercent(limit)} (\`nodeLimits.memory\`) they may still grow: they would go up and down.`;
      const higher = Math.min(100, Math.round(limit * 100) + 5);
      report("emergency-below-limit", place, message, [
        ...(own === null ? [] : [replacing(own, `${higher}%`, `Change “memory” to ${higher}%`)]),
      ]);
    }
  }
  const container = lease?.container;
  if (container === undefined || lease === undefined || inventory === null || inventory.containers.length === 0) return;
  if (inventory.containers.some(({ vmid }) => vmid === container)) return;
  const message = `There is no container ${container}, so no lease can be kept in its notes: every program would only recommend.`;
  report("matches-nothing", places.value(lease, "container"), message);
}
