import { traceColumns, type TraceRow } from "./trace.js";

/** The first line of every trace. */
export const traceHeader = `${traceColumns.join(",")}\n`;

/** One reading as a line of a trace. Unknown figures are empty cells. */
export function traceLine({ time, vmid, node, name, cpu, cores, memory, memoryLimit }: TraceRow): string {
  const figures = [cpu, cores, memory, memoryLimit].map((value) => (value === null ? "" : String(value)));
  return `${traceTime(time)},${vmid},${cell(node)},${cell(name)},${figures.join(",")}\n`;
}

/** `2026-11-20T00:00:00Z`, with milliseconds only where there are some. */
export function traceTime(time: number): string {
  return new Date(time).toISOString().replace(".000Z", "Z");
}

/** RFC 4180: quoted where a comma, a quote or a line break would be misread, quotes doubled. */
function cell(text: string): string {
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
