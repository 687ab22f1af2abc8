import {
  effectiveSettings,
  type AutoscalerConfig,
  type EffectiveSettings,
  type ResourceSettings,
} from "../config/index.js";
import type { Container, History, Inventory } from "../model/index.js";
import type { Gateway } from "../proxmox/index.js";
import { proxmoxHistory } from "./history/proxmox.js";
import type { HistorySource, WantedHistory } from "./history/source.js";
import { lookBackSeconds } from "../engine/index.js";

export interface ObserveOptions {
  readonly gateway: Gateway;
  readonly config: AutoscalerConfig;
  /** Where recorded usage comes from; Proxmox's own records unless given. */
  readonly source?: HistorySource;
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

export interface Observation {
  readonly inventory: Inventory;
  readonly history: History;
}

/**
 * One look at everything a decision needs: one bulk read of the cluster, the configuration of each
 * managed container, and the recorded usage of each managed container, reaching back as far
 * as its settings ask. Usage that can't be read becomes a problem of the inventory, not a failure;
 * rejects with `ProxmoxError` where the inventory itself can't be had.
 */
export async function observe(options: ObserveOptions): Promise<Observation> {
  const { gateway, config, now, signal } = options;
  const cancellation = signal === undefined ? {} : { signal };
  const settingsOf = (container: Container): EffectiveSettings => effectiveSettings(config, container, now);
  const bulk = await gateway.inventory({
    ...cancellation,
    // An ignored container is shown with its sizes too, so its configuration is read; its usage is of no interest.
    configurationOf: (container) => settingsOf(container).matched,
    nodeMemory: true,
  });
  const detailed = await gateway.withNodeDetails(
    bulk,
    {
      memoryOf: new Set(),
      storagesOf: nodesWith(bulk, (container) => settingsOf(container).disks.length > 0),
      swapAndPressureOf: nodesWith(bulk, (container) => looksAtPressure(settingsOf(container))),
    },
    cancellation,
  );
  const source = options.source ?? proxmoxHistory(gateway);
  const containers = wantedHistories(config, detailed, now);
  const usage = await source({ cluster: detailed.cluster, containers, now, ...cancellation });
  // The time of the reading, by the same clock as the recorded usage it is compared with.
  const problems = [...detailed.problems, ...usage.problems];
  return { inventory: { ...detailed, observedAt: now, problems }, history: usage.history };
}

/** The containers that are decided about, each with how far its settings look back. */
export function wantedHistories(config: AutoscalerConfig, inventory: Inventory, now: number): readonly WantedHistory[] {
  return inventory.containers.flatMap((container) => {
    const settings = effectiveSettings(config, container, now);
    return settings.managed && decidesAnything(settings)
      ? [{ container, seconds: lookBackSeconds(config, settings) }]
      : [];
  });
}

/** The nodes of the containers that are meant. */
export function nodesWith(inventory: Inventory, isMeant: (container: Container) => boolean): ReadonlySet<string> {
  return new Set(inventory.containers.filter(isMeant).map(({ node }) => node));
}

/** Whether a container's swap or pressure decides anything: only its node tells them. */
export function looksAtPressure({ cpu, memory, swap }: EffectiveSettings): boolean {
  const up = (settings: ResourceSettings | null): number | null | undefined =>
    settings?.strategy?.kind === "thresholds" ? settings.strategy.up?.pressure : null;
  return swap !== null || typeof up(cpu) === "number" || typeof up(memory) === "number";
}

function decidesAnything({ cpu, memory, disks }: EffectiveSettings): boolean {
  return cpu !== null || memory !== null || disks.length > 0;
}
