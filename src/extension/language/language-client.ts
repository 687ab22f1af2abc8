import { l10n, Uri, workspace, type LogOutputChannel } from "vscode";
import { CloseAction, ErrorAction, LanguageClient, State } from "vscode-languageclient/node";
import type { ContainerRef, Inventory } from "../../model/index.js";
import type {
  foldersNotification as FoldersNotification,
  FoldersParameters,
  InitializationOptions,
  inventoryNotification as Notification,
  PlannedDecision,
  planNotification as PlanNotification,
  PlanParameters,
  snapshotsRequest as SnapshotsRequest,
  SnapshotsParameters,
  yamlServerNotification as YamlServerNotification,
  YamlServerParameters,
} from "../../server/index.js";
import { languageId, type CommandId } from "../ids.js";
import { runCommand, tell } from "../notify.js";
import { FoundReferences } from "./found-references.js";
import { fileNames } from "./names.js";
import { startServerProcess, type ServerProcess } from "./server-process.js";

/** Its name is the server's; written out here so that the server's own weight stays where it is. */
const inventoryNotification: typeof Notification = "lxcAutoscaler/inventory";

const foldersNotification: typeof FoldersNotification = "lxcAutoscaler/folders";

const planNotification: typeof PlanNotification = "lxcAutoscaler/plan";

const snapshotsRequest: typeof SnapshotsRequest = "lxcAutoscaler/snapshots";

const yamlServerNotification: typeof YamlServerNotification = "lxcAutoscaler/yamlServer";

/** Folders whose files may be read: none in a workspace that is not trusted. */
function includeFolders(): FoldersParameters {
  const folders = workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [];
  return { folders: folders.filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath) };
}

const commands = {
  dryRun: "lxcAutoscaler.dryRun",
  replay: "lxcAutoscaler.replay",
  migrate: "lxcAutoscaler.migrate",
  keepSecret: "lxcAutoscaler.keepSecret",
} satisfies Record<string, CommandId>;

/** A running language server. */
export interface Language {
  /** What the server may propose and check against; `null`: there is no connection. */
  readonly send: (inventory: Inventory | null) => Promise<void>;
  /** What the plan of a file decides; `null`: there is none. */
  readonly sendPlan: (uri: string, decisions: readonly PlannedDecision[] | null) => Promise<void>;
  /** Whether another server looks after the language `yaml`. */
  readonly sendYamlServer: (present: boolean) => Promise<void>;
  /** Shows the findings anew, by what is kept now. */
  readonly showAgain: () => Promise<void>;
  /** Ends it if it runs, and starts it again. */
  readonly restart: () => Promise<void>;
  /** The id of its process; `null` where it does not run. */
  readonly pid: () => number | null;
  readonly stop: () => Promise<void>;
}

/** A server that ends twice within this time (milliseconds) would end a third time. */
const tooSoon = 10 * 60_000;

/**
 * Starts the language server in a process of its own. If it dies it is started again, once, with a word about why; if that
 * dies too, somebody is asked first.
 */
export async function startLanguage(
  serverModule: Uri,
  findings: Uri,
  log: LogOutputChannel,
  {
    onRunning,
    isKept,
    snapshotsOf,
  }: {
    /** Called when it runs, again after each restart: it knows nothing then. */
    readonly onRunning: () => void;
    /** Whether the editor keeps a value for a variable, which the server does not know. */
    readonly isKept: (variable: string) => boolean;
    /** Names of the snapshots of a container, the newest first. */
    readonly snapshotsOf: (container: ContainerRef) => Promise<readonly string[]>;
  },
): Promise<Language> {
  const module = serverModule.fsPath;
  const found = new FoundReferences(isKept);
  let server: ServerProcess | null = null;
  let died: number | null = null;
  const start = { title: l10n.t("Start it again"), run: () => runCommand("lxcAutoscaler.restartLanguageServer") };
  const showLog = { title: l10n.t("Show log"), run: () => runCommand("lxcAutoscaler.showLog") };
  const client = new LanguageClient(
    "lxcAutoscaler",
    "LXC Autoscaler",
    () => {
      server = startServerProcess(module, log);
      return Promise.resolve(server.transports);
    },
    {
      // Also where another extension has taken one of our names: its own language is not ours to serve without them.
      documentSelector: [
        { language: languageId },
        { scheme: "file", pattern: fileNames },
        { scheme: "vscode-remote", pattern: fileNames },
      ],
      // Each finding's code links to its explanation, and each preset to what it says: both come with the extension.
      initializationOptions: {
        findingsUrl: findings.toString(),
        presetsUrl: Uri.joinPath(findings, "../presets.md").toString(),
        commands,
        announcesFolders: true,
      } satisfies InitializationOptions,
      outputChannel: log,
      diagnosticCollectionName: "lxc-autoscaler",
      middleware: { handleDiagnostics: (uri, diagnostics, show) => found.show(uri, diagnostics, show) },
      // Told once, by whoever starts it, instead of once by each part of the library.
      initializationFailedHandler: () => false,
      errorHandler: {
        // What can't be written to a server that has died is told once, by what follows.
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          const why = server?.why() ?? "";
          const again = died !== null && Date.now() - died < tooSoon;
          died = Date.now();
          server?.end();
          log.error(`The language server has ended. ${why}`);
          if (again) {
            tell(
              "error",
              l10n.t(
                "The language server of LXC Autoscaler has ended again: autoscaler files are not checked any more. {0}",
                why,
              ),
              start,
              showLog,
            );
            return { action: CloseAction.DoNotRestart, handled: true };
          }
          tell(
            "warning",
            l10n.t("The language server of LXC Autoscaler has ended, and was started again. {0}", why),
            showLog,
          );
          return { action: CloseAction.Restart, handled: true };
        },
      },
    },
  );
  const sendFolders = (): void => {
    if (client.isRunning()) void client.sendNotification(foldersNotification, includeFolders());
  };
  const subscriptions = [
    // Of a folder that is renamed or deleted no watcher tells file by file.
    workspace.onDidRenameFiles(sendFolders),
    workspace.onDidDeleteFiles(sendFolders),
    workspace.onDidGrantWorkspaceTrust(sendFolders),
    workspace.onDidChangeWorkspaceFolders(sendFolders),
    // Also after a restart.
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) return;
      sendFolders();
      onRunning();
    }),
  ];
  client.onRequest(snapshotsRequest, (container: SnapshotsParameters) => snapshotsOf(container));
  await client.start();
  return {
    send: async (inventory) => {
      if (client.isRunning()) await client.sendNotification(inventoryNotification, { inventory });
    },
    sendPlan: async (uri, decisions) => {
      const parameters: PlanParameters = { uri, decisions };
      if (client.isRunning()) await client.sendNotification(planNotification, parameters);
    },
    sendYamlServer: async (present) => {
      const parameters: YamlServerParameters = { present };
      if (client.isRunning()) await client.sendNotification(yamlServerNotification, parameters);
    },
    showAgain: () => {
      found.showAgain();
      return Promise.resolve();
    },
    restart: async () => {
      died = null;
      if (client.needsStop()) await client.stop();
      server?.end();
      await client.start();
    },
    pid: () => (server === null || server.ended() ? null : (server.pid ?? null)),
    stop: async () => {
      for (const subscription of subscriptions) subscription.dispose();
      if (client.needsStop()) await client.stop(2000);
      await client.dispose();
      server?.end();
    },
  };
}
