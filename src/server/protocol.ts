import type { Action, Inventory } from "../model/index.js";

/** Client → server: the live inventory as plain data; `null` when there is no connection any more. */
export const inventoryNotification = "lxcAutoscaler/inventory";

export interface InventoryParameters {
  readonly inventory: Inventory | null;
}

/**
 * Client → server: the folders that are open. Files in them may be included, and the autoscaler files in them are checked.
 * A client that has said that it announces folders names none in a workspace without trust; for one that has not they are
 * those that it was started with.
 */
export const foldersNotification = "lxcAutoscaler/folders";

export interface FoldersParameters {
  /** Absolute paths. */
  readonly folders: readonly string[];
}

/** Client → server: what the last dry run of a document, or the preview of it as it is typed, would change. */
export const planNotification = "lxcAutoscaler/plan";

export interface PlanParameters {
  /** Address of the document. */
  readonly uri: string;
  /** `null`: there is none any more. Then the server plans itself, as far as it knows enough. */
  readonly decisions: readonly PlannedDecision[] | null;
}

/** As much of a decision as is counted. */
export interface PlannedDecision {
  readonly vmid: number;
  readonly action: Action;
  /** `null` where the size was not known. */
  readonly from: number | null;
  /** Names of the rules of its reasons. */
  readonly rules: readonly string[];
}

/** Server → client: asks for the names of a container's snapshots, the newest first, when somebody is about to write one. */
export const snapshotsRequest = "lxcAutoscaler/snapshots";

export interface SnapshotsParameters {
  readonly vmid: number;
  readonly node: string;
}

/** The language of autoscaler files in editors. Documents of language `yaml` with one of our file names are served too. */
export const languageId = "lxc-autoscaler";

/** Names of commands of the client. Each is given the address of the document. */
export interface ClientCommands {
  readonly dryRun?: string;
  /** Shows what a policy would have done with the last day's usage. Is also given the name of the policy. */
  readonly replay?: string;
  /** Shows an older file beside what it becomes. */
  readonly migrate?: string;
  /**
   * Keeps a secret that stands in the document in the key store of the editor, and puts a reference in its place. Is also given
   * the range of the secret and the name of the variable that is referred to; the secret itself is not sent.
   */
  readonly keepSecret?: string;
}

/** Client → server: another YAML server is there, which looks after what has the language `yaml`. None until it comes. */
export const yamlServerNotification = "lxcAutoscaler/yamlServer";

export interface YamlServerParameters {
  readonly present: boolean;
}

/** `initializationOptions` of the client; every one may be absent. */
export interface InitializationOptions {
  /** Folders come by a notification of their own, when they may be read. */
  readonly announcesFolders?: boolean;
  /** Address of `docs/findings.md`; the code of a finding is added as fragment. Without it codes carry no link. */
  readonly findingsUrl?: string;
  /** Address of `docs/presets.md`; the name of a preset is added as fragment. Without it presets carry no link. */
  readonly presetsUrl?: string;
  /** Commands that the client has: lenses and actions offer no others. */
  readonly commands?: ClientCommands;
}
