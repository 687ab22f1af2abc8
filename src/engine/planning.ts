import type { DiskSettings, EffectiveSettings, ResourceSettings, SwapSettings } from "../config/index.js";
import type { Container, Node, Plan, Resource } from "../model/index.js";
import { choose } from "./changes.js";
import type { DecideInput } from "./decide-input.js";
import { decisionOf } from "./decision.js";
import { DecisionList, summaryOf } from "./decision-list.js";
import type { Draft, SizeDraft } from "./draft.js";
import { nodesInDanger, relieveNodes } from "./emergency.js";
import { lookUp, together } from "./look-up.js";
import { sayNotices } from "./notices.js";
import { plausibleNodes } from "./plausible.js";
import { changes, recommend } from "./recommend.js";
import { isSized, limit, type Recommendation } from "./recommendation.js";
import { diskRules, rules } from "./rules.js";
import { nothingRemembered, type ContainerState, type ResourceState } from "./state.js";
import type { DiskSubject, Situation, Subject } from "./subject.js";
import { recommendSwap, type SwapSubject } from "./swap.js";

/** What `decide` does once it knows how to get a container's settings. */
export function decideWith(input: DecideInput, settingsOf: (container: Container) => EffectiveSettings): Plan {
  const nodes = plausibleNodes(input.inventory.nodes);
  const planning = new Planning(input, nodes);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const containers = byVmid(input.inventory.containers);
  for (let from = 0; from < containers.length; from += together) {
    const some = containers.slice(from, from + together);
    for (const situation of lookUp(some, input, byName, settingsOf)) planning.decide(situation);
  }
  return planning.finish();
}

/** The plan in the making: first each container for itself, then what concerns several of them. */
class Planning {
  readonly #decisions = new DecisionList();
  readonly #dangers: ReturnType<typeof nodesInDanger>;
  /** Most decisions change nothing and are done with at once; these meet the rules for several containers. */
  readonly #changing: Draft[] = [];
  /** Memory on nodes in danger. */
  readonly #memories: SizeDraft[] = [];
  readonly #swaps: Swap[] = [];
  #containers = 0;
  // What nobody keeps is used again: most of what is made for a decision would be garbage at once, and more than the plan.
  #spareSubject: Subject | null = null;
  #spareRecommendation: Recommendation | null = null;

  constructor(
    private readonly input: DecideInput,
    private readonly nodes: readonly Node[],
  ) {
    this.#dangers = nodesInDanger(nodes, input.config.safety);
  }

  /** Decides all of a container that its settings say something about. */
  decide(situation: Situation): void {
    const { cpu, memory, swap, disks } = situation.effective;
    this.#containers += 1;
    if (cpu !== null) this.#decideSize(situation, cpu);
    const ofMemory = memory === null ? null : this.#decideSize(situation, memory);
    if (swap !== null) this.#swaps.push({ place: this.#decisions.reserve(), situation, settings: swap, ofMemory });
    for (const settings of disks) this.#decideDisk(situation, settings);
  }

  #decideSize(situation: Situation, settings: ResourceSettings): Recommendation {
    const { container, effective } = situation;
    const subject = subjectOf(situation, settings, this.#spareSubject);
    const recommendation: Recommendation = recommend(rules, subject, this.#spareRecommendation);
    const place = this.#decisions.reserve();
    const endangered = settings.resource === "memory" && this.#dangers?.has(container.node) === true;
    const changed = changes(recommendation);
    if (changed) this.#changing.push({ kind: "size", place, subject, recommendation, urgent: false });
    else this.#decisions.put(place, decisionOf(container, settings.resource, effective, recommendation));
    if (endangered && !recommendation.held && isSized(recommendation)) {
      this.#memories.push({ kind: "size", place, subject, recommendation, urgent: false });
    }
    const kept = changed || endangered || effective.swap !== null;
    this.#spareSubject = kept ? null : subject;
    this.#spareRecommendation = kept ? null : recommendation;
    return recommendation;
  }

  #decideDisk(situation: Situation, settings: DiskSettings): void {
    const { container, effective } = situation;
    const subject = diskSubjectOf(situation, settings);
    // Of a mount point that it does not have there is nothing to say.
    if (subject.volume === null && container.configuration !== null && settings.volume !== "rootfs") return;
    const recommendation = recommend(diskRules, subject);
    const place = this.#decisions.reserve();
    if (changes(recommendation)) {
      this.#changing.push({ kind: "disk", place, subject, recommendation, urgent: false });
    } else {
      this.#decisions.put(place, decisionOf(container, settings.volume, effective, recommendation));
    }
  }

