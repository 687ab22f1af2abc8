import type { AutoscalerConfig } from "../config/index.js";
import type { Inventory } from "../model/index.js";
import { clusterClock, dryRun, type Clock, type DryRun } from "../operate/index.js";
import { printable } from "./output.js";
import type { CommandContext } from "./context.js";
import { refuseBlindness, type Session } from "./session.js";

/** A dry run with what is needed to show it and to carry it out. */
export interface ShownDryRun extends DryRun {
  readonly clock: Clock;
  /** `demo (pve1:8006)`. */
  readonly where: string;
}

/** One observation and its plan, by the cluster's clock. */
export async function dryRunOf(
  { output, surroundings }: CommandContext,
  session: Session,
  config: AutoscalerConfig,
): Promise<ShownDryRun> {
  const { signal } = surroundings;
  const { gateway, stateStore } = session;
  await output.progress(`Reading ${gateway.endpoint} …`);
  const clock = await clusterClock(gateway, signal);
  const dry = await dryRun({ gateway, config, stateStore, now: clock(), signal });
  await refuseBlindness(session, dry.inventory, signal);
  return { ...dry, clock, where: `${dry.inventory.cluster} (${gateway.endpoint})` };
}

/** What could not be read is said beside the plan: the rest of it is right. */
export async function tellProblems({ output }: CommandContext, inventory: Inventory): Promise<void> {
  for (const { message, advice } of inventory.problems) {
    await output.complain(
      `${output.notePaint("yellow", "!")} ${printable(message)}${advice === undefined ? "" : ` ${printable(advice)}`}`,
    );
  }
}
