import pLimit from "p-limit";
import type { Container, ContainerHistory, InventoryProblem } from "../../model/index.js";
import { ProxmoxError, type Gateway, type UsageSpan } from "../../proxmox/index.js";
import { containerLabel } from "../containers.js";
import { mergeHistories } from "./merge.js";
import type { HistorySource, WantedHistory } from "./source.js";

/** Requests for recorded usage under way at once: enough to hide latency, little enough to go unnoticed by three workers. */
const atOnce = 6;

/** Seconds that each span of the server's records reaches back, newest point a step old. */
const spans: readonly (readonly [UsageSpan, number])[] = [
  ["hour", 59 * 60],
  ["day", 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["year", 365 * 24 * 3600],
];

/** Proxmox's own records (`rrddata`): one request a container, or two where it looks back beyond an hour. */
export function proxmoxHistory(gateway: Gateway): HistorySource {
  const limit = pLimit(atOnce);
  return async ({ containers, signal }) => {
    const history = new Map<number, ContainerHistory>();
    const faults: Fault[] = [];
    const read = async ({ container, seconds }: WantedHistory): Promise<void> => {
      if (container.status !== "running" || container.template || container.stale) return;
      try {
        history.set(container.vmid, await limit(() => recordedUsage(gateway, container, seconds, signal)));
      } catch (error) {
        if (!(error instanceof ProxmoxError) || endsEverything(error)) throw error;
        faults.push({ container, error });
      }
    };
    await Promise.all(containers.map(read));
    return { history, problems: problemsOf(faults) };
  };
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
  return mergeHistories([hour, longer]) ?? hour;
}

interface Fault {
  readonly container: Container;
  readonly error: ProxmoxError;
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
function problemsOf(faults: readonly Fault[]): readonly InventoryProblem[] {
  const byNode = new Map<string, Fault[]>();
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
