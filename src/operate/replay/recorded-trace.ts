import { traceOf, type Known, type NodeSize, type Trace, type TraceRow } from "../../engine/index.js";
import type { Container, History, Inventory } from "../../model/index.js";

/** What a replay runs over. */
export interface ReplaySource {
  readonly trace: Trace;
  readonly known?: ReadonlyMap<number, Known>;
  readonly nodes?: readonly NodeSize[];
}

/** What was recorded of the containers of an inventory since `begin` (milliseconds), as a trace, with the tags and pools of now. */
export function recordedTrace(
  { containers }: Pick<Inventory, "containers">,
  history: History,
  begin: number,
): ReplaySource {
  return {
    trace: traceOf(rowsOf(containers, history, begin)),
    known: new Map(containers.map(({ vmid, tags, pool }) => [vmid, { tags, pool }])),
  };
}

/** All readings since a time, ordered by time and vmid. */
function rowsOf(containers: readonly Container[], history: History, begin: number): readonly TraceRow[] {
  const rows = containers.flatMap(({ vmid, node, name }) =>
    [...(history.get(vmid)?.samples ?? [])]
      .filter(({ time }) => time >= begin)
      .map(({ time, cpu, cores, memory, memoryLimit }) => ({
        time,
        vmid,
        node,
        name,
        cpu,
        cores,
        memory,
        memoryLimit,
      })),
  );
  return rows.sort((a, b) => a.time - b.time || a.vmid - b.vmid);
}
