import type {
  AutoscalerConfig,
  DiskSettings,
  EffectiveSettings,
  ResourceSettings,
  SwapSettings,
} from "../config/index.js";
import type { Action, Container, Decision, History, Inventory, Node, Plan, Resource } from "../model/index.js";
import { choose } from "./changes.js";
import { DecisionList } from "./decision-list.js";
import type { Draft, SizeDraft } from "./draft.js";
import { nodesInDanger, relieveNodes } from "./emergency.js";
import { pausesOf } from "./pauses.js";
import { sayNotices } from "./notices.js";
import { plausibleNodes } from "./plausible.js";
import { blank, isSized, limit, type Recommendation, type Sized } from "./recommendation.js";
import { diskRules, rules } from "./rules.js";
import { seriesOf, type Series } from "./series.js";
import { larger, same, smaller } from "./sizes.js";
import { nothingRemembered, resourceState, type State } from "./state.js";
import type { DiskSubject, Situation, Subject } from "./subject.js";
import { recommendSwap, type SwapSubject } from "./swap.js";

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
  const { safety } = config;
  const plausible = plausibleNodes(inventory.nodes);
  const nodes = new Map(plausible.map((node) => [node.name, node]));
  const dangers = nodesInDanger(plausible, safety);
  const decisions = new DecisionList();
  // Most decisions change nothing and are done with at once; the others meet the rules for several containers.
  let changing: Draft[] = [];
  const memories: SizeDraft[] = [];
  const swaps: Swap[] = [];
  // What nobody keeps is used again: most of what is made for a decision would be garbage at once, and more than the plan.
  let spareSituation: Situation | null = null;
  let spareSubject: Subject | null = null;
  let spareRecommendation: Recommendation | null = null;
  let containers = 0;
  for (const container of byVmid(inventory.containers)) {
    const effective = settingsOf(container);
    // What the ignore list names is shown as held, where a policy would have managed it.
    if (!effective.matched) continue;
    containers += 1;
    const { cpu, memory, swap, disks } = effective;
    if (cpu === null && memory === null && swap === null && disks.length === 0) continue;
    const situation = situationOf(input, container, nodes.get(container.node) ?? null, effective, spareSituation);
    // Without a memory that it follows or a node in danger, only a change is looked at again.
    const keepsAll = dangers !== null || swap !== null;
    let keeps = keepsAll || disks.length > 0;
    let ofMemory: Recommendation | null = null;
    for (const kind of kinds) {
      const settings = effective[kind];
      if (settings === null) continue;
      const subject = subjectOf(input, situation, settings, spareSubject);
      const recommendation: Recommendation = recommend(rules, subject, spareRecommendation);
      const place = decisions.reserve();
      const { resource } = settings;
      const changed = changes(recommendation);
      if (changed) {
        changing.push({ kind: "size", place, subject, effective, recommendation, urgent: false });
      } else {
        decisions.put(place, decisionOf(container, resource, effective, recommendation));
      }
      if (resource === "memory") ofMemory = recommendation;
      if (resource === "memory" && dangers?.has(container.node) === true && isOpen(recommendation)) {
        memories.push({ kind: "size", place, subject, effective, recommendation, urgent: false });
      }
      keeps ||= changed;
      spareSubject = keepsAll || changed ? null : subject;
      spareRecommendation = keepsAll || changed ? null : recommendation;
    }
    if (swap !== null) {
      swaps.push({ place: decisions.reserve(), situation, effective, settings: swap, ofMemory });
    }
    for (const settings of disks) {
      const subject = diskSubjectOf(input, situation, settings);
      // Of a mount point that it does not have there is nothing to say.
      if (subject.volume === null && container.configuration !== null && settings.volume !== "rootfs") continue;
      const recommendation = recommend(diskRules, subject);
      const place = decisions.reserve();
      if (changes(recommendation)) {
        changing.push({ kind: "disk", place, subject, effective, recommendation, urgent: false });
      } else {
        decisions.put(place, decisionOf(container, settings.volume, effective, recommendation));
      }
    }
    spareSituation = keeps ? null : situation;
  }
  if (dangers !== null) changing = withUrgent(changing, relieveNodes(memories, dangers, safety));
  let places = choose(changing, { safety, state: input.state, inventory: { ...inventory, nodes: plausible }, now });
  sayNotices(changing);
  for (const draft of changing) {
    const { place, subject, effective, recommendation } = draft;
    decisions.put(place, decisionOf(subject.container, resourceOf(draft), effective, recommendation));
  }
  for (const swap of swaps) {
    const recommendation = recommendSwap(swapSubjectOf(input, swap));
    const alone = swap.ofMemory === null || !changes(swap.ofMemory);
    if (alone && changes(recommendation)) {
      // It goes along with memory in one write; without that it is a change of its own.
      if (places === 0) limit(recommendation, recommendation.from, "max-changes", { most: safety.maxChangesPerCycle });
      else places -= 1;
    }
    decisions.put(swap.place, decisionOf(swap.situation.container, "swap", swap.effective, recommendation));
  }
  return {
    version: 1,
    generatedAt: new Date(now).toISOString(),
    file: input.file ?? config.file,
    decisions: decisions.made(),
    summary: decisions.summary(containers),
  };
}

const kinds = ["cpu", "memory"] as const;

/** The swap of a container, decided once it is known what becomes of its memory. */
interface Swap {
  readonly place: number;
  readonly situation: Situation;
  readonly effective: EffectiveSettings;
  readonly settings: SwapSettings;
  /** `null`: memory is not managed. */
  readonly ofMemory: Recommendation | null;
}

