import type { EffectiveSettings } from "../config/index.js";
import type { Container, UsageHistory, Node } from "../model/index.js";
import { pausesOf } from "./pauses.js";
import type { DecideInput } from "./decide-input.js";
import { lockedShortlyBefore, seriesOf, type Series } from "./series.js";
import { nothingRememberedOf, type ContainerState } from "./state.js";
import type { Situation } from "./subject.js";

/**
 * So many containers are looked up before the first of them is decided. Settings, readings and states lie all over the
 * memory, and in short loops the processor fetches those of several containers at once, which takes a quarter off the
 * time of a plan for 10,000. Few enough that what was fetched is still in its cache when they are decided.
 */
export const together = 128;

/** The situations of those of some containers that the file says something about. */
export function lookUp(
  containers: readonly Container[],
  input: DecideInput,
  nodes: ReadonlyMap<string, Node>,
  settingsOf: (container: Container) => EffectiveSettings,
): readonly Situation[] {
  const settings: EffectiveSettings[] = [];
  for (const container of containers) settings.push(settingsOf(container));
  const histories: (UsageHistory | undefined)[] = [];
  for (const { vmid } of containers) histories.push(input.history.get(vmid));
  const states: (ContainerState | undefined)[] = [];
  for (const { vmid } of containers) states.push(input.state.containers[vmid]);
  const situations: Situation[] = [];
  for (const [index, container] of containers.entries()) {
    const effective = settings[index];
    if (effective === undefined || !effective.matched) continue;
    situations.push(situationOf(container, effective, histories[index], states[index], input, nodes));
  }
  return situations;
}

function situationOf(
  container: Container,
  effective: EffectiveSettings,
  history: UsageHistory | undefined,
  remembered: ContainerState = nothingRememberedOf,
  { config, inventory, now, state }: DecideInput,
  nodes: ReadonlyMap<string, Node>,
): Situation {
  const series = seriesOf(container, inventory.observedAt, history, now);
  const periodSeconds = periodOf(config.intervalSeconds, series);
  return {
    now,
    mode: config.mode,
    quorate: inventory.quorate,
    container,
    effective,
    node: nodes.get(container.node) ?? null,
    pauses: pausesOf(state, container.vmid, now),
    series,
    periodSeconds,
    lockedAt: lockedShortlyBefore(series, now, periodSeconds),
    remembered,
  };
}

/** The interval, or the source's step if that is coarser; a jitter of a twentieth does not make it so. */
function periodOf(intervalSeconds: number, { stepSeconds }: Series): number {
  return stepSeconds > intervalSeconds * 1.05 ? stepSeconds : intervalSeconds;
}
