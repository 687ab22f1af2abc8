import { counted, formatBytes, formatPercent, printable } from "../../model/index.js";
import type { StatusContainer, StatusDocument } from "../json/status.js";
import type { Paint } from "../output.js";
import { table, wrap } from "../table.js";

export interface StatusTextOptions {
  readonly cluster: string;
  readonly paint: Paint;
  readonly width: number | null;
}

/** Nodes, containers and problems for people; what is unknown is a dash. */
export function statusText(document: StatusDocument, options: StatusTextOptions): string {
  const { paint, width } = options;
  const heading = (text: string): string => paint("dim", text);
  const nodes = table(
    [
      { title: "NODE" },
      { title: "STATUS" },
      { title: "CPU", align: "right" },
      { title: "CORES", align: "right" },
      { title: "MEMORY", align: "right" },
      { title: "UPTIME", align: "right", importance: 1 },
    ],
    document.nodes.map((node) => [
      printable(node.node),
      node.status === "online" ? paint("green", node.status) : paint("red", node.status),
      load(node.cpu, paint),
      plain(node.cores),
      share(node.memory, node.memoryLimit, paint),
      duration(node.uptime),
    ]),
    { width, heading },
  );
  const containers = table(
    [
      { title: "CT", align: "right" },
      { title: "NAME" },
      { title: "NODE", importance: 5 },
      { title: "STATUS" },
      { title: "CPU", align: "right" },
      { title: "CORES", align: "right", importance: 6 },
      { title: "MEMORY", align: "right" },
      { title: "SWAP", align: "right", importance: 3 },
      { title: "DISK", align: "right", importance: 2 },
      { title: "UPTIME", align: "right", importance: 4 },
      { title: "TAGS", importance: 1 },
    ],
    document.containers.map((container) => [
      String(container.vmid),
      printable(container.name),
      printable(container.node),
      state(container, paint),
      load(container.cpu, paint),
      plain(container.cores),
      share(container.memory, container.memoryLimit, paint),
      share(container.swap, container.swapLimit, paint),
      share(container.disk, container.diskLimit, paint),
      duration(container.uptime),
      printable(container.tags.join(" ")),
    ]),
    { width, heading },
  );
  const running = document.containers.filter(({ status }) => status === "running").length;
  const lines = [
    `${paint("bold", printable(options.cluster))}: ${counted(document.nodes.length, "node")}, ${counted(document.containers.length, "container")}, ${running} running`,
    "",
    ...nodes,
    "",
    ...(document.containers.length === 0 ? ["No containers."] : containers),
  ];
  for (const { message } of document.problems) {
    const text = `${paint("yellow", "!")} ${printable(message)}`;
    lines.push("", ...(width === null ? [text] : wrap(text, width)));
  }
  return lines.join("\n");
}

function state(container: StatusContainer, paint: Paint): string {
  if (container.template) return paint("dim", "template");
  const word = container.lock === null ? container.status : `${container.status} (${printable(container.lock)})`;
  if (container.lock !== null) return paint("yellow", word);
  if (container.status === "running") return paint("green", word);
  return container.status === "unknown" ? paint("red", word) : paint("dim", word);
}

/** From 90 % red, from 75 % yellow: only to guide the eye, the autoscaler file has its own thresholds. */
function colourOf(fraction: number, text: string, paint: Paint): string {
  if (fraction >= 0.9) return paint("red", text);
  return fraction >= 0.75 ? paint("yellow", text) : text;
}

function load(fraction: number | null, paint: Paint): string {
  return fraction === null ? "–" : colourOf(fraction, formatPercent(fraction), paint);
}

function share(used: number | null, limit: number | null, paint: Paint): string {
  if (limit === null && used === null) return "–";
  const text = `${used === null ? "–" : formatBytes(used)} of ${limit === null ? "–" : formatBytes(limit)}`;
  return used === null || limit === null || limit === 0 ? text : colourOf(used / limit, text, paint);
}

function plain(number: number | null): string {
  return number === null ? "–" : String(number);
}

/** The two largest units: `3d 4h`, `5h 12m`, `40s`. */
function duration(seconds: number | null): string {
  if (seconds === null) return "–";
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}
