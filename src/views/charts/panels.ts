import { l10n } from "../l10n.js";
import type { ChartDocument, ChartedThing, ChartMark, Columns, Condition, FigureName } from "./document.js";
import type { PanelUnit } from "./format.js";

export type PanelKey = "cpu" | "memory" | "swap" | "disk" | "network" | "io" | "pressure";

/** One line of a panel. Its values stand at the chart's times: `null` is a gap, `undefined` somebody else's time. */
export interface Line {
  /** The same for the same line of the next document. */
  readonly key: string;
  readonly name: string;
  readonly kind: "usage" | "limit";
  /** Which of the colours, from 0. */
  readonly hue: number;
  readonly values: readonly (number | null | undefined)[];
}

/** Time that has no usage, and why. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly condition: Exclude<Condition, "running">;
}

/** One picture of a chart. */
export interface Panel {
  readonly key: PanelKey;
  readonly title: string;
  readonly unit: PanelUnit;
  readonly lines: readonly Line[];
  readonly marks: readonly ChartMark[];
  /** Why there is nothing to see; `null` where there is. */
  readonly nothing: string | null;
}

/** A chart as it is drawn: all panels have the same times. */
export interface Panels {
  /** Milliseconds since the epoch, rising. */
  readonly times: readonly number[];
  readonly panels: readonly Panel[];
  /** Of the only thing; several that are compared have none. */
  readonly bands: readonly Band[];
}

export interface PanelOptions {
  /** Usage as shares of what was allowed, where there is such a limit. */
  readonly share: boolean;
  /** Show what was allowed. */
  readonly limits: boolean;
}

interface Plan {
  readonly key: PanelKey;
  readonly unit: PanelUnit;
  readonly figures: readonly FigureName[];
  readonly limit: FigureName | null;
  /** What several figures of one thing come to where things are compared. */
  readonly together?: "sum" | "highest";
}

const containerPlans: readonly Plan[] = [
  { key: "cpu", unit: "cores", figures: ["cpu"], limit: "cpuLimit" },
  { key: "memory", unit: "bytes", figures: ["memory"], limit: "memoryLimit" },
  { key: "swap", unit: "bytes", figures: ["swap"], limit: "swapLimit" },
  { key: "disk", unit: "bytes", figures: ["disk"], limit: "diskLimit" },
  { key: "network", unit: "bytesPerSecond", figures: ["netIn", "netOut"], limit: null, together: "sum" },
  { key: "io", unit: "bytesPerSecond", figures: ["diskRead", "diskWrite"], limit: null, together: "sum" },
  {
    key: "pressure",
    unit: "fraction",
    figures: ["pressureCpu", "pressureMemory", "pressureIo"],
    limit: null,
    together: "highest",
  },
];

const nodePlans: readonly Plan[] = containerPlans.map((plan) =>
  plan.key === "io" ? { key: "io", unit: "fraction", figures: ["ioWait"], limit: null } : plan,
);

/** What a chart shows, as lines in panels. */
export function panelsOf(document: ChartDocument, options: PanelOptions): Panels {
  const { kind, things, from, to } = document;
  const columns = things.map(joined);
  const times = unionOf(columns).filter((time) => time >= from && time <= to);
  const places = columns.map((column) => new Map(column.times.map((time, index) => [time, index])));
  const several = things.length > 1;
  const panels = (kind === "node" ? nodePlans : containerPlans).map((plan): Panel => {
    const share = options.share && plan.limit !== null;
    const unit = share ? "fraction" : plan.unit;
    const lines = things.flatMap((thing, index): readonly Line[] => {
      const column = columns[index];
      const place = places[index];
      if (column === undefined || place === undefined) return [];
      const at = (figure: FigureName, position: number): number | null => column.values[figure]?.[position] ?? null;
      const valuesBy = (value: (position: number) => number | null): Line["values"] =>
        times.map((time) => {
          const position = place.get(time);
          return position === undefined ? undefined : value(position);
        });
      const limitAt = (position: number): number | null => (plan.limit === null ? null : at(plan.limit, position));
      const usage = (figures: readonly FigureName[], name: string, hue: number): Line => ({
        key: `${plan.key}/${thing.name}/${figures.join("+")}`,
        name,
        kind: "usage",
        hue,
        values: valuesBy((position) => {
          const known = figures.map((figure) => at(figure, position)).filter((value) => value !== null);
          if (known.length === 0) return null;
          const value = plan.together === "highest" ? Math.max(...known) : known.reduce((sum, next) => sum + next, 0);
          if (!share) return value;
          const limit = limitAt(position);
          return limit === null || limit <= 0 ? null : value / limit;
        }),
      });
      const limit = (name: string, hue: number): Line => ({
        key: `${plan.key}/${thing.name}/limit`,
        name,
        kind: "limit",
        hue,
        values: valuesBy((position) => {
          const value = limitAt(position);
          return share && value !== null ? 1 : value;
        }),
      });
      const withLimit = options.limits && plan.limit !== null && !(share && several && index > 0);
      const limitName = several ? (share ? l10n.t("limit") : l10n.t("{0}, limit", thing.name)) : l10n.t("limit");
      const limits = withLimit ? [limit(limitName, several && !share ? index : -1)] : [];
      if (!several) return [...plan.figures.map((figure, hue) => usage([figure], figureName(figure), hue)), ...limits];
      return [usage(plan.figures, thing.name, index), ...limits];
    });
    const known = lines.some((line) => line.kind === "usage" && line.values.some(isKnown));
    return {
      key: plan.key,
      title: panelTitle(plan.key, kind, several),
      unit,
      lines,
      marks: document.marks.filter(({ panel, time }) => panel === plan.key && time >= from && time <= to),
      nothing: known ? null : nothingWords(plan.key, document),
    };
  });
  const [only] = columns;
  return { times, panels, bands: several || only === undefined ? [] : bandsOf(only, document) };
}

