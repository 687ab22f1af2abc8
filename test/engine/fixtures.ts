import type { AutoscalerConfig, EffectiveSettings, ResourceSettings, Safety } from "../../src/config/index.js";
import { decideWith } from "../../src/engine/planning.js";
import { planDocument } from "../../src/engine/reasons.js";
import { emptyState, type State } from "../../src/engine/state.js";
import type {
  Container,
  ContainerConfiguration,
  ContainerHistory,
  Decision,
  DecisionDocument,
  History,
  Inventory,
  Node,
  Outcome,
  Plan,
  PlanDocument,
  Sample,
} from "../../src/model/index.js";

export const now = Date.parse("2026-11-21T10:00:00Z");
export const mebibyte = 1024 * 1024;
export const gibibyte = 1024 * mebibyte;

export function configuration(changes: Partial<ContainerConfiguration> = {}): ContainerConfiguration {
  return {
    cores: 4,
    cpulimit: null,
    memory: 1024,
    swap: 0,
    digest: "0".repeat(40),
    volumes: [],
    pending: [],
    protection: false,
    unprivileged: true,
    description: null,
    readAt: now,
    ...changes,
  };
}

/** A running container of 4 cores and 1 GiB that is half busy. */
export function container(changes: Partial<Container> = {}): Container {
  return {
    vmid: 101,
    node: "pve1",
    name: "web-1",
    status: "running",
    template: false,
    lock: null,
    tags: ["web"],
    pool: null,
    haState: null,
    cpu: 0.5,
    cores: 4,
    memory: 512 * mebibyte,
    memoryLimit: 1024 * mebibyte,
    swap: 0,
    swapLimit: 0,
    disk: null,
    diskLimit: null,
    uptime: 86_400,
    pressure: null,
    stale: false,
    configuration: configuration(),
    ...changes,
  };
}

/** A node of 32 cores and 128 GiB with much room. */
export function node(changes: Partial<Node> = {}): Node {
  return {
    name: "pve1",
    status: "online",
    cpu: 0.2,
    cores: 32,
    memory: 32 * gibibyte,
    memoryLimit: 128 * gibibyte,
    memoryAvailable: 96 * gibibyte,
    uptime: 1_000_000,
    fingerprint: null,
    ...changes,
  };
}

export function inventory(changes: Partial<Inventory> = {}): Inventory {
  return {
    cluster: "lab",
    observedAt: now,
    quorate: true,
    nodes: [node()],
    containers: [container()],
    problems: [],
    ...changes,
  };
}

/** A reading taken some seconds ago. */
export function sample(secondsAgo: number, changes: Partial<Sample> = {}): Sample {
  return {
    time: now - secondsAgo * 1000,
    cpu: 0.5,
    cores: 4,
    memory: 512 * mebibyte,
    memoryLimit: 1024 * mebibyte,
    ...changes,
  };
}

/** A reading a minute for so many minutes, ending one minute ago; the inventory's own is the one of now. */
export function minutes(count: number, changes: Partial<Sample> = {}, stepSeconds = 60): ContainerHistory {
  const samples = Array.from({ length: count }, (_, index) => sample((count - index) * stepSeconds, changes));
  return { stepSeconds, samples };
}

export function historyOf(vmid: number, history: ContainerHistory): History {
  return new Map([[vmid, history]]);
}

export const safety: Safety = {
  reserve: { cpu: 0, memory: 0 },
  nodeLimits: { cpu: 1, memory: 1 },
  maxChangesPerCycle: 1000,
  maxConcurrent: 3,
  maxChangesPerDay: null,
  emergency: null,
  lease: { container: null, durationSeconds: 180 },
  storageReserve: 0.1,
};

