import { l10n, Uri, workspace, type LogOutputChannel } from "vscode";
import { CloseAction, ErrorAction, LanguageClient, State, TransportKind } from "vscode-languageclient/node";
import type { Inventory } from "../../model/index.js";
import type {
  foldersNotification as FoldersNotification,
  FoldersParameters,
  InitializationOptions,
  inventoryNotification as Notification,
  PlannedDecision,
  planNotification as PlanNotification,
  PlanParameters,
  yamlServerNotification as YamlServerNotification,
  YamlServerParameters,
} from "../../server/index.js";
import { languageId, type CommandId } from "../ids.js";
import { fileNames } from "./names.js";

/** Its name is the server's; written out here so that the server's own weight stays where it is. */
const inventoryNotification: typeof Notification = "lxcAutoscaler/inventory";

const foldersNotification: typeof FoldersNotification = "lxcAutoscaler/folders";

const planNotification: typeof PlanNotification = "lxcAutoscaler/plan";

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
} satisfies Record<string, CommandId>;

/** A running language server. */
export interface Language {
  /** What the server may propose and check against; `null`: there is no connection. */
  readonly send: (inventory: Inventory | null) => Promise<void>;
  /** What the plan of a file decides; `null`: there is none. */
  readonly sendPlan: (uri: string, decisions: readonly PlannedDecision[] | null) => Promise<void>;
  /** Whether another server looks after the language `yaml`. */
  readonly sendYamlServer: (present: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the language server in a process of its own. It crashes no more than three times in three minutes. */
export async function startLanguage(
  serverModule: Uri,
  findings: Uri,
  log: LogOutputChannel,
  /** Called when it runs, again after each restart: it knows nothing then. */
  onRunning: () => void,
): Promise<Language> {
  const module = serverModule.fsPath;
  const options = { execArgv: [] };
  const crashes: number[] = [];
  const client = new LanguageClient(
    "lxcAutoscaler",
    "LXC Autoscaler",
    {
      run: { module, transport: TransportKind.ipc, options },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy", "--inspect=6019"] } },
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
      // Told once, by whoever starts it, instead of once by each part of the library.
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue }),
        closed: () => {
          const now = Date.now();
          crashes.push(now);
          const recent = crashes.filter((time) => now - time < 180_000);
          log.warn("The language server has ended.");
          return recent.length <= 3
            ? { action: CloseAction.Restart, handled: true }
            : {
                action: CloseAction.DoNotRestart,
                message: l10n.t(
                  "The language server of LXC Autoscaler has ended again and again: files are not checked any more. Reload the window to try again.",
                ),
              };
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
    stop: async () => {
      for (const subscription of subscriptions) subscription.dispose();
      if (client.needsStop()) await client.stop(2000);
      await client.dispose();
    },
  };
}
