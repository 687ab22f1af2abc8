import { quoteCsv } from "../../model/index.js";
import { traceColumns, type TraceRow } from "./trace.js";

/** The first line of every trace. */
export const traceHeader = `${traceColumns.join(",")}\n`;

/** One reading as a line of a trace. Unknown figures are empty cells. */
export function traceLine({ time, vmid, node, name, cpu, cores, memory, memoryLimit }: TraceRow): string {
  const figures = [cpu, cores, memory, memoryLimit].map((value) => (value === null ? "" : String(value)));
  return `${traceTime(time)},${vmid},${quoteCsv(node)},${quoteCsv(name)},${figures.join(",")}\n`;
}

/** `2026-11-20T00:00:00Z`, with milliseconds only where there are some. */
export function traceTime(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}
