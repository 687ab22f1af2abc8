import type { Container, Node, RecordedFigures, RecordedPoint } from "../../model/index.js";
import { figureNames, type Columns, type Condition, type FigureName } from "../../views/index.js";

export type Figures = Partial<Readonly<Record<FigureName, number | null>>>;

/** What was seen of a container or node at one look. */
export interface LiveSample {
  /** Milliseconds since the epoch, by the cluster's clock. */
  readonly time: number;
  readonly condition: Condition;
  readonly figures: Figures;
}

/** Looks that are further apart than this many steps, or seconds, have a gap between them. */
const gapSteps = 2.5;
const gapSeconds = 150;

/** A container at a look. What is stopped has limits alone; what is only the last known is not drawn. */
export function containerSample(container: Container, time: number): LiveSample {
  const { status, stale, cores, memoryLimit, swapLimit, diskLimit, pressure, rates } = container;
  if (stale || status === "unknown") return { time, condition: "unknown", figures: {} };
  const limits: Figures = { cpuLimit: cores, memoryLimit, swapLimit, diskLimit };
  if (status === "stopped") return { time, condition: "off", figures: limits };
  return {
    time,
    condition: "running",
    figures: {
      ...limits,
      cpu: product(container.cpu, cores),
      memory: container.memory,
      swap: container.swap,
      disk: container.disk,
      netIn: rates?.netIn ?? null,
      netOut: rates?.netOut ?? null,
      diskRead: rates?.diskRead ?? null,
      diskWrite: rates?.diskWrite ?? null,
      pressureCpu: product(pressure?.cpuSome ?? null, 0.01),
      pressureMemory: product(pressure?.memorySome ?? null, 0.01),
      pressureIo: product(pressure?.ioSome ?? null, 0.01),
    },
  };
}

/** A node at a look: no bulk request has more of it. */
export function nodeSample({ status, cpu, cores, memory, memoryLimit }: Node, time: number): LiveSample {
  if (status !== "online") return { time, condition: "unknown", figures: {} };
  return {
    time,
    condition: "running",
    figures: { cpu: product(cpu, cores), cpuLimit: cores, memory, memoryLimit },
  };
}

/**
 * What was recorded, as columns. What the server does not record (the swap of containers) is filled in from our own looks
 * for as long as there were any: on average over each step.
 */
export function recordedColumns({ points, stepSeconds }: RecordedFigures, looks: readonly LiveSample[]): Columns {
  const columns = columnsOf(
    points.map((point) => ({ time: point.time, condition: conditionOf(point), figures: figuresOf(point) })),
  );
  const filled = figureNames.flatMap((name): readonly (readonly [FigureName, readonly (number | null)[]])[] => {
    if (columns.values[name] !== undefined) return [];
    const values = points.map(({ time }) => averageOf(name, looks, time - stepSeconds * 1000, time));
    return values.some((value) => value !== null) ? [[name, values]] : [];
  });
  return { ...columns, values: { ...columns.values, ...Object.fromEntries(filled) } };
}

/** Looks after a time, as columns; where they are far apart, a point that knows nothing stands between them. */
export function liveColumns(looks: readonly LiveSample[], after: number, stepSeconds: number): Columns {
  const apart = Math.max(gapSeconds, gapSteps * stepSeconds) * 1000;
  const samples: LiveSample[] = [];
  let before = after;
  for (const look of looks) {
    if (look.time <= before) continue;
    if (look.time - before > apart && before > 0) {
      samples.push({ time: look.time - 1000, condition: "unknown", figures: {} });
    }
    samples.push(look);
    before = look.time;
  }
  return columnsOf(samples);
}

function columnsOf(samples: readonly LiveSample[]): Columns {
  const values = figureNames.flatMap((name): readonly (readonly [FigureName, readonly (number | null)[]])[] => {
    const column = samples.map(({ figures }) => figures[name] ?? null);
    return column.some((value) => value !== null) ? [[name, column]] : [];
  });
  return {
    times: samples.map(({ time }) => time),
    conditions: samples.map(({ condition }) => condition),
    values: Object.fromEntries(values),
  };
}

/** A gap knows nothing; a container that did not run was given its limits all the same. */
function conditionOf(point: RecordedPoint): Condition {
  if (point.cpu !== null || point.memory !== null) return "running";
  return point.memoryLimit === null ? "unknown" : "off";
}

function figuresOf({ time: _, cpu, cores, ...figures }: RecordedPoint): Figures {
  return { ...figures, cpu: product(cpu, cores), cpuLimit: cores };
}

function averageOf(name: FigureName, looks: readonly LiveSample[], after: number, until: number): number | null {
  const known = looks.flatMap(({ time, figures }) => (time > after && time <= until ? (figures[name] ?? []) : []));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function product(value: number | null, factor: number | null): number | null {
  return value === null || factor === null ? null : value * factor;
}
