/** Everything that package.json and the code both name; `test/extension/manifest.test.ts` holds them together. */

export const languageId = "lxc-autoscaler";

/** The scheme of documents that are made here to be read. */
export const documentScheme = "lxc-autoscaler";

export const viewIds = {
  containers: "lxcAutoscaler.containers",
  scaling: "lxcAutoscaler.scaling",
  overview: "lxcAutoscaler.overview",
} as const;

/** The type of a chart's tab, by which VS Code knows after a reload whose it is. */
export const chartViewType = "lxcAutoscaler.chart";

export const commandIds = [
  "lxcAutoscaler.connect",
  "lxcAutoscaler.tryDemo",
  "lxcAutoscaler.disconnect",
  "lxcAutoscaler.compareCertificate",
  "lxcAutoscaler.enterToken",
  "lxcAutoscaler.checkPrivileges",
  "lxcAutoscaler.copyGrants",
  "lxcAutoscaler.refresh",
  "lxcAutoscaler.groupContainers",
  "lxcAutoscaler.sortContainers",
  "lxcAutoscaler.filterContainers",
  "lxcAutoscaler.clearFilter",
  "lxcAutoscaler.showLog",
  "lxcAutoscaler.restartLanguageServer",
  "lxcAutoscaler.toggleFavourite",
  "lxcAutoscaler.revealContainer",
  "lxcAutoscaler.startContainer",
  "lxcAutoscaler.shutDownContainer",
  "lxcAutoscaler.stopContainer",
  "lxcAutoscaler.rebootContainer",
  "lxcAutoscaler.migrateContainer",
  "lxcAutoscaler.dryRun",
  "lxcAutoscaler.replay",
  "lxcAutoscaler.replayTrace",
  "lxcAutoscaler.applyChecked",
  "lxcAutoscaler.applyChange",
  "lxcAutoscaler.newFile",
  "lxcAutoscaler.showEffectiveSettings",
  "lxcAutoscaler.whyThisSize",
  "lxcAutoscaler.showChart",
  "lxcAutoscaler.addPolicy",
  "lxcAutoscaler.ignoreContainer",
  "lxcAutoscaler.migrate",
  "lxcAutoscaler.saveMigrated",
  "lxcAutoscaler.keepSecret",
  "lxcAutoscaler.forgetSecret",
] as const;

export type CommandId = (typeof commandIds)[number];

/** Settings, without the prefix `lxcAutoscaler.`. */
export const settingKeys = [
  "refreshInterval",
  "containers.groupBy",
  "containers.sortBy",
  "requestTimeout",
  "recordsDirectory",
] as const;

export type SettingKey = (typeof settingKeys)[number];

export const settingsSection = "lxcAutoscaler";

/** Keys for the `when` of menus and welcome texts. */
export const contextKeys = {
  /** What the Containers view has to say instead of a tree; `tree` where it has one. */
  containers: "lxcAutoscaler.containersState",
  /** `none`, `running`, `ready` or `failed`. */
  plan: "lxcAutoscaler.planState",
  /** True where a change is checked that can be applied. */
  checked: "lxcAutoscaler.checked",
  connected: "lxcAutoscaler.connected",
  /** True where the Containers view shows only what fits a filter. */
  filtered: "lxcAutoscaler.filtered",
} as const;
