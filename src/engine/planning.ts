import type { AutoscalerConfig, EffectiveSettings, ResourceSettings } from "../config/index.js";
import type { Action, Container, Decision, History, Inventory, Node, Plan, PlanSummary } from "../model/index.js";
import { admit } from "./admission.js";
import { limitChanges } from "./changes.js";
import type { Draft } from "./draft.js";
import { blank, isSized, type Recommendation, type Sized } from "./recommendation.js";
import { rules } from "./rules.js";
import { seriesOf, type Series } from "./series.js";
import { larger, same, smaller } from "./sizes.js";
import { resourceState, type State } from "./state.js";
import type { Subject } from "./subject.js";

export interface DecideInput {
  readonly config: AutoscalerConfig;
  readonly inventory: Inventory;
  /**
   * Recorded usage by vmid. The inventory's own figures are one reading more: they are added here where they are
   * newer than the last recorded one, so callers need not (and may) record them first. Samples later
   * than `now` are not looked at, so a whole trace may be given.
   */
  readonly history: History;
  readonly state: State;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Name of the file for the plan, where it is not the configuration's own. */
  readonly file?: string;
}

/** What `decide` does once it knows how to get a container's settings. */
export function decideWith(input: DecideInput, settingsOf: (container: Container) => EffectiveSettings): Plan {
  const { config, inventory, now } = input;
  const nodes = new Map(inventory.nodes.map((node) => [node.name, node]));
  const decisions: Decision[] = [];
  // Most decisions change nothing and are done with at once; the others meet the rules for several containers.
  const changing: Draft[] = [];
  let containers = 0;
  for (const container of byVmid(inventory.containers)) {
    const effective = settingsOf(container);
    // What the ignore list names is shown as held, where a policy would have managed it.
    if (!effective.matched) continue;
    containers += 1;
    if (effective.cpu === null && effective.memory === null) continue;
    const series = seriesOf(container, inventory.observedAt, input.history.get(container.vmid), now);
    const node = nodes.get(container.node) ?? null;
    for (const settings of [effective.cpu, effective.memory]) {
      if (settings === null) continue;
      const subject = subjectOf(input, container, node, effective, settings, series);
      const recommendation = recommend(subject);
      if (changes(recommendation)) changing.push({ place: decisions.length, subject, effective, recommendation });
      decisions.push(decisionOf(subject, effective, recommendation));
    }
  }
  admit(changing, config.safety);
  limitChanges(changing, config.safety);
  for (const { place, subject, effective, recommendation } of changing) {
    decisions[place] = decisionOf(subject, effective, recommendation);
  }
  return {
    version: 1,
    generatedAt: new Date(now).toISOString(),
    file: input.file ?? config.file,
    decisions,
    summary: summaryOf(containers, decisions),
  };
}

function byVmid(containers: readonly Container[]): readonly Container[] {
  const ordered = containers.every(
    (container, index) => index === 0 || (containers[index - 1]?.vmid ?? 0) < container.vmid,
  );
  return ordered ? containers : [...containers].sort((a, b) => a.vmid - b.vmid);
}

function subjectOf(
  { config, inventory, now, state }: DecideInput,
  container: Container,
  node: Node | null,
  effective: EffectiveSettings,
  settings: ResourceSettings,
  series: Series,
): Subject {
  return {
    now,
    mode: config.mode,
    quorate: inventory.quorate,
    ignoredBy: effective.ignoredBy,
    container,
    node,
    settings,
    series,
    periodSeconds: periodOf(config.intervalSeconds, series),
    state: resourceState(state, container.vmid, settings.resource),
    cpulimitState: resourceState(state, container.vmid, "cpulimit"),
  };
}

/** The interval, or the source's step if that is coarser; a jitter of a twentieth does not make it so. */
function periodOf(intervalSeconds: number, { stepSeconds }: Series): number {
  return stepSeconds > intervalSeconds * 1.05 ? stepSeconds : intervalSeconds;
}

function recommend(subject: Subject): Recommendation {
  const recommendation = blank();
  let changing = false;
  for (const rule of rules) {
    const said = recommendation.reasons.length;
    rule(recommendation, subject);
    if (recommendation.held) break;
    const before = changing;
    changing = changes(recommendation);
    if (changing && !before) explain(recommendation, said);
  }
  return recommendation;
}

/**
 * A change begins with the rule that makes it. Where the strategy was content and a bound or a boost was not, what that says
 * comes first, because that is what a row shows: `min is 3072 MiB`, then that 52 % is between 15 % and 85 %.
 */
function explain({ reasons }: Recommendation, said: number): void {
  reasons.unshift(...reasons.splice(said));
}

function changes(recommendation: Recommendation): recommendation is Sized {
  return isSized(recommendation) && !same(recommendation.from, recommendation.to);
}

function decisionOf(
  { container, settings }: Subject,
  effective: EffectiveSettings,
  recommendation: Recommendation,
): Decision {
  const { from, to, uncapped, reasons } = recommendation;
  return {
    vmid: container.vmid,
    node: container.node,
    name: container.name,
    policy: effective.policies.at(-1) ?? null,
    policies: effective.policies,
    resource: settings.resource,
    unit: unitOf(settings),
    action: actionOf(recommendation),
    from,
    to,
    uncapped,
    reasons,
  };
}

function unitOf(settings: ResourceSettings): Decision["unit"] {
  return settings.resource === "memory" ? "MiB" : "cores";
}

function actionOf({ from, to, limited }: Recommendation): Action {
  if (from !== null && to !== null) {
    if (larger(to, from)) return "scale-up";
    if (smaller(to, from)) return "scale-down";
  }
  return limited ? "blocked" : "hold";
}

function summaryOf(containers: number, decisions: readonly Decision[]): PlanSummary {
  const counts: Record<Action, number> = { "scale-up": 0, "scale-down": 0, hold: 0, blocked: 0 };
  for (const { action } of decisions) counts[action] += 1;
  return {
    containers,
    scaleUp: counts["scale-up"],
    scaleDown: counts["scale-down"],
    hold: counts.hold,
    blocked: counts.blocked,
  };
}
