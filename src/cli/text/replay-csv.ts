import { mebibyte, quoteCsv } from "../../model/index.js";
import type { ReplayedReading } from "../../engine/index.js";

/** For charts: what was wanted and what there would have been, in cores and bytes, as in a trace. */
export const sizesHeader = "file,time,vmid,node,name,cores,cores_wanted,memory_limit,memory_wanted";

export function sizesLine(file: string, reading: ReplayedReading): string {
  const { time, vmid, place, cpuSize, cpuDemand, memorySize, memoryDemand } = reading;
  const figures = [
    cpuSize ?? Number.NaN,
    cpuDemand,
    (memorySize ?? Number.NaN) * mebibyte,
    memoryDemand * mebibyte,
  ].map((value) => (Number.isNaN(value) ? "" : String(Number(value.toPrecision(12)))));
  const names = [file, new Date(time).toISOString(), String(vmid), place.node, place.name];
  return `${[...names.map(quoteCsv), ...figures].join(",")}\n`;
}
