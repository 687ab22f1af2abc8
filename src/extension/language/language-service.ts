import { l10n, workspace, type LogOutputChannel, type Uri } from "vscode";
import type { Inventory } from "../../model/index.js";
import { Owner } from "../base/lifetime.js";
import { sentenceOf } from "../base/problem.js";
import type { Clusters } from "../cluster/clusters.js";
import { languageId } from "../ids.js";
import { runCommand, tell } from "../notify.js";
import type { Language } from "./language-client.js";

/** Starts the language server with the first autoscaler file that opens, and keeps it told of what there is. */
export class LanguageService extends Owner {
  #language: Promise<Language> | null = null;
  #sent: Promise<void> = Promise.resolve();
  /** What the server was told last: with thousands of containers it is not told the same twice. */
  #last: Inventory | null = null;

  constructor(
    private readonly serverModule: Uri,
    private readonly findings: Uri,
    private readonly clusters: Clusters,
    private readonly log: LogOutputChannel,
  ) {
    super();
    this.own(workspace.onDidOpenTextDocument(({ languageId: language }) => this.#startFor(language)));
    this.own(clusters.onDidChange(() => this.#send()));
    for (const { languageId: language } of workspace.textDocuments) this.#startFor(language);
  }

  /** Settles when the server, if one is wanted, runs and knows what there is. */
  async whenIdle(): Promise<void> {
    await this.#language?.catch(() => undefined);
    await this.#sent;
  }

  /** Ends the server, politely. */
  async stop(): Promise<void> {
    const language = this.#language;
    this.#language = null;
    this.dispose();
    if (language !== null) await (await language).stop();
  }

  #startFor(language: string): void {
    if (language !== languageId || this.#language !== null || this.disposed) return;
    const starting = import("./language-client.js").then(({ startLanguage }) =>
      startLanguage(this.serverModule, this.findings, this.log),
    );
    this.#language = starting;
    starting.then(
      () => this.#send(),
      (error: unknown) => {
        this.log.error(`The language server could not be started: ${sentenceOf(error)}`);
        tell(
          "error",
          l10n.t("Autoscaler files are not checked: the language server could not be started. {0}", sentenceOf(error)),
          {
            title: l10n.t("Show log"),
            run: () => runCommand("lxcAutoscaler.showLog"),
          },
        );
      },
    );
  }

  /** The inventory of the first cluster that has one: a file is written for one cluster. */
  #send(): void {
    const language = this.#language;
    if (language === null) return;
    const known = this.clusters.all.find((cluster) => cluster.inventory.inventory !== null);
    const inventory = known?.inventory.inventory ?? null;
    if (inventory === this.#last) return;
    this.#last = inventory;
    this.#sent = this.#sent
      .then(async () => (await language).send(inventory))
      .catch((error: unknown) => this.log.debug(`The language server was not told: ${sentenceOf(error)}`));
  }
}
