import { l10n, workspace, type LogOutputChannel, type TextDocument, type Uri } from "vscode";
import type { ContainerRef, Inventory, Plan } from "../../model/index.js";
import { Owner } from "../base/lifetime.js";
import { sentenceOf } from "../base/problem.js";
import type { Cluster } from "../cluster/cluster.js";
import type { Clusters } from "../cluster/clusters.js";
import { languageId } from "../ids.js";
import { runCommand, tell } from "../notify.js";
import type { PlanModel } from "../scaling/plan-model.js";
import type { KeptSecrets } from "../secrets/kept-secrets.js";
import type { Language } from "./language-client.js";
import { fileNames, isNamedAsOurs } from "./names.js";
import { OlderFiles } from "./older-files.js";
import { YamlServer } from "./yaml-server.js";

/** Milliseconds after which files that are not open are looked for: a window that opens has other things to do. */
const settling = 3000;

/** Starts the language server where there is an autoscaler file, open or not, and keeps it told of what there is. */
export class LanguageService extends Owner {
  #language: Promise<Language> | null = null;
  #sent: Promise<void> = Promise.resolve();
  /** What the server was told last: with thousands of containers it is not told the same twice. */
  #last: Inventory | null = null;
  /** The plan that the server was told, and of which file. */
  #planned: { readonly uri: string; readonly plan: Plan } | null = null;
  readonly #yamlServer = this.own(new YamlServer());

  constructor(
    private readonly serverModule: Uri,
    private readonly findings: Uri,
    private readonly clusters: Clusters,
    private readonly plans: PlanModel,
    private readonly keptSecrets: KeptSecrets,
    private readonly log: LogOutputChannel,
  ) {
    super();
    this.own(keptSecrets.onDidChange(() => this.#tell(({ showAgain }) => showAgain())));
    this.own(workspace.onDidOpenTextDocument((document) => this.#startFor(document)));
    this.own(clusters.onDidChange(() => this.#send()));
    this.own(plans.onDidChange(() => this.#sendPlan()));
    this.own(
      this.#yamlServer.onDidChange(() => this.#tell(({ sendYamlServer }) => sendYamlServer(this.#yamlServer.present))),
    );
    this.own(new OlderFiles(findings));
    for (const document of workspace.textDocuments) this.#startFor(document);
    // What is wrong with files that nobody has opened is told too, when the window has settled.
    const timer = setTimeout(() => void this.#startForWorkspace(), settling);
    this.own({ dispose: () => clearTimeout(timer) });
    this.own(workspace.onDidGrantWorkspaceTrust(() => void this.#startForWorkspace()));
  }

  /** Settles when the server, if one is wanted, runs and knows what there is. */
  async whenIdle(): Promise<void> {
    await this.#language?.catch(() => undefined);
    await this.#sent;
  }

  /** Starts the server again, whether it runs or not: after it has died, or to begin anew. Rejects where it can't be. */
  async restart(): Promise<void> {
    if (this.#language === null) this.#start();
    else await (await this.#language).restart();
    await this.whenIdle();
  }

  /** The id of the server's process; `null` where none runs. */
  async pid(): Promise<number | null> {
    const language = await this.#language?.catch(() => null);
    return language?.pid() ?? null;
  }

  /** Ends the server, politely. */
  async stop(): Promise<void> {
    const language = this.#language;
    this.#language = null;
    this.dispose();
    if (language !== null) await (await language).stop();
  }

  async #startForWorkspace(): Promise<void> {
    if (this.#language !== null || !workspace.isTrusted) return;
    const found = await workspace.findFiles(fileNames, "**/node_modules/**", 1);
    if (found.length > 0) this.#startOnce();
  }

  #startFor({ languageId: language, uri }: TextDocument): void {
    if (language !== languageId && !isNamedAsOurs(uri.path)) return;
    this.#startOnce();
  }

  #startOnce(): void {
    if (this.#language === null) this.#start();
  }

  #start(): void {
    if (this.disposed) return;
    const starting = import("./language-client.js").then(({ startLanguage }) =>
      startLanguage(this.serverModule, this.findings, this.log, {
        onRunning: () => this.#sendAll(),
        // Values stay in this process: the server is told neither them nor their names.
        isKept: (variable) => workspace.isTrusted && this.keptSecrets.names.includes(variable),
        snapshotsOf: (container) => this.#snapshotsOf(container),
      }),
    );
    this.#language = starting;
    starting.catch((error: unknown) => {
      this.log.error(`The language server could not be started: ${sentenceOf(error)}`);
      tell(
        "error",
        l10n.t("Autoscaler files are not checked: the language server could not be started. {0}", sentenceOf(error)),
        {
          title: l10n.t("Show log"),
          run: () => runCommand("lxcAutoscaler.showLog"),
        },
      );
    });
  }

  /** Everything that a server that has just been started does not know. */
  #sendAll(): void {
    this.#last = null;
    this.#planned = null;
    if (this.#yamlServer.present) this.#tell(({ sendYamlServer }) => sendYamlServer(true));
    this.#send();
    this.#sendPlan();
  }

  /** The first cluster whose inventory is known: a file is written for one cluster. */
  get #known(): Cluster | undefined {
    return this.clusters.all.find((cluster) => cluster.inventory.inventory !== null);
  }

  async #snapshotsOf(container: ContainerRef): Promise<readonly string[]> {
    const gateway = await this.#known?.gateway();
    const found = await gateway?.snapshots?.list(container);
    return (found?.snapshots ?? []).map(({ name }) => name).toReversed();
  }

  #send(): void {
    if (this.#language === null) return;
    const known = this.#known;
    const inventory = known?.inventory.inventory ?? null;
    if (inventory === this.#last) return;
    this.#last = inventory;
    this.#tell(({ send }) => send(inventory));
  }

  /** What the Scaling view shows of a file stands above its policies too: of a preview what it would be as it is typed. */
  #sendPlan(): void {
    if (this.#language === null) return;
    const { state } = this.plans;
    // While the next one is being made the last one stays.
    if (state.kind === "running") return;
    const before = this.#planned;
    const ready = state.kind === "ready" ? { uri: state.source.uri, plan: (state.preview ?? state).plan } : null;
    if (ready?.plan === before?.plan && ready?.uri === before?.uri) return;
    this.#planned = ready;
    if (before !== null && before.uri !== ready?.uri) this.#tell(({ sendPlan }) => sendPlan(before.uri, null));
    if (ready === null) return;
    const decisions = ready.plan.decisions.map(({ vmid, action, from, reasons }) => ({
      vmid,
      action,
      from,
      rules: reasons.map(({ rule }) => rule),
    }));
    this.#tell(({ sendPlan }) => sendPlan(ready.uri, decisions));
  }

  /** One after the other, in the order in which it came about. */
  #tell(what: (language: Language) => Promise<void>): void {
    const language = this.#language;
    if (language === null) return;
    this.#sent = this.#sent
      .then(async () => what(await language))
      .catch((error: unknown) => this.log.debug(`The language server was not told: ${sentenceOf(error)}`));
  }
}
