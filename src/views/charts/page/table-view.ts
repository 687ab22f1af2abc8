import { l10n } from "../../l10n.js";
import { formatValue } from "../format.js";
import type { Panels } from "../panels.js";
import type { ChartSpan } from "../subject.js";
import { element } from "./dom.js";
import { timeText } from "./times.js";

/** Rows of the table at once: more than that nobody reads, and a screen reader gets lost in. */
const rowsAtOnce = 60;

/** The values of all lines as a table, the newest first, some rows at a time. */
export class TableView {
  readonly root = element("section", { class: "values", "aria-labelledby": "values-heading" });
  readonly #newer = element("button", { type: "button", class: "action" });
  readonly #older = element("button", { type: "button", class: "action" });
  readonly #place = element("div", { class: "scroll", tabindex: 0, role: "group" });
  #input: { readonly panels: Panels; readonly span: ChartSpan; readonly hidden: ReadonlySet<string> } | null = null;
  /** Rows that are left out on top. */
  #skipped = 0;

  constructor() {
    const heading = element("h2", { id: "values-heading" }, l10n.t("Values"));
    this.#newer.textContent = l10n.t("Newer");
    this.#older.textContent = l10n.t("Older");
    this.#place.setAttribute("aria-label", l10n.t("Values"));
    this.#newer.addEventListener("click", () => this.#turn(-rowsAtOnce));
    this.#older.addEventListener("click", () => this.#turn(rowsAtOnce));
    this.root.append(heading, element("div", { class: "pages" }, this.#newer, this.#older), this.#place);
  }

  show(panels: Panels, span: ChartSpan, hidden: ReadonlySet<string>): void {
    this.#input = { panels, span, hidden };
    this.#draw();
  }

  #turn(by: number): void {
    this.#skipped = Math.max(0, this.#skipped + by);
    this.#draw();
  }

  #draw(): void {
    if (this.#input === null) return;
    const { panels, span, hidden } = this.#input;
    const { length } = panels.times;
    if (this.#skipped >= length) this.#skipped = 0;
    const until = Math.min(length, this.#skipped + rowsAtOnce);
    const columns = panels.panels
      .filter(({ nothing }) => nothing === null)
      .flatMap(({ title, unit, lines }) =>
        lines.filter(({ key }) => !hidden.has(key)).map((line) => ({ title: `${title}, ${line.name}`, unit, line })),
      );
    const rows = Array.from({ length: until - this.#skipped }, (_, row) => {
      const index = length - 1 - this.#skipped - row;
      return element(
        "tr",
        {},
        element("th", { scope: "row" }, timeText(panels.times[index] ?? 0, span)),
        ...columns.map(({ unit, line }) => element("td", {}, formatValue(line.values[index], unit))),
      );
    });
    this.#newer.disabled = this.#skipped === 0;
    this.#older.disabled = until >= length;
    this.#place.replaceChildren(
      element(
        "table",
        {},
        element(
          "caption",
          {},
          length === 0
            ? l10n.t("There are no values.")
            : l10n.t("Rows {0} to {1} of {2}, the newest first", this.#skipped + 1, until, length),
        ),
        element(
          "thead",
          {},
          element(
            "tr",
            {},
            element("th", { scope: "col" }, l10n.t("Time")),
            ...columns.map(({ title }) => element("th", { scope: "col" }, title)),
          ),
        ),
        element("tbody", {}, ...rows),
      ),
    );
  }
}
