import { readFileSync } from "node:fs";
import { commands, l10n, Uri, window, workspace, type ExtensionContext, type LogOutputChannel } from "vscode";
import type { AutoscalerConfig } from "../config/index.js";
import type { ExtensionApi } from "./api.js";
import type { App, Confirm } from "./app.js";
import { Owner } from "./base/lifetime.js";
import { sentenceOf } from "./base/problem.js";
import { Charts } from "./charts/charts.js";
import type { Cluster } from "./cluster/cluster.js";
import { Clusters } from "./cluster/clusters.js";
import { ConnectionStore } from "./cluster/connection-store.js";
import { ArrangementStore } from "./containers/arrangement-store.js";
import { ContainersTree } from "./containers/containers-tree.js";
import { ContainersView } from "./containers/containers-view.js";
import { PlanDecorations } from "./containers/decorations.js";
import { Favourites } from "./containers/favourites.js";
import { Glimpses } from "./containers/glimpses.js";
import { PlanMarks } from "./containers/plan-marks.js";
import { PoliciesInForce } from "./containers/policies-in-force.js";
import { DemoCluster, demoId } from "./demo/demo-cluster.js";
import { DemoFile } from "./demo/demo-file.js";
import { ReadOnlyDocuments } from "./documents/read-only-documents.js";
import { commandIds, languageId } from "./ids.js";
import { LanguageService } from "./language/language-service.js";
import { Migrations } from "./migration/migrations.js";
import { reportFailure, runCommand, tell } from "./notify.js";
import { OverviewView } from "./overview/overview-view.js";
import { AutoscalerFiles } from "./scaling/autoscaler-files.js";
import { readIncluded } from "./scaling/included-files.js";
import { LivePreview } from "./scaling/live-preview.js";
import { PlanModel } from "./scaling/plan-model.js";
import type { Surroundings } from "./scaling/plan-source.js";
import { readSource } from "./scaling/read-source.js";
import { ScalingView } from "./scaling/scaling-view.js";
import { KeptSecrets } from "./secrets/kept-secrets.js";
import { settings } from "./settings.js";
import { StatusBar } from "./status-bar.js";
import { TaskLogs } from "./task-logs.js";
import { testableApi } from "./testable-api.js";
import { Watching } from "./watching.js";

/** Everything of the extension that lives as long as it is active. */
export class Extension extends Owner {
  readonly api: ExtensionApi;
  readonly #lifetime = new AbortController();
  readonly #language: LanguageService;

