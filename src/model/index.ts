export type * from "./container.js";
export type * from "./finding.js";
export type * from "./history.js";
export type * from "./inventory.js";
export type * from "./node.js";
export * from "./plan.js";
export * from "./task.js";
export * from "./quote.js";
export * from "./units.js";
