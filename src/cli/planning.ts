import type { AutoscalerConfig } from "../config/index.js";
import { inForce, type State } from "../engine/index.js";
import { type Inventory, printable } from "../model/index.js";
import { clusterClock, dryRun, RecordsError, type Clock, type DryRun } from "../operate/index.js";
import { historyOf } from "./history.js";
import type { CommandContext } from "./context.js";
import { refuseBlindness, type Session } from "./session.js";
import { pauseText } from "./text/pauses.js";

/** A dry run with what is needed to show it and to carry it out. */
export interface ShownDryRun extends DryRun {
  readonly clock: Clock;
  /** `demo (pve1:8006)`. */
  readonly where: string;
}

/** One observation and its plan, by the cluster's clock. */
export async function dryRunOf(
  context: CommandContext,
  session: Session,
  config: AutoscalerConfig,
): Promise<ShownDryRun> {
  const { output, surroundings } = context;
  const { signal } = surroundings;
  const { gateway, stateStore } = session;
  await output.progress(`Reading ${gateway.endpoint} …`);
  const clock = await clusterClock(gateway, signal);
  const dry = await dryRun({
    gateway,
    config,
    stateStore,
    source: historyOf(context, session, config),
    now: clock(),
    signal,
  });
  await refuseBlindness(session, dry.inventory, signal);
  return { ...dry, clock, where: `${dry.inventory.cluster} (${gateway.endpoint})` };
}

/** What is paused is said where somebody may wonder why nothing happens. `now` in milliseconds since the epoch. */
export async function tellPauses(
  { output }: CommandContext,
  { stateStore }: Session,
  { cluster, containers }: Inventory,
  now: number,
): Promise<void> {
  let state: State;
  try {
    state = await stateStore.read(cluster);
  } catch (error) {
    // Whoever decides by the state fails for it; whoever only looks is told.
    if (!(error instanceof RecordsError)) throw error;
    await output.complain(error.message);
    return;
  }
  const nameOf = (vmid: number): string | null => containers.find((container) => container.vmid === vmid)?.name ?? null;
  for (const pause of state.pauses ?? []) {
    if (inForce(pause, now)) await output.note(`Paused: ${pauseText(pause, now, nameOf)}`);
  }
}

/** What could not be read is said beside the plan: the rest of it is right. */
export async function tellProblems({ output }: CommandContext, inventory: Inventory): Promise<void> {
  for (const { message, advice } of inventory.problems) {
    await output.complain(
      `${output.notePaint("yellow", "!")} ${printable(message)}${advice === undefined ? "" : ` ${printable(advice)}`}`,
    );
  }
}
