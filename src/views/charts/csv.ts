import { figureNames, type ChartDocument, type FigureName } from "./document.js";
import { joined } from "./panels.js";

const columnNames: Readonly<Record<FigureName, string>> = {
  cpu: "cpu_cores",
  cpuLimit: "cpu_limit_cores",
  memory: "memory_bytes",
  memoryLimit: "memory_limit_bytes",
  swap: "swap_bytes",
  swapLimit: "swap_limit_bytes",
  disk: "disk_bytes",
  diskLimit: "disk_limit_bytes",
  netIn: "network_in_bytes_per_second",
  netOut: "network_out_bytes_per_second",
  diskRead: "disk_read_bytes_per_second",
  diskWrite: "disk_written_bytes_per_second",
  ioWait: "io_wait_fraction",
  pressureCpu: "pressure_cpu_fraction",
  pressureMemory: "pressure_memory_fraction",
  pressureIo: "pressure_io_fraction",
};

/**
 * What a chart shows as CSV (RFC 4180): a row for each thing and time, times in ISO 8601 and UTC, an empty field where
 * nothing is known. Texts that a spreadsheet would take for a formula stand behind an apostrophe.
 */
export function csvOf({ things, from, to }: ChartDocument): string {
  const rows = [["time", "name", "state", ...figureNames.map((figure) => columnNames[figure])]];
  for (const thing of things) {
    const { times, conditions, values } = joined(thing);
    for (const [index, time] of times.entries()) {
      if (time < from || time > to) continue;
      const figures = figureNames.map((figure) => String(values[figure]?.[index] ?? ""));
      rows.push([new Date(time).toISOString(), field(thing.name), conditions[index] ?? "", ...figures]);
    }
  }
  return `${rows.map((row) => row.join(",")).join("\r\n")}\r\n`;
}

function field(text: string): string {
  const harmless = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
