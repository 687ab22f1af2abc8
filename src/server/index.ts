export { runServer } from "./server.js";
export type { ServerOptions } from "./server.js";
export { serve, serveStreams } from "./serve.js";
export type { ServeOptions } from "./serve.js";
export { PushedInventory } from "./inventory-source.js";
export type { InventorySource } from "./inventory-source.js";
export { inventoryNotification, languageId } from "./protocol.js";
export type { InitializationOptions, InventoryParameters } from "./protocol.js";
