import type { RecordedFigures, RecordedPoint } from "../../../model/index.js";
import type { RequestOptions } from "../../request-options.js";
import type { UsageSpan } from "../../usage-span.js";
import type { FigurePort } from "../../ports/figures.js";
import { medianStep } from "../history.js";
import { amountOf } from "../numbers.js";
import { guestPath, pathOf, type Requests } from "../requests.js";
import { listOf } from "../rows.js";

type Row = Readonly<Record<string, unknown>>;

/** The {@link FigurePort} over the API. */
export function figuresOver(requests: Requests): FigurePort {
  const read = async (
    attempted: string,
    path: string,
    span: UsageSpan,
    pointOf: (row: Row) => Omit<RecordedPoint, "time">,
    options: RequestOptions,
  ): Promise<RecordedFigures> =>
    figuresOf(
      listOf(await requests.get(attempted, `${path}/rrddata`, { timeframe: span, cf: "AVERAGE" }, options), attempted),
      pointOf,
    );

  return {
    ofContainer: (container, span, options = {}) =>
      read(`read what was recorded of ${container.vmid}`, guestPath(container), span, containerPoint, options),

    ofNode: (node, span, options = {}) =>
      read(`read what was recorded of node ${node}`, pathOf`/nodes/${node}`, span, nodePoint, options),

    ofStorage: (node, storage, span, options = {}) =>
      read(
        `read what was recorded of ${storage} on ${node}`,
        pathOf`/nodes/${node}/storage/${storage}`,
        span,
        storagePoint,
        options,
      ),
  };
}

/** Gaps have `time` alone: they stay, as points that know nothing. */
function figuresOf(rows: readonly Row[], pointOf: (row: Row) => Omit<RecordedPoint, "time">): RecordedFigures {
  const points = new Map<number, RecordedPoint>();
  const times: number[] = [];
  for (const row of rows) {
    const seconds = amountOf(row["time"]);
    if (seconds === null) continue;
    times.push(seconds);
    points.set(seconds, { time: seconds * 1000, ...pointOf(row) });
  }
  return {
    stepSeconds: medianStep(times.sort((a, b) => a - b)),
    points: [...points.values()].sort((a, b) => a.time - b.time),
  };
}

/** A container that did not run has its sizes, and 0 bytes used of its disk, which is no measurement. */
function containerPoint(row: Row): Omit<RecordedPoint, "time"> {
  return {
    cpu: amountOf(row["cpu"]),
    cores: amountOf(row["maxcpu"]),
    memory: amountOf(row["mem"]),
    memoryLimit: amountOf(row["maxmem"]),
    swap: null,
    swapLimit: null,
    disk: amountOf(row["disk"]) || null,
    diskLimit: amountOf(row["maxdisk"]),
    netIn: amountOf(row["netin"]),
    netOut: amountOf(row["netout"]),
    diskRead: amountOf(row["diskread"]),
    diskWrite: amountOf(row["diskwrite"]),
    ioWait: null,
    ...pressureOf(row),
  };
}

function nodePoint(row: Row): Omit<RecordedPoint, "time"> {
  return {
    cpu: amountOf(row["cpu"]),
    cores: amountOf(row["maxcpu"]),
    memory: amountOf(row["memused"]),
    memoryLimit: amountOf(row["memtotal"]),
    swap: amountOf(row["swapused"]),
    swapLimit: amountOf(row["swaptotal"]),
    disk: amountOf(row["rootused"]),
    diskLimit: amountOf(row["roottotal"]),
    netIn: amountOf(row["netin"]),
    netOut: amountOf(row["netout"]),
    diskRead: null,
    diskWrite: null,
    ioWait: amountOf(row["iowait"]),
    ...pressureOf(row),
  };
}

function storagePoint(row: Row): Omit<RecordedPoint, "time"> {
  return {
    ...containerPoint({}),
    disk: amountOf(row["used"]),
    diskLimit: amountOf(row["total"]),
  };
}

/** Percent in rrddata (9); Proxmox VE 8 has none, and neither has 9 on cgroup v1. */
function pressureOf(row: Row): Pick<RecordedPoint, "pressureCpu" | "pressureMemory" | "pressureIo"> {
  const fraction = (value: unknown): number | null => {
    const percent = amountOf(value);
    return percent === null ? null : percent / 100;
  };
  return {
    pressureCpu: fraction(row["pressurecpusome"]),
    pressureMemory: fraction(row["pressurememorysome"]),
    pressureIo: fraction(row["pressureiosome"]),
  };
}