export function config(changes: Partial<AutoscalerConfig> = {}): AutoscalerConfig {
  return {
    file: "autoscaler.yaml",
    version: 1,
    intervalSeconds: 60,
    timezone: "UTC",
    mode: "apply",
    connection: {},
    defaults: {},
    policies: [],
    ignore: {},
    schedules: [],
    holidays: { dates: [], file: null },
    businessHours: { days: [1, 2, 3, 4, 5], from: 540, to: 1020 },
    history: { source: "auto", retentionSeconds: 30 * 86_400, prometheus: null },
    includes: [],
    includedDefaults: [],
    groups: [],
    notifications: [],
    metrics: null,
    unresolved: [],
    safety,
    ...changes,
  };
}

/** The contract's thresholds for CPU: 80 % for 2 minutes, 25 % for 15, one core at a time, two at most. */
export function cpu(changes: Partial<ResourceSettings> = {}): ResourceSettings {
  return {
    resource: "cores",
    min: 1,
    max: 8,
    step: 1,
    maxStep: null,
    strategy: {
      kind: "thresholds",
      up: { threshold: 0.8, forSeconds: 120, step: 1, maxStep: 2 },
      down: { threshold: 0.25, forSeconds: 900, step: 1, maxStep: 1 },
    },
    boost: null,
    estimate: { of: "last", overSeconds: 900, ignoreSpikes: false },
    stabilisation: { upSeconds: 0, downSeconds: 0 },
    forecast: null,
    atMinimum: false,
    pause: "none",
    cooldown: { upSeconds: 60, downSeconds: 600 },
    shrink: "gradual",
    headroom: 0,
    manageUnlimited: false,
    ...changes,
  };
}

/** The contract's thresholds for memory: 85 % for 2 minutes, 40 % for 30. */
export function memory(changes: Partial<ResourceSettings> = {}): ResourceSettings {
  return {
    ...cpu(),
    resource: "memory",
    min: 512,
    max: 8192,
    step: 64,
    strategy: {
      kind: "thresholds",
      up: { threshold: 0.85, forSeconds: 120, step: 512, maxStep: 512 },
      down: { threshold: 0.4, forSeconds: 1800, step: 256, maxStep: 256 },
    },
    headroom: 0.2,
    ...changes,
  };
}

export function effective(changes: Partial<EffectiveSettings> = {}): EffectiveSettings {
  return {
    managed: true,
    matched: true,
    ignoredBy: null,
    policies: ["web"],
    schedules: [],
    priority: 0,
    cpu: null,
    memory: null,
    swap: null,
    disks: [],
    preset: null,
    behaviour: "normal",
    origins: [],
    ...changes,
  };
}

export interface Situation {
  readonly config?: AutoscalerConfig;
  readonly inventory?: Inventory;
  readonly history?: History;
  readonly state?: State;
  readonly now?: number;
  readonly settings: EffectiveSettings | ((container: Container) => EffectiveSettings);
}

/** Decides with given settings instead of a file's. */
export function planDataFor(situation: Situation): Plan {
  const { settings } = situation;
  return decideWith(
    {
      config: situation.config ?? config(),
      inventory: situation.inventory ?? inventory(),
      history: situation.history ?? new Map(),
      state: situation.state ?? emptyState(),
      now: situation.now ?? now,
    },
    typeof settings === "function" ? settings : () => settings,
  );
}

/** The same as a document, its reasons in words. */
export function planFor(situation: Situation): PlanDocument {
  return planDocument(planDataFor(situation));
}

/** The only decision of a situation with one container and one resource. */
export function decisionFor(situation: Situation): DecisionDocument {
  const { decisions } = planFor(situation);
  if (decisions.length !== 1 || decisions[0] === undefined) throw new Error(`${decisions.length} decisions, not one`);
  return decisions[0];
}

export function rulesOf(decision: Decision<{ readonly rule: string }>): readonly string[] {
  return decision.reasons.map(({ rule }) => rule);
}

/** Every decision that changes something carried out as planned, the others left. */
export function carriedOut<Why>(plan: Plan<Why>): readonly Outcome<Why>[] {
  return plan.decisions.map((decision) => ({
    ...decision,
    outcome: decision.action === "scale-up" || decision.action === "scale-down" ? "applied" : "skipped",
    verified: true,
  }));
}
