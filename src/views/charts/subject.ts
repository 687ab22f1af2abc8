import { isRecord } from "./check.js";

/** How far back a chart goes: the spans that Proxmox VE records. */
export const chartSpans = ["hour", "day", "week", "month", "year"] as const;

export type ChartSpan = (typeof chartSpans)[number];

const hour = 3600;
const day = 24 * hour;

/** Seconds of a span. */
export const spanSeconds: Readonly<Record<ChartSpan, number>> = {
  hour,
  day,
  week: 7 * day,
  month: 30 * day,
  year: 360 * day,
};

/** A container of one of the connected clusters. */
export interface ChartedContainer {
  /** The connection's id. */
  readonly cluster: string;
  readonly vmid: number;
}

/** What a chart is about: a node, or a container, or several compared. */
export type ChartSubject =
  | { readonly kind: "node"; readonly cluster: string; readonly node: string }
  | { readonly kind: "containers"; readonly containers: readonly ChartedContainer[] };

/** More lines than that in one picture can't be told apart. */
export const mostCompared = 12;

/** The same for the same things, in whatever order they were chosen. */
export function subjectKey(subject: ChartSubject): string {
  if (subject.kind === "node") return JSON.stringify(["node", subject.cluster, subject.node]);
  return JSON.stringify(["containers", ...subject.containers.map(({ cluster, vmid }) => `${cluster}/${vmid}`).sort()]);
}

/** A subject that was written down or sent; `null` for anything else. */
export function subjectIn(value: unknown): ChartSubject | null {
  if (!isRecord(value)) return null;
  const { kind, cluster, node, containers } = value;
  if (kind === "node") {
    return typeof cluster === "string" && typeof node === "string" && node !== "" ? { kind, cluster, node } : null;
  }
  if (kind !== "containers" || !Array.isArray(containers)) return null;
  const list = containers.flatMap((entry: unknown): readonly ChartedContainer[] => {
    if (!isRecord(entry)) return [];
    const { cluster: of, vmid } = entry;
    return typeof of === "string" && typeof vmid === "number" && Number.isSafeInteger(vmid) && vmid > 0
      ? [{ cluster: of, vmid }]
      : [];
  });
  const whole = list.length === containers.length && list.length > 0 && list.length <= mostCompared;
  return whole ? { kind, containers: list } : null;
}

export function isChartSpan(value: unknown): value is ChartSpan {
  return chartSpans.some((span) => span === value);
}
