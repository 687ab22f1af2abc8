import type { ChartDocument, ChartedThing, Columns, Condition, FigureName } from "../../src/views/index.js";

export const minute = 60_000;
export const noon = Date.UTC(2026, 10, 21, 12);

/** Columns of a point a minute that end at noon; `null` in `conditions` stands for nothing. */
export function columns(
  values: Partial<Record<FigureName, readonly (number | null)[]>>,
  conditions?: readonly Condition[],
): Columns {
  const length = conditions?.length ?? Object.values(values)[0]?.length ?? 0;
  return {
    times: Array.from({ length }, (_, index) => noon - (length - 1 - index) * minute),
    conditions: conditions ?? Array.from({ length }, () => "running" as const),
    values,
  };
}

export const nothing: Columns = { times: [], conditions: [], values: {} };

export function thing(name: string, recorded: Columns, live: Columns = nothing): ChartedThing {
  return { name, recorded, live, note: null };
}

export function chart(things: readonly ChartedThing[], changes: Partial<ChartDocument> = {}): ChartDocument {
  return {
    kind: "containers",
    title: "web-1 (101)",
    subtitle: "pve1 · demo",
    span: "hour",
    from: noon - 60 * minute,
    to: noon,
    stepSeconds: 60,
    things,
    marks: [],
    notices: [],
    reading: false,
    ...changes,
  };
}
