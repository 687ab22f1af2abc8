export { createPopulation } from "./population.js";
export type { Population, PopulationOptions, PopulationScenario } from "./population.js";
export { GuestMeter } from "./meter.js";
export type { GuestPoint } from "./meter.js";
export { NodeMeter } from "./node.js";
export type { NodePoint, NodeReading } from "./node.js";
export type { Consolidation, Timeframe } from "./history.js";
export { loadKinds } from "./specification.js";
export type { GuestLimits, GuestReading, GuestSpec, LoadKind, NodeSpec, PressureReading } from "./specification.js";