/** What was recorded and what was seen since, one after the other. */
export function joined({ recorded, live }: Pick<ChartedThing, "recorded" | "live">): Columns {
  if (live.times.length === 0) return recorded;
  const names = new Set([...Object.keys(recorded.values), ...Object.keys(live.values)]) as ReadonlySet<FigureName>;
  const filled = ({ times, values }: Columns, name: FigureName): readonly (number | null)[] =>
    values[name] ?? times.map(() => null);
  return {
    times: [...recorded.times, ...live.times],
    conditions: [...recorded.conditions, ...live.conditions],
    values: Object.fromEntries([...names].map((name) => [name, [...filled(recorded, name), ...filled(live, name)]])),
  };
}

function unionOf(columns: readonly Columns[]): readonly number[] {
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) return only.times;
  return [...new Set(columns.flatMap(({ times }) => times))].sort((a, b) => a - b);
}

/** Each time stands for the step before it. */
function bandsOf({ times, conditions }: Columns, { from, to }: ChartDocument): readonly Band[] {
  const bands: Band[] = [];
  for (const [index, condition] of conditions.entries()) {
    const end = times[index];
    if (condition === "running" || end === undefined || end < from || end > to) continue;
    const start = Math.max(from, times[index - 1] ?? from);
    const last = bands.at(-1);
    if (last?.condition === condition && last.to === start) bands[bands.length - 1] = { ...last, to: end };
    else bands.push({ from: start, to: end, condition });
  }
  return bands;
}

function isKnown(value: number | null | undefined): boolean {
  return value !== null && value !== undefined;
}

function panelTitle(key: PanelKey, kind: ChartDocument["kind"], several: boolean): string {
  switch (key) {
    case "cpu":
      return l10n.t("CPU");
    case "memory":
      return l10n.t("Memory");
    case "swap":
      return l10n.t("Swap");
    case "disk":
      return l10n.t("Root file system");
    case "network":
      return several ? l10n.t("Network, both ways") : l10n.t("Network");
    case "io":
      return kind === "node"
        ? l10n.t("Waiting for disks")
        : several
          ? l10n.t("Disk traffic, both ways")
          : l10n.t("Disk traffic");
    case "pressure":
      return several ? l10n.t("Pressure, its highest kind") : l10n.t("Pressure");
  }
}

/** The name of a figure's line. */
export function figureName(figure: FigureName): string {
  switch (figure) {
    case "cpu":
    case "memory":
    case "swap":
    case "disk":
      return l10n.t("in use");
    case "cpuLimit":
    case "memoryLimit":
    case "swapLimit":
    case "diskLimit":
      return l10n.t("limit");
    case "netIn":
      return l10n.t("in");
    case "netOut":
      return l10n.t("out");
    case "diskRead":
      return l10n.t("read");
    case "diskWrite":
      return l10n.t("written");
    case "ioWait":
      return l10n.t("CPUs' time");
    case "pressureCpu":
      return l10n.t("for CPU");
    case "pressureMemory":
      return l10n.t("for memory");
    case "pressureIo":
      return l10n.t("for disks");
  }
}

function nothingWords(key: PanelKey, { kind, things, reading }: ChartDocument): string {
  if (reading) return l10n.t("Reading what was recorded…");
  if (key === "swap" && kind === "containers" && things.some((thing) => !isEmpty(thing))) {
    return l10n.t(
      "Proxmox VE records no swap of containers. What is in use is drawn here while this chart is visible.",
    );
  }
  if (key === "pressure" && things.some((thing) => !isEmpty(thing))) {
    return l10n.t("No pressure is recorded. That takes Proxmox VE 9 on a node with cgroup v2.");
  }
  return l10n.t("Nothing was recorded in this span.");
}

/** True where not one usage is known of it. */
export function isEmpty({ recorded, live }: Pick<ChartedThing, "recorded" | "live">): boolean {
  const hasUsage = ({ conditions }: Columns): boolean => conditions.includes("running");
  return !hasUsage(recorded) && !hasUsage(live);
}
