import { l10n } from "../../l10n.js";
import type { ChartMark } from "../document.js";
import type { ChartSpan } from "../subject.js";
import { element } from "./dom.js";
import { timeText } from "./times.js";

/** What the autoscaler changed in the time that is shown, each with its reasons; a click goes there. */
export class ChangesView {
  readonly root = element("section", { class: "changes", "aria-labelledby": "changes-heading" });
  readonly #list = element("ol");
  readonly #pointAt: (time: number) => void;
  #shown = "";

  constructor(pointAt: (time: number) => void) {
    this.#pointAt = pointAt;
    this.root.append(
      element("h2", { id: "changes-heading" }, l10n.t("What the autoscaler changed, the newest first")),
      this.#list,
    );
  }

  show(marks: readonly ChartMark[], span: ChartSpan): void {
    this.root.hidden = marks.length === 0;
    const shown = JSON.stringify([marks, span]);
    // Drawn again it would close what somebody has opened.
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#list.replaceChildren(
      ...marks.toReversed().map((mark) => {
        const { time, name, change, direction, reasons, run } = mark;
        const sign = direction === "up" ? "▲" : "▼";
        const summary = element("summary", {}, `${timeText(time, span)}  ${sign} ${name} ${change}`);
        const details = element(
          "details",
          {},
          summary,
          element(
            "ul",
            {},
            ...reasons.map((reason) => element("li", {}, reason)),
            element("li", {}, l10n.t("Run {0}", run)),
          ),
        );
        details.addEventListener("toggle", () => {
          if (details.open) this.#pointAt(time);
        });
        return element("li", {}, details);
      }),
    );
  }
}
