import type { Inventory } from "../model/index.js";

/** Client → server: the live inventory as plain data; `null` when there is no connection any more. */
export const inventoryNotification = "lxcAutoscaler/inventory";

export interface InventoryParameters {
  readonly inventory: Inventory | null;
}
