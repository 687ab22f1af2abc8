import type { Inventory } from "../model/index.js";

/** Client → server: the live inventory as plain data; `null` when there is no connection any more. */
export const inventoryNotification = "lxcAutoscaler/inventory";

export interface InventoryParameters {
  readonly inventory: Inventory | null;
}

/** Client → server: the folders whose files documents may include. None until it comes, and in a workspace without trust. */
export const foldersNotification = "lxcAutoscaler/folders";

export interface FoldersParameters {
  /** Absolute paths. */
  readonly folders: readonly string[];
}

/** The language of autoscaler files in editors. Documents of language `yaml` with one of our file names are served too. */
export const languageId = "lxc-autoscaler";

/** Names of commands of the client. Each is given the address of the document. */
export interface ClientCommands {
  readonly dryRun?: string;
  readonly replay?: string;
  /** Shows an older file beside what it becomes. */
  readonly migrate?: string;
}

/** `initializationOptions` of the client; every one may be absent. */
export interface InitializationOptions {
  /** Address of `docs/findings.md`; the code of a finding is added as fragment. Without it codes carry no link. */
  readonly findingsUrl?: string;
  /** Address of `docs/presets.md`; the name of a preset is added as fragment. Without it presets carry no link. */
  readonly presetsUrl?: string;
  /** Commands that the client has: lenses and actions offer no others. */
  readonly commands?: ClientCommands;
}
