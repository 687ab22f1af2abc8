import pLimit from "p-limit";
import type { Container, UsageHistory, History, InventoryProblem } from "../../model/index.js";
import { ProxmoxError } from "../../proxmox/index.js";
import { containerLabel } from "../containers.js";

/** Requests for recorded usage under way at once: enough to hide latency, little enough to go unnoticed by three workers. */
const atOnce = 6;

/** How many records are read at once, over however many calls share it. */
export function recordLimit(): ReturnType<typeof pLimit> {
  return pLimit(atOnce);
}

export interface ServerRecords {
  readonly history: History;
  /** What could not be read, one for each node. */
  readonly problems: readonly InventoryProblem[];
}

/** Proxmox records usage of what runs; of a node that does not answer there is nothing new. */
export function isRecorded({ status, template, stale }: Container): boolean {
  return status === "running" && !template && !stale;
}

/**
 * Reads the record of each container. One that can't be read is a problem, not a failure; rejects with `ProxmoxError`
 * where nothing more can be read at all.
 */
export async function readRecords(
  containers: readonly Container[],
  read: (container: Container) => Promise<UsageHistory | undefined>,
  limit: ReturnType<typeof pLimit> = recordLimit(),
): Promise<ServerRecords> {
  const history = new Map<number, UsageHistory>();
  const faults: Fault[] = [];
  const readOne = async (container: Container): Promise<void> => {
    try {
      const record = await limit(() => read(container));
      if (record !== undefined) history.set(container.vmid, record);
    } catch (error) {
      if (!(error instanceof ProxmoxError) || endsEverything(error)) throw error;
      faults.push({ container, error });
    }
  };
  await Promise.all(containers.map(readOne));
  return { history, problems: problemsOf(faults) };
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
