import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { env, l10n, Uri, ViewColumn, window, workspace, type WebviewPanel } from "vscode";
import { csvOf, messageFromPage, tailOf, type FromPage, type NoticeAction, type ToPage } from "../../views/index.js";
import { Owner } from "../base/lifetime.js";
import type { ChartSource } from "./chart-source.js";
import { pageHtml } from "./page-html.js";

export interface ChartPanelServices {
  /** The folder with the page's script and style sheet. */
  readonly pages: Uri;
  /** Of the tab. */
  readonly icon: { readonly light: Uri; readonly dark: Uri };
  readonly warn: (words: string) => void;
  /** Tells a person of a failure. */
  readonly fail: (error: unknown) => void;
  /** Runs the command behind a button of a notice. */
  readonly run: (action: Exclude<NoticeAction, "retry">) => Promise<void>;
}

/**
 * A chart's tab. It owns what feeds it, and both end with the tab. Where the extension ends first the tab stays: that is how
 * a window is loaded again, and VS Code gives it back then.
 */
export class ChartPanel extends Owner {
  readonly source: ChartSource;
  readonly #panel: WebviewPanel;
  readonly #services: ChartPanelServices;
  /** The page is there and can be told something. */
  #ready = false;

  constructor(panel: WebviewPanel, source: ChartSource, services: ChartPanelServices) {
    super();
    this.#panel = panel;
    this.#services = services;
    this.source = this.own(source);
    const { webview } = panel;
    panel.iconPath = services.icon;
    webview.options = { enableScripts: true, localResourceRoots: [services.pages] };
    const address = (file: string): string => webview.asWebviewUri(Uri.joinPath(services.pages, file)).toString();
    this.own(webview.onDidReceiveMessage((message: unknown) => this.#receive(message)));
    this.own(panel.onDidChangeViewState(() => this.#watch()));
    this.own(panel.onDidDispose(() => this.dispose()));
    this.own(source.onDidChange((change) => this.#tell(change)));
    webview.html = pageHtml({
      source: webview.cspSource,
      script: address("chart.js"),
      style: address("chart.css"),
      nonce: randomBytes(18).toString("base64url"),
      language: env.language,
    });
    this.#showTitle();
    this.#watch();
  }

  get title(): string {
    return this.#panel.title;
  }

  get visible(): boolean {
    return this.#panel.visible;
  }

  /** True once the page has said that it runs. */
  get ready(): boolean {
    return this.#ready;
  }

  reveal(): void {
    this.#panel.reveal(this.#panel.viewColumn ?? ViewColumn.Active);
  }

  /** Nothing is read for a tab that nobody sees. */
  #watch(): void {
    if (this.#panel.visible) this.source.show();
    else {
      this.source.hide();
      // VS Code lets the page go meanwhile; the next one says again that it is there.
      this.#ready = false;
    }
  }

  #tell(change: "all" | "tail"): void {
    this.#showTitle();
    if (!this.#ready || !this.#panel.visible) return;
    const { document, subject } = this.source;
    this.#post(
      change === "tail"
        ? { type: "tail", tail: tailOf(document) }
        : { type: "show", subject, document, texts: textsOf(l10n.bundle) },
    );
  }

  #post(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }

  #showTitle(): void {
    const title = l10n.t("Chart: {0}", this.source.document.title);
    if (this.#panel.title !== title) this.#panel.title = title;
  }

  #receive(message: unknown): void {
    const known = messageFromPage(message);
    if (known === null) {
      this.#services.warn("A chart's page sent a message that is not known here; it was passed over.");
      return;
    }
    this.#obey(known).catch((error: unknown) => this.#services.fail(error));
  }

  async #obey(message: FromPage): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#tell("all");
        return;
      case "span":
        this.source.choose(message.span);
        return;
      case "act":
        if (message.action === "retry") await this.source.refresh();
        else await this.#services.run(message.action);
        return;
      case "saveCsv":
        await this.#save("csv", new TextEncoder().encode(csvOf(this.source.document)));
        return;
      case "savePng":
        await this.#save("png", Buffer.from(message.png, "base64"));
        return;
      case "fault":
        this.#services.warn(`A chart's page: ${message.text}`);
        return;
    }
  }

  async #save(ending: "csv" | "png", bytes: Uint8Array): Promise<void> {
    const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file(homedir());
    const { title, span } = this.source.document;
    const name = `${title.replaceAll(/[^\p{L}\p{N}.-]+/gu, "-").replaceAll(/^-|-$/gu, "")}-${span}.${ending}`;
    const target = await window.showSaveDialog({
      defaultUri: Uri.joinPath(folder, name),
      filters: ending === "csv" ? { CSV: ["csv"] } : { PNG: ["png"] },
      title: l10n.t("Save chart"),
    });
    if (target === undefined) return;
    await workspace.fs.writeFile(target, bytes);
    window.setStatusBarMessage(l10n.t("Saved {0}", target.path.split("/").at(-1) ?? ""), 5000);
  }
}

/** In the language of the editor. Texts with comments for translators have a key of their own form: those are not ours. */
function textsOf(bundle: typeof l10n.bundle): Readonly<Record<string, string>> {
  return { ...bundle };
}
