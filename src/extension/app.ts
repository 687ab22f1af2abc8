import type { LogOutputChannel, TreeView } from "vscode";
import type { Charts } from "./charts/charts.js";
import type { Clusters } from "./cluster/clusters.js";
import type { ArrangementStore } from "./containers/arrangement-store.js";
import type { ContainersTree } from "./containers/containers-tree.js";
import type { ContainersElement } from "./containers/elements.js";
import type { Favourites } from "./containers/favourites.js";
import type { DemoCluster } from "./demo/demo-cluster.js";
import type { DemoFile } from "./demo/demo-file.js";
import type { ReadOnlyDocuments } from "./documents/read-only-documents.js";
import type { LanguageService } from "./language/language-service.js";
import type { Migrations } from "./migration/migrations.js";
import type { AutoscalerFiles } from "./scaling/autoscaler-files.js";
import type { PlanModel } from "./scaling/plan-model.js";
import type { Surroundings } from "./scaling/plan-source.js";
import type { ScalingElement } from "./scaling/sections.js";
import type { KeptSecrets } from "./secrets/kept-secrets.js";
import type { TaskLogs } from "./task-logs.js";

/** Asks before something is changed. True: go on. */
export type Confirm = (question: {
  /** Names what is done, to what, on which cluster. */
  readonly message: string;
  readonly detail: string;
  /** The button. */
  readonly action: string;
}) => Promise<boolean>;

/** What a command works with. */
export interface App {
  readonly clusters: Clusters;
  readonly charts: Charts;
  readonly demo: DemoCluster;
  readonly demoFile: DemoFile;
  readonly files: AutoscalerFiles;
  readonly plans: PlanModel;
  /** What may be read besides a file. */
  readonly surroundings: () => Surroundings;
  readonly documents: ReadOnlyDocuments;
  readonly migrations: Migrations;
  readonly language: LanguageService;
  readonly keptSecrets: KeptSecrets;
  readonly taskLogs: TaskLogs;
  readonly log: LogOutputChannel;
  readonly containersView: TreeView<ContainersElement>;
  readonly containersTree: ContainersTree;
  /** How the containers are shown. */
  readonly arrangement: ArrangementStore;
  readonly favourites: Favourites;
  readonly scalingView: TreeView<ScalingElement>;
  readonly confirm: Confirm;
  /** Aborted when the extension is deactivated: ends every wait. */
  readonly lifetime: AbortSignal;
}

/**
 * A command: from a tree it is given what was clicked and what is selected; from the palette nothing,
 * so that it asks with a picker.
 */
export type Command = (app: App, target?: unknown, targets?: unknown, more?: unknown) => Promise<unknown>;
