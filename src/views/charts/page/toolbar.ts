import { l10n } from "../../l10n.js";
import { chartSpans, type ChartSpan } from "../subject.js";
import { element, setText } from "./dom.js";

export type Option = "limits" | "share" | "table";

export interface ToolbarEvents {
  readonly span: (span: ChartSpan) => void;
  readonly option: (option: Option, on: boolean) => void;
  readonly savePng: () => void;
  readonly saveCsv: () => void;
}

/** What is above the pictures: the span, what to show, what to save. */
export class Toolbar {
  readonly root: HTMLElement;
  readonly #spans = new Map<ChartSpan, HTMLInputElement>();
  readonly #options = new Map<Option, HTMLInputElement>();
  readonly #time = element("output", { class: "time", for: "panels" });

  constructor(events: ToolbarEvents) {
    const spans = element("fieldset", { class: "spans" }, element("legend", {}, l10n.t("Span")));
    for (const span of chartSpans) {
      const input = element("input", { type: "radio", name: "span", value: span, id: `span-${span}` });
      input.addEventListener("change", () => events.span(span));
      this.#spans.set(span, input);
      spans.append(input, element("label", { for: input.id }, spanName(span)));
    }
    const options = element("div", { class: "options" });
    for (const [option, name] of [
      ["limits", l10n.t("Limits")],
      ["share", l10n.t("Share of the limit")],
      ["table", l10n.t("Values as a table")],
    ] as const) {
      const input = element("input", { type: "checkbox", id: `option-${option}` });
      input.addEventListener("change", () => events.option(option, input.checked));
      this.#options.set(option, input);
      options.append(element("label", {}, input, name));
    }
    const png = element("button", { type: "button", class: "action", id: "save-png" }, l10n.t("Save as PNG…"));
    png.addEventListener("click", events.savePng);
    const csv = element("button", { type: "button", class: "action", id: "save-csv" }, l10n.t("Save as CSV…"));
    csv.addEventListener("click", events.saveCsv);
    this.root = element(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": l10n.t("Chart") },
      spans,
      options,
      element("div", { class: "actions" }, png, csv),
      this.#time,
    );
  }

  show(span: ChartSpan, options: Readonly<Record<Option, boolean>>): void {
    for (const [of, input] of this.#spans) input.checked = of === span;
    for (const [of, input] of this.#options) input.checked = options[of];
  }

  /** The time that the values beside the lines are of. */
  showTime(text: string): void {
    setText(this.#time, text);
  }
}

export function spanName(span: ChartSpan): string {
  return {
    hour: l10n.t("Hour"),
    day: l10n.t("Day"),
    week: l10n.t("Week"),
    month: l10n.t("Month"),
    year: l10n.t("Year"),
  }[span];
}