  finish(): Plan {
    const { config, inventory, now, state, file } = this.input;
    const { safety } = config;
    const changing =
      this.#dangers === null
        ? this.#changing
        : withUrgent(this.#changing, relieveNodes(this.#memories, this.#dangers, safety));
    const places = choose(changing, { safety, state, inventory: { ...inventory, nodes: this.nodes }, now });
    sayNotices(changing);
    // On a node in danger also what is not changed may have more to say by now.
    for (const draft of [...this.#memories, ...changing]) {
      const { container, effective } = draft.subject;
      this.#decisions.put(draft.place, decisionOf(container, resourceOf(draft), effective, draft.recommendation));
    }
    this.#decideSwaps(places);
    const decisions = this.#decisions.made();
    return {
      version: 1,
      generatedAt: new Date(now).toISOString(),
      file: file ?? config.file,
      decisions,
      summary: summaryOf(decisions, this.#containers),
    };
  }

  /** Swap goes along with memory in one write; without that it is a change of its own, and takes one of the places left. */
  #decideSwaps(places: number): void {
    const { maxChangesPerCycle: most } = this.input.config.safety;
    let left = places;
    for (const swap of this.#swaps) {
      const { container, effective } = swap.situation;
      const recommendation = recommendSwap(swapSubjectOf(swap));
      const alone = swap.ofMemory === null || !changes(swap.ofMemory);
      if (alone && changes(recommendation)) {
        if (left === 0) limit(recommendation, recommendation.from, "max-changes", { most });
        else left -= 1;
      }
      this.#decisions.put(swap.place, decisionOf(container, "swap", effective, recommendation));
    }
  }
}

/** The swap of a container, decided once it is known what becomes of its memory. */
interface Swap {
  readonly place: number;
  readonly situation: Situation;
  readonly settings: SwapSettings;
  /** `null`: memory is not managed. */
  readonly ofMemory: Recommendation | null;
}

/** Those that a node in danger asks for take the place of what the same memory would have done anyway. */
function withUrgent(changing: readonly Draft[], urgent: readonly SizeDraft[]): readonly Draft[] {
  if (urgent.length === 0) return changing;
  const places = new Set(urgent.map(({ place }) => place));
  return [...changing.filter(({ place }) => !places.has(place)), ...urgent];
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

/** A situation with what is decided in it; written over `spare` where that is given. */
function subjectOf(situation: Situation, settings: ResourceSettings, spare: Subject | null): Subject {
  const { remembered } = situation;
  const state = stateOf(remembered, settings.resource);
  const cpulimitState = remembered.cpulimit ?? nothingRemembered;
  // Named one by one, because that is many times faster than `...situation`, and it is done for every decision.
  if (spare === null) {
    const { now, mode, quorate, container, effective, node, pauses, series, periodSeconds, lockedAt } = situation;
    return {
      now,
      mode,
      quorate,
      container,
      effective,
      node,
      pauses,
      series,
      periodSeconds,
      lockedAt,
      remembered,
      settings,
      state,
      cpulimitState,
    };
  }
  const subject: { -readonly [Key in keyof Subject]: Subject[Key] } = spare;
  subject.container = situation.container;
  subject.effective = situation.effective;
  subject.node = situation.node;
  subject.pauses = situation.pauses;
  subject.series = situation.series;
  subject.periodSeconds = situation.periodSeconds;
  subject.lockedAt = situation.lockedAt;
  subject.remembered = remembered;
  subject.settings = settings;
  subject.state = state;
  subject.cpulimitState = cpulimitState;
  return subject;
}

/** The same as `remembered[resource]`, but faster: each key is looked up in a place of its own. */
function stateOf({ cores, cpulimit, memory }: ContainerState, resource: ResourceSettings["resource"]): ResourceState {
  switch (resource) {
    case "cores":
      return cores ?? nothingRemembered;
    case "cpulimit":
      return cpulimit ?? nothingRemembered;
    case "memory":
      return memory ?? nothingRemembered;
  }
}

function diskSubjectOf(situation: Situation, settings: DiskSettings): DiskSubject {
  const { container, remembered } = situation;
  return {
    ...situation,
    settings,
    volume: container.configuration?.volumes.find(({ volume }) => volume === settings.volume) ?? null,
    state: remembered[settings.volume] ?? nothingRemembered,
  };
}

function swapSubjectOf({ situation, settings, ofMemory }: Swap): SwapSubject {
  const { container, effective, remembered } = situation;
  const cooldown = effective.memory?.cooldown;
  return {
    ...situation,
    settings,
    state: remembered.swap ?? nothingRemembered,
    memory: ofMemory?.to ?? container.configuration?.memory ?? null,
    patience: cooldown === undefined ? 0 : Math.max(cooldown.upSeconds, cooldown.downSeconds),
  };
}