/** Those that a node in danger asks for take the place of what the same memory would have done anyway. */
function withUrgent(changing: Draft[], urgent: readonly SizeDraft[]): Draft[] {
  if (urgent.length === 0) return changing;
  const places = new Set(urgent.map(({ place }) => place));
  return [...changing.filter(({ place }) => !places.has(place)), ...urgent];
}

/** Neither held nor without a reading. */
function isOpen(recommendation: Recommendation): recommendation is Sized {
  return !recommendation.held && isSized(recommendation);
}

function resourceOf(draft: Draft): Resource {
  return draft.kind === "disk" ? draft.subject.settings.volume : draft.subject.settings.resource;
}

function byVmid(containers: readonly Container[]): readonly Container[] {
  const ordered = containers.every(
    (container, index) => index === 0 || (containers[index - 1]?.vmid ?? 0) < container.vmid,
  );
  return ordered ? containers : [...containers].sort((a, b) => a.vmid - b.vmid);
}

function situationOf(
  { config, inventory, history, now, state }: DecideInput,
  container: Container,
  node: Node | null,
  { ignoredBy }: EffectiveSettings,
  spare: Situation | null,
): Situation {
  const pauses = pausesOf(state, container.vmid, now);
  const series = seriesOf(container, inventory.observedAt, history.get(container.vmid), now, spare?.series);
  const periodSeconds = periodOf(config.intervalSeconds, series);
  if (spare !== null) {
    const situation: { -readonly [Key in keyof Situation]: Situation[Key] } = spare;
    situation.ignoredBy = ignoredBy;
    situation.container = container;
    situation.node = node;
    situation.pauses = pauses;
    situation.series = series;
    situation.periodSeconds = periodSeconds;
    return situation;
  }
  return {
    now,
    mode: config.mode,
    quorate: inventory.quorate,
    ignoredBy,
    container,
    node,
    pauses,
    series,
    periodSeconds,
  };
}

function subjectOf(
  { state }: DecideInput,
  situation: Situation,
  settings: ResourceSettings,
  spare: Subject | null,
): Subject {
  const { now, mode, quorate, ignoredBy, container, node, pauses, series, periodSeconds } = situation;
  const states = state.containers[container.vmid];
  const own = states?.[settings.resource] ?? nothingRemembered;
  const cpulimitState = states?.cpulimit ?? nothingRemembered;
  if (spare !== null) {
    const subject: { -readonly [Key in keyof Subject]: Subject[Key] } = spare;
    subject.ignoredBy = ignoredBy;
    subject.container = container;
    subject.node = node;
    subject.pauses = pauses;
    subject.series = series;
    subject.periodSeconds = periodSeconds;
    subject.settings = settings;
    subject.state = own;
    subject.cpulimitState = cpulimitState;
    return subject;
  }
  // Named one by one, because that is many times faster than `...situation`, and it is done for every decision.
  return {
    now,
    mode,
    quorate,
    ignoredBy,
    container,
    node,
    pauses,
    series,
    periodSeconds,
    settings,
    state: own,
    cpulimitState,
  };
}

function diskSubjectOf({ state }: DecideInput, situation: Situation, settings: DiskSettings): DiskSubject {
  const { configuration, vmid } = situation.container;
  return {
    ...situation,
    settings,
    volume: configuration?.volumes.find(({ volume }) => volume === settings.volume) ?? null,
    state: resourceState(state.containers, vmid, settings.volume),
  };
}

function swapSubjectOf({ state }: DecideInput, { situation, effective, settings, ofMemory }: Swap): SwapSubject {
  const { configuration, vmid } = situation.container;
  const cooldown = effective.memory?.cooldown;
  return {
    ...situation,
    settings,
    state: resourceState(state.containers, vmid, "swap"),
    memory: ofMemory?.to ?? configuration?.memory ?? null,
    patience: cooldown === undefined ? 0 : Math.max(cooldown.upSeconds, cooldown.downSeconds),
  };
}

/** The interval, or the source's step if that is coarser; a jitter of a twentieth does not make it so. */
function periodOf(intervalSeconds: number, { stepSeconds }: Series): number {
  return stepSeconds > intervalSeconds * 1.05 ? stepSeconds : intervalSeconds;
}

function recommend<About>(
  asked: readonly ((recommendation: Recommendation, subject: About) => void)[],
  subject: About,
  spare: Recommendation | null = null,
): Recommendation {
  const recommendation = blank(spare);
  let changing = false;
  for (const rule of asked) {
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
function explain(recommendation: Recommendation, said: number): void {
  const { reasons } = recommendation;
  if (said > 0) recommendation.reasons = [...reasons.slice(said), ...reasons.slice(0, said)];
}

function changes(recommendation: Recommendation): recommendation is Sized {
  return isSized(recommendation) && !same(recommendation.from, recommendation.to);
}

function decisionOf(
  container: Container,
  resource: Resource,
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
    resource,
    unit: unitOf(resource),
    action: actionOf(recommendation),
    from,
    to,
    uncapped,
    reasons,
  };
}

function unitOf(resource: Resource): Decision["unit"] {
  switch (resource) {
    case "cores":
    case "cpulimit":
      return "cores";
    case "memory":
    case "swap":
      return "MiB";
    case "instances":
      return "instances";
    case "rootfs":
    default:
      return "GiB";
  }
}

function actionOf({ from, to, limited }: Recommendation): Action {
  if (from !== null && to !== null) {
    if (larger(to, from)) return "scale-up";
    if (smaller(to, from)) return "scale-down";
  }
  return limited ? "blocked" : "hold";
}