  constructor(context: ExtensionContext) {
    super();
    const log = this.own(window.createOutputChannel("LXC Autoscaler", { log: true }));
    const file = (...path: readonly string[]): Uri => Uri.joinPath(context.extensionUri, ...path);
    const storage = Uri.joinPath(context.globalStorageUri, "demo");
    const demo = this.own(
      new DemoCluster({
        program: file("dist", "simulator.js").fsPath,
        records: Uri.joinPath(storage, "records").fsPath,
        log: (line) => log.info(`demo cluster: ${line}`),
      }),
    );
    const store = new ConnectionStore(context.globalState, context.secrets);
    const clusters = this.own(
      new Clusters(store, {
        refreshSeconds: settings.refreshSeconds,
        timeoutSeconds: settings.timeoutSeconds,
        keptForSession: ({ endpoints }, error) => {
          log.error(`The key store: ${sentenceOf(error)}`);
          tell(
            "warning",
            l10n.t(
              "The editor's key store does not take the secret of {0}, so the connection lasts until this window is closed. {1}",
              endpoints.join(", "),
              sentenceOf(error),
            ),
            { title: l10n.t("Show log"), run: () => runCommand("lxcAutoscaler.showLog") },
          );
        },
        recordsDirectory: ({ demo: ofDemo }) => (ofDemo ? demo.recordsDirectory : settings.recordsDirectory()),
      }),
    );
    const keptSecrets = this.own(
      new KeptSecrets(context.globalState, context.secrets, (error) => {
        log.error(`The key store: ${sentenceOf(error)}`);
      }),
    );
    this.own(context.secrets.onDidChange(() => void keptSecrets.reload()));
    const surroundings = (): Surroundings => surroundingsWith(keptSecrets);
    const charts = this.own(
      new Charts(clusters, {
        pages: file("dist", "pages"),
        icon: { light: file("media", "chart-light.svg"), dark: file("media", "chart-dark.svg") },
        warn: (words) => log.warn(words),
        fail: (error) => reportFailure(app, error),
        run: async (action) => {
          await runCommand(action === "connect" ? "lxcAutoscaler.connect" : "lxcAutoscaler.tryDemo");
        },
      }),
    );
    const files = this.own(new AutoscalerFiles());
    const plans = this.own(new PlanModel(surroundings));
    const preview = this.own(
      new LivePreview({
        plans,
        read: (uri) => {
          const open = workspace.textDocuments.some((document) => document.uri.toString() === uri);
          // To open an address of an unsaved file that was closed would make a new one.
          if (!open && Uri.parse(uri).scheme === "untitled") return Promise.reject(new Error("It was closed."));
          return files.read(Uri.parse(uri));
        },
      }),
    );
    this.own(workspace.onDidChangeTextDocument(({ document }) => preview.changed(document.uri.toString())));
    this.own(workspace.onDidCloseTextDocument(({ uri }) => preview.changed(uri.toString())));
    const documents = this.own(new ReadOnlyDocuments());
    const marks = this.own(new PlanMarks(plans));
    const policies = this.own(new PoliciesInForce(() => activeConfiguration(files, surroundings())));
    const favourites = this.own(new Favourites(context.globalState));
    const arrangement = this.own(new ArrangementStore(context.workspaceState, settings));
    const tree = this.own(
      new ContainersTree(clusters, {
        arrangement: () => arrangement.current,
        factsOf: ({ id }) => ({
          policyOf: (container) => policies.policyOf(container),
          isFavourite: (vmid) => favourites.has(id, vmid),
          isChanging: (vmid) => ["up", "down", "both"].includes(marks.of(id, vmid) ?? ""),
        }),
      }),
    );
    const glimpses = new Glimpses((container) => policies.knownPolicyOf(container));
    const containers = this.own(new ContainersView(clusters, tree, arrangement, favourites, glimpses));
    this.own(files.onDidChange(() => policies.refresh()));
    this.own(workspace.onDidSaveTextDocument(({ languageId: saved }) => saved === languageId && policies.refresh()));
    this.own(policies.onDidChange(() => containers.rearrange()));
    this.own(marks.onDidChange(() => containers.rearrange()));
    const scaling = this.own(new ScalingView(plans, files));
    const overview = this.own(new OverviewView(clusters, plans));
    this.own(new Watching(clusters, [containers.view, overview.view]));
    const statusBar = this.own(new StatusBar(clusters, plans));
    this.own(window.registerFileDecorationProvider(this.own(new PlanDecorations(marks))));
    this.#language = new LanguageService(
      file("dist", "server.js"),
      file("docs", "findings.md"),
      clusters,
      plans,
      keptSecrets,
      log,
    );
    const confirmation: { ask: Confirm } = { ask: askModally };
    const app: App = {
      clusters,
      charts,
      demo,
      demoFile: new DemoFile(file("media", "demo", "autoscaler.yaml"), storage, files),
      files,
      plans,
      surroundings,
      documents,
      migrations: this.own(new Migrations(documents)),
      language: this.#language,
      keptSecrets,
      taskLogs: this.own(new TaskLogs()),
      log,
      containersView: containers.view,
      containersTree: tree,
      arrangement,
      favourites,
      scalingView: scaling.view,
      confirm: (question) => confirmation.ask(question),
      lifetime: this.#lifetime.signal,
    };
    this.#registerCommands(app);
    this.own(
      demo.onDidEnd((words) => {
        log.warn(words);
        const cluster = clusters.byId(demoId);
        if (cluster !== undefined) void clusters.remove(cluster);
        tell("warning", words, { title: l10n.t("Start it again"), run: () => runCommand("lxcAutoscaler.tryDemo") });
      }),
    );
    this.own(
      clusters.onDidChange(({ cluster }) => {
        logProblem(log, cluster);
        if (cluster === null) plans.keepOnly(clusters.all);
      }),
    );
    this.api = testableApi({
      clusters,
      charts,
      plans,
      tree,
      containers,
      scaling,
      overview,
      statusBar,
      language: this.#language,
      confirmation,
      idle: [
        () => keptSecrets.whenIdle(),
        () => clusters.whenIdle(),
        () => charts.whenIdle(),
        () => plans.whenIdle(),
        () => policies.whenIdle(),
        () => preview.whenIdle(),
        () => this.#language.whenIdle(),
      ],
    });
    if (process.env["LXC_AUTOSCALER_DEMO"] === "1") void runCommand("lxcAutoscaler.tryDemo");
  }

  /** Ends everything, and waits for what ends politely. */
  async end(): Promise<void> {
    this.#lifetime.abort();
    const language = this.#language.stop();
    this.dispose();
    await language;
  }

  #registerCommands(app: App): void {
    for (const id of commandIds) {
      this.own(
        commands.registerCommand(id, async (target?: unknown, targets?: unknown, more?: unknown) => {
          try {
            await app.keptSecrets.whenIdle();
            // What commands take is loaded with the first of them: activation must not pay for it.
            const { commandTable } = await import("./commands/table.js");
            return await commandTable[id](app, target, targets, more);
          } catch (error) {
            if (!this.#lifetime.signal.aborted) reportFailure(app, error);
            return undefined;
          }
        }),
      );
    }
  }
}

/** What the active autoscaler file says, or the only one of the workspace; `null`: there is none. */
async function activeConfiguration(
  files: AutoscalerFiles,
  surroundings: Surroundings,
): Promise<AutoscalerConfig | null> {
  const [first, ...others] = files.active === null ? await files.ofWorkspace() : [files.active];
  return first === undefined || others.length > 0 ? null : readSource(await files.read(first), surroundings);
}

/** Secrets and files are looked up for files of a trusted workspace alone. */
function surroundingsWith(keptSecrets: KeptSecrets): Surroundings {
  if (!workspace.isTrusted) {
    return { environment: {}, readFile: () => null, readInclude: () => () => ({ fault: "not-allowed" }) };
  }
  return {
    environment: keptSecrets.environment(process.env),
    readFile: (path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return null;
      }
    },
    readInclude: (uri) => readIncluded(Uri.parse(uri)),
    mayConnect: true,
  };
}

const askModally: Confirm = async ({ message, detail, action }) =>
  (await window.showWarningMessage(message, { modal: true, detail }, action)) === action;

function logProblem(log: LogOutputChannel, cluster: Cluster | null): void {
  const problem = cluster?.inventory.problem ?? null;
  if (cluster !== null && problem !== null) log.warn(`${cluster.fullName}: ${problem.sentence}`);
}
