import pLimit from "p-limit";
import { effectiveSettings, type AutoscalerConfig, type EffectiveSettings } from "../config/index.js";
import type { Container, ContainerHistory, History, Inventory, InventoryProblem } from "../model/index.js";
import { ProxmoxError, type Gateway, type UsageSpan } from "../proxmox/index.js";
import { containerLabel } from "./containers.js";

export interface ObserveOptions {
  readonly gateway: Gateway;
  readonly config: AutoscalerConfig;
  /** Readings recorded on this side, where there are any. */
  readonly samples?: History;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

export interface Observation {
  readonly inventory: Inventory;
  readonly history: History;
}

/** Requests for recorded usage under way at once: enough to hide latency, little enough to go unnoticed by three workers. */
const historyConcurrency = 6;

/** Seconds that each span of the server's records reaches back, newest point a step old. */
const spans: readonly (readonly [UsageSpan, number])[] = [
  ["hour", 59 * 60],
  ["day", 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["year", 365 * 24 * 3600],
];

/**
 * One look at everything a decision needs: one bulk read of the cluster, the configuration of each
 * managed container, and the recorded usage of each managed container that runs, reaching back as far
 * as its settings ask. Usage that can't be read becomes a problem of the inventory, not a failure;
 * rejects with `ProxmoxError` where the inventory itself can't be had.
 */
export async function observe(options: ObserveOptions): Promise<Observation> {
  const { gateway, config, now, signal } = options;
  const cancellation = signal === undefined ? {} : { signal };
  // An ignored container is shown with its sizes too, so its configuration is read; its usage is of no interest.
  const shown = (container: Container): boolean => effectiveSettings(config, container, now).matched;
  const inventory = await gateway.inventory({ ...cancellation, configurationOf: shown, nodeMemory: true });

  const limit = pLimit(historyConcurrency);
  const history = new Map<number, ContainerHistory>();
  const faults: { readonly container: Container; readonly error: ProxmoxError }[] = [];
  await Promise.all(
    inventory.containers.map(async (container) => {
      const settings = effectiveSettings(config, container, now);
      if (!settings.managed || (settings.cpu === null && settings.memory === null)) return;
      const local = options.samples?.get(container.vmid);
      let recorded: ContainerHistory | undefined;
      if (container.status === "running" && !container.template && !container.stale) {
        try {
          recorded = await limit(() => recordedUsage(gateway, container, windowSeconds(config, settings), signal));
        } catch (error) {
          if (!(error instanceof ProxmoxError) || endsEverything(error)) throw error;
          faults.push({ container, error });
        }
      }
      const merged = mergeHistories(recorded, local);
      if (merged !== undefined) history.set(container.vmid, merged);
    }),
  );
  // The time of the reading, by the same clock as the recorded usage it is compared with.
  const problems = [...inventory.problems, ...historyProblems(faults)];
  return { inventory: { ...inventory, observedAt: now, problems }, history };
}

/** The longest time that any of the settings looks back, in seconds. */
function windowSeconds(config: AutoscalerConfig, settings: EffectiveSettings): number {
  let longest = 0;
  for (const resource of [settings.cpu, settings.memory]) {
    if (resource === null) continue;
    const { strategy, boost } = resource;
    if (strategy?.kind === "thresholds") {
      longest = Math.max(longest, strategy.up?.forSeconds ?? 0, strategy.down?.forSeconds ?? 0);
    }
    if (strategy?.kind === "percentile") longest = Math.max(longest, strategy.overSeconds);
    if (boost !== null) longest = Math.max(longest, boost.samples * config.intervalSeconds);
  }
  return longest;
}

/** The hour is always read, because it is the finest; a longer span only where a window reaches beyond it. */
async function recordedUsage(
  gateway: Gateway,
  container: Container,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<ContainerHistory> {
  const cancellation = signal === undefined ? {} : { signal };
  const hour = await gateway.usageHistory(container, "hour", cancellation);
  const span = spans.find(([, reach]) => seconds <= reach)?.[0] ?? "year";
  if (span === "hour") return hour;
  const longer = await gateway.usageHistory(container, span, cancellation);
  return mergeHistories(hour, longer) ?? hour;
}

/**
 * Lays one record over another: where the first reaches, its readings stand alone; the second fills in what
 * lies before and after. The step is that of the first.
 */
export function mergeHistories(
  first: ContainerHistory | undefined,
  second: ContainerHistory | undefined,
): ContainerHistory | undefined {
  if (first === undefined || first.samples.length === 0) return second ?? first;
  if (second === undefined) return first;
  const start = first.samples[0]?.time ?? 0;
  const end = first.samples.at(-1)?.time ?? 0;
  return {
    stepSeconds: first.stepSeconds,
    samples: [
      ...second.samples.filter(({ time }) => time < start),
      ...first.samples,
      ...second.samples.filter(({ time }) => time > end),
    ],
  };
}

/** Failures that the next request would only repeat: they end the observation instead of becoming one problem each. */
function endsEverything(error: ProxmoxError): boolean {
  return (
    error.kind === "cancelled" ||
    error.kind === "not-authenticated" ||
    error.kind === "untrusted-certificate" ||
    error.kind === "unreachable"
  );
}

/** One problem a node: a node that does not answer would otherwise repeat itself for each of its containers. */
function historyProblems(
  faults: readonly { readonly container: Container; readonly error: ProxmoxError }[],
): readonly InventoryProblem[] {
  const byNode = new Map<string, { readonly container: Container; readonly error: ProxmoxError }[]>();
  for (const fault of faults) {
    byNode.set(fault.container.node, [...(byNode.get(fault.container.node) ?? []), fault]);
  }
  return [...byNode].map(([node, ofNode]) => {
    const names = ofNode
      .map(({ container }) => container)
      .sort((a, b) => a.vmid - b.vmid)
      .map(containerLabel);
    const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
    return {
      node,
      message: `The recorded usage of ${shown} could not be read: ${ofNode[0]?.error.message ?? "unknown fault"}`,
    };
  });
}
