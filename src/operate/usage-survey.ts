import pLimit from "p-limit";
import type { Container, ContainerHistory, History, Inventory, InventoryProblem } from "../model/index.js";
import { ProxmoxError, type Gateway, type UsageSpan } from "../proxmox/index.js";
import { mergeHistories } from "./history/merge.js";

export interface UsageSurveyOptions {
  readonly gateway: Gateway;
  readonly inventory: Inventory;
  /** How far back, in seconds. */
  readonly overSeconds: number;
  /** Points of one distance all through, as a replay needs them, instead of the finest of each time. */
  readonly even?: boolean;
  readonly signal?: AbortSignal;
  /** Told after each container. */
  readonly onProgress?: (done: number, of: number) => void;
}

export interface UsageSurvey {
  readonly history: History;
  /** What could not be read, one for each node. */
  readonly problems: readonly InventoryProblem[];
}

/** Requests under way at once, as for a plan. */
const concurrency = 6;

/** What Proxmox VE still has of a time that long ago: a day in minutes, a month in half hours, a year in quarter days. */
function spansFor(seconds: number): readonly UsageSpan[] {
  if (seconds <= 24 * 3600) return ["day"];
  if (seconds <= 7 * 24 * 3600) return ["day", "week"];
  return seconds <= 30 * 24 * 3600 ? ["day", "month"] : ["day", "month", "year"];
}

/**
 * The usage that the server itself recorded of every running container, the finest there is of each time. A container whose
 * record can't be read is a problem, not a failure; rejects with `ProxmoxError` where nothing more can be read at all.
 */
export async function surveyUsage(options: UsageSurveyOptions): Promise<UsageSurvey> {
  const { gateway, inventory, overSeconds, signal } = options;
  const cancellation = signal === undefined ? {} : { signal };
  const limit = pLimit(concurrency);
  const history = new Map<number, ContainerHistory>();
  const faults = new Map<string, { readonly error: ProxmoxError; readonly names: string[] }>();
  const running = inventory.containers.filter(
    ({ status, template, stale }) => status === "running" && !template && !stale,
  );
  let done = 0;
  const read = async (container: Container): Promise<void> => {
    try {
      const sources: ContainerHistory[] = [];
      const spans = spansFor(overSeconds);
      for (const span of options.even === true ? spans.slice(-1) : spans) {
        sources.push(await gateway.usageHistory(container, span, cancellation));
      }
      const merged = mergeHistories(sources);
      if (merged !== undefined) history.set(container.vmid, merged);
    } catch (error) {
      if (!(error instanceof ProxmoxError) || endsSurvey(error)) throw error;
      const fault = faults.get(container.node) ?? { error, names: [] };
      fault.names.push(`${container.vmid} (${container.name})`);
      faults.set(container.node, fault);
    }
    done += 1;
    options.onProgress?.(done, running.length);
  };
  await Promise.all(running.map((container) => limit(read, container)));
  const problems = [...faults].map(([node, { error, names }]) => ({
    node,
    message: `The recorded usage of ${names.length === 1 ? `container ${names[0] ?? ""}` : `${names.length} containers`} could not be read: ${error.message}`,
  }));
  return { history, problems };
}

/** Failures that the next request would only repeat. */
function endsSurvey({ kind }: ProxmoxError): boolean {
  return (
    kind === "cancelled" || kind === "not-authenticated" || kind === "untrusted-certificate" || kind === "unreachable"
  );
}
