import { ViewColumn, window, type WebviewPanel } from "vscode";
import { pageStateIn, subjectKey, type ChartSpan, type ChartSubject } from "../../views/index.js";
import { Owner } from "../base/lifetime.js";
import { timeOfDay } from "../clock.js";
import type { Clusters } from "../cluster/clusters.js";
import { chartViewType } from "../ids.js";
import type { ChartPanel, ChartPanelServices } from "./chart-panel.js";

/** All charts that are open: one for each thing, used again. */
export class Charts extends Owner {
  readonly #clusters: Clusters;
  readonly #services: ChartPanelServices;
  readonly #panels = new Map<string, ChartPanel>();
  /** Those that are being opened. */
  readonly #opening = new Map<string, Promise<ChartPanel>>();

  constructor(clusters: Clusters, services: ChartPanelServices) {
    super();
    this.#clusters = clusters;
    this.#services = services;
    this.own({
      dispose: () => {
        for (const panel of [...this.#panels.values()]) panel.dispose();
      },
    });
    this.own(
      window.registerWebviewPanelSerializer(chartViewType, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const kept = pageStateIn(state);
          // What an earlier version left, or a thing that has a chart already.
          if (kept === null || this.#panels.has(subjectKey(kept.subject))) panel.dispose();
          else await this.#adopt(kept.subject, kept.span, panel);
        },
      }),
    );
  }

  get all(): readonly ChartPanel[] {
    return [...this.#panels.values()];
  }

  /** Shows the chart of a thing, in the tab that it has already. */
  async open(subject: ChartSubject): Promise<ChartPanel> {
    const key = subjectKey(subject);
    const known = this.#panels.get(key) ?? (await this.#opening.get(key));
    if (known !== undefined) {
      known.reveal();
      return known;
    }
    return this.#adopt(subject, "hour", null);
  }

  async whenIdle(): Promise<void> {
    await Promise.all(this.all.map(({ source }) => source.whenIdle()));
  }

  #adopt(subject: ChartSubject, span: ChartSpan, restored: WebviewPanel | null): Promise<ChartPanel> {
    const key = subjectKey(subject);
    const opening = this.#make(key, subject, span, restored).finally(() => this.#opening.delete(key));
    this.#opening.set(key, opening);
    return opening;
  }

  async #make(key: string, subject: ChartSubject, span: ChartSpan, restored: WebviewPanel | null): Promise<ChartPanel> {
    // Loaded with the first chart: whoever opens none pays for none.
    const [{ ChartPanel }, { ChartSource }] = await Promise.all([
      import("./chart-panel.js"),
      import("./chart-source.js"),
    ]);
    const source = new ChartSource({ clusters: this.#clusters, subject, span, timeOfDay });
    const panel = restored ?? window.createWebviewPanel(chartViewType, source.document.title, ViewColumn.Active, {});
    const chart = new ChartPanel(panel, source, this.#services);
    chart.own({ dispose: () => void this.#panels.delete(key) });
    if (this.disposed) chart.dispose();
    else this.#panels.set(key, chart);
    return chart;
  }
}
