export { serveStreams } from "./serve.js";
export type { ServeOptions } from "./serve.js";
export { PushedInventory } from "./inventory-source.js";
export type { InventorySource } from "./inventory-source.js";
export { foldersNotification, inventoryNotification, planNotification } from "./protocol.js";
export type {
  FoldersParameters,
  InitializationOptions,
  InventoryParameters,
  PlannedDecision,
  PlanParameters,
} from "./protocol.js";
