import type { ReplayedReading } from "../../engine/index.js";
import { printable } from "../../model/index.js";
import { replayTimeText } from "../../operate/index.js";

const rows = 10;
/** Eighths of a cell, from below. */
const blocks = " ▁▂▃▄▅▆▇█";

interface Point {
  readonly time: number;
  /** NaN where it is not known. */
  readonly size: number;
  readonly demand: number;
}

/** Size and demand of one container over time, as two small pictures: what is filled was wanted, the line is the size. */
export function plotText(readings: readonly ReplayedReading[], width: number): string {
  const [first] = readings;
  if (first === undefined) return "";
  const cpu = readings.map(({ time, cpuSize, cpuDemand }) => ({
    time,
    size: cpuSize ?? Number.NaN,
    demand: cpuDemand,
  }));
  const memory = readings.map(({ time, memorySize, memoryDemand }) => ({
    time,
    size: memorySize ?? Number.NaN,
    demand: memoryDemand,
  }));
  return [
    `${first.vmid} ${printable(first.place.name)}: ─ size, ▇ demand`,
    "",
    ...picture("CPU (cores)", cpu, width),
    "",
    ...picture("Memory (MiB)", memory, width),
  ].join("\n");
}

function picture(title: string, points: readonly Point[], width: number): readonly string[] {
  const highest = points.reduce((most, { size, demand }) => Math.max(most, size || 0, demand || 0), 0);
  if (highest === 0) return [`${title}: nothing is known`];
  const axis = String(Math.ceil(highest)).length;
  const columns = bucketsOf(points, Math.max(10, width - axis - 2));
  const lines = [title];
  for (let row = rows - 1; row >= 0; row -= 1) {
    const label = row === rows - 1 ? String(Math.ceil(highest)) : row === 0 ? "0" : "";
    const cells = columns.map(({ size, demand }) => {
      // A line is drawn in the cell its value ends in: of the highest value that is the last one.
      const line = Math.min(rows - 1, Math.ceil((size / highest) * rows) - 1);
      const eighths = Math.round(((demand / highest) * rows - row) * 8);
      if (line === row && !(eighths > 8)) return "─";
      return blocks[Math.max(0, Math.min(8, eighths || 0))] ?? " ";
    });
    lines.push(`${label.padStart(axis)} │${cells.join("")}`.trimEnd());
  }
  const from = replayTimeText(points[0]?.time ?? 0);
  const to = replayTimeText(points.at(-1)?.time ?? 0);
  lines.push(`${"".padStart(axis)} └${"─".repeat(columns.length)}`);
  lines.push(`${"".padStart(axis + 2)}${from}${to.padStart(Math.max(to.length + 1, columns.length - from.length))}`);
  return lines;
}

/** As many points as there are columns: of those that share one the highest demand, and the smallest size it met. */
function bucketsOf(points: readonly Point[], count: number): readonly Point[] {
  if (points.length <= count) return points;
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * points.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * points.length) / count));
    const shared = points.slice(from, to);
    const size = Math.min(...shared.map((point) => point.size).filter((value) => !Number.isNaN(value)));
    const demand = Math.max(...shared.map((point) => point.demand).filter((value) => !Number.isNaN(value)));
    return { time: shared[0]?.time ?? 0, size, demand };
  });
}
