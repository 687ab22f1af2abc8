export { serveStreams } from "./serve.js";
export type { ServeOptions } from "./serve.js";
export { PushedInventory } from "./inventory-source.js";
export type { InventorySource } from "./inventory-source.js";
export {
  foldersNotification,
  inventoryNotification,
  planNotification,
  snapshotsRequest,
  yamlServerNotification,
} from "./protocol.js";
export type {
  FoldersParameters,
  InitializationOptions,
  InventoryParameters,
  PlannedDecision,
  PlanParameters,
  SnapshotsParameters,
  YamlServerParameters,
} from "./protocol.js";
