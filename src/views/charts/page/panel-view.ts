import { l10n } from "../../l10n.js";
import type { ChartMark } from "../document.js";
import { formatValue, unknownValue } from "../format.js";
import type { Line, Panel, Panels } from "../panels.js";
import { statisticsOf } from "../statistics.js";
import type { ChartSpan } from "../subject.js";
import { drawing, element, setChildren, setText } from "./dom.js";
import { lineLook, Plot } from "./plot.js";
import type { Theme } from "./theme.js";
import { timeText } from "./times.js";

/** What a panel shows at present. */
export interface PanelInput {
  readonly panel: Panel;
  readonly panels: Panels;
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
  readonly span: ChartSpan;
  readonly hidden: ReadonlySet<string>;
  readonly theme: Theme;
}

export interface PanelEvents {
  /** The cursor is on a point; `null`: nowhere. */
  readonly pointed: (index: number | null) => void;
  /** A line is shown or hidden. */
  readonly toggled: (key: string) => void;
}

/** Points that a key with Shift goes at once. */
const stride = 10;

/** A panel of the page: heading, numbers, a button for each line, and the picture. */
export class PanelView {
  readonly root: HTMLElement;
  readonly #heading = element("h2");
  readonly #summary = element("p", { class: "summary" });
  readonly #legend = element("ul", { class: "legend" });
  readonly #nothing = element("p", { class: "nothing" });
  readonly #surface = element("div", {
    class: "surface",
    tabindex: 0,
    role: "slider",
    "aria-orientation": "horizontal",
  });
  readonly #plot: Plot;
  readonly #events: PanelEvents;
  readonly #buttons = new Map<string, { readonly item: HTMLLIElement; readonly button: HTMLButtonElement }>();
  #input: PanelInput | null = null;
  #index: number | null = null;
  /** The line that a key has brought to the front. */
  #front: string | null = null;

  constructor(key: string, events: PanelEvents) {
    this.#events = events;
    this.#heading.id = `panel-${key}`;
    this.root = element(
      "section",
      { class: "panel", "aria-labelledby": this.#heading.id, "data-panel": key },
      element("div", { class: "head" }, this.#heading, this.#summary),
      this.#legend,
      this.#nothing,
      this.#surface,
    );
    this.#plot = new Plot(this.#surface, events.pointed);
    this.#surface.addEventListener("keydown", (event) => this.#key(event));
    this.#surface.addEventListener("blur", () => this.#bringForward(null));
  }

  get canvas(): HTMLCanvasElement | null {
    return this.#plot.canvas;
  }

  get panel(): Panel | null {
    return this.#input?.panel ?? null;
  }

  /** The lines that are shown. */
  get lines(): readonly Line[] {
    const { panel, hidden } = this.#input ?? {};
    return panel?.lines.filter(({ key }) => hidden?.has(key) !== true) ?? [];
  }

  show(input: PanelInput): void {
    this.#input = input;
    const { panel, panels, from, to, theme } = input;
    setText(this.#heading, panel.title);
    const nothing = panel.nothing !== null;
    this.#nothing.hidden = !nothing;
    this.#surface.hidden = nothing;
    this.#legend.hidden = nothing;
    setText(this.#nothing, panel.nothing ?? "");
    this.root.classList.toggle("empty", nothing);
    this.#surface.setAttribute("aria-label", l10n.t("{0}: point in time", panel.title));
    this.#surface.setAttribute("aria-valuemin", "0");
    this.#surface.setAttribute("aria-valuemax", String(Math.max(0, panels.times.length - 1)));
    if (nothing) this.#plot.clear();
    else {
      this.#plot.draw({
        times: panels.times,
        from,
        to,
        bands: panels.bands,
        lines: this.lines,
        marks: panel.marks,
        unit: panel.unit,
        theme,
      });
    }
    this.#summarize();
    this.#showLegend();
    this.point(this.#index);
  }

  /** Shows what was at a point; `null`: what is now. */
  point(index: number | null): void {
    const input = this.#input;
    this.#index = index;
    if (input === null) return;
    this.#plot.point(index);
    const { panel, panels } = input;
    const last = panels.times.length - 1;
    for (const line of panel.lines) {
      const value = formatValue(valueAt(line, index ?? last), panel.unit);
      const button = this.#buttons.get(line.key)?.button;
      const shown = button?.querySelector(".value");
      if (shown !== null && shown !== undefined) setText(shown, value);
    }
    this.#surface.setAttribute("aria-valuenow", String(Math.max(0, index ?? last)));
    this.#surface.setAttribute("aria-valuetext", this.#spoken(index ?? last));
  }

  dispose(): void {
    this.#plot.dispose();
  }

  /** What a screen reader says of a point: the time, then each line, the one in front first. */
  #spoken(index: number): string {
    const input = this.#input;
    const time = input?.panels.times[index];
    if (input === null || time === undefined) return unknownValue;
    const { panel, panels, span } = input;
    const ordered = [...this.lines].sort((a, b) => Number(b.key === this.#front) - Number(a.key === this.#front));
    const values = ordered.map((line) => `${line.name} ${formatValue(valueAt(line, index), panel.unit)}`);
    const marks = marksAt(panel.marks, panels.times, index).map(({ name, change }) => `${name} ${change}`);
    const band = panels.bands.find(({ from, to }) => time > from && time <= to);
    const state =
      band === undefined ? [] : [band.condition === "off" ? l10n.t("not running") : l10n.t("nothing recorded")];
    return [timeText(time, span), ...state, ...values, ...marks].join(", ");
  }

  #summarize(): void {
    const input = this.#input;
    const only = this.lines.filter(({ kind }) => kind === "usage");
    const [line] = only;
    if (input === null || only.length !== 1 || line === undefined || input.panel.nothing !== null) {
      setText(this.#summary, "");
      return;
    }
    const { panel, panels, stepSeconds, span } = input;
    const statistics = statisticsOf(panels.times, line.values, stepSeconds);
    setText(
      this.#summary,
      statistics === null
        ? ""
        : l10n.t(
            "average {0}, highest {1} at {2}",
            formatValue(statistics.average, panel.unit),
            formatValue(statistics.highest, panel.unit),
            timeText(statistics.highestAt, span === "hour" ? "day" : span),
          ),
    );
  }

  #showLegend(): void {
    const input = this.#input;
    if (input === null) return;
    const { panel, hidden, theme } = input;
    const count = panel.lines.filter(({ kind }) => kind === "usage").length;
    const items = panel.lines.map((line) => {
      const known = this.#buttons.get(line.key) ?? this.#newButton(line);
      const { stroke, dash } = lineLook(line, theme, count);
      const shown = !hidden.has(line.key);
      known.button.setAttribute("aria-pressed", String(shown));
      const name = known.button.querySelector(".name");
      if (name !== null) setText(name, line.name);
      const swatch = known.button.querySelector("line");
      swatch?.setAttribute("stroke", stroke);
      swatch?.setAttribute("stroke-dasharray", dash.join(" "));
      return known.item;
    });
    const keys = new Set(panel.lines.map(({ key }) => key));
    for (const key of this.#buttons.keys()) if (!keys.has(key)) this.#buttons.delete(key);
    setChildren(this.#legend, items);
  }

  #newButton(line: Line): { readonly item: HTMLLIElement; readonly button: HTMLButtonElement } {
    const swatch = drawing(
      "svg",
      { width: 22, height: 8, "aria-hidden": "true" },
      drawing("line", { x1: 0, y1: 4, x2: 22, y2: 4, "stroke-width": 2 }),
    );
    const button = element(
      "button",
      { type: "button", class: "line", title: l10n.t("Show or hide this line") },
      swatch,
      element("span", { class: "name" }, line.name),
      element("span", { class: "value" }),
    );
    button.addEventListener("click", () => this.#events.toggled(line.key));
    button.addEventListener("mouseenter", () => this.#plot.emphasize(line.kind === "usage" ? line.key : null));
    button.addEventListener("mouseleave", () => this.#plot.emphasize(this.#front));
    const made = { item: element("li", {}, button), button };
    this.#buttons.set(line.key, made);
    return made;
  }

  #key(event: KeyboardEvent): void {
    const count = this.#input?.panels.times.length ?? 0;
    if (count === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const at = this.#index ?? count - 1;
    const step = event.shiftKey ? stride : 1;
    const to = {
      ArrowLeft: at - step,
      ArrowRight: at + step,
      PageDown: at - stride,
      PageUp: at + stride,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to !== undefined) this.#events.pointed(Math.min(count - 1, Math.max(0, to)));
    else if (event.key === "Escape") this.#events.pointed(null);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#nextLine(event.key === "ArrowDown" ? 1 : -1);
    else if ((event.key === " " || event.key === "Enter") && this.#front !== null) this.#events.toggled(this.#front);
    else return;
    event.preventDefault();
  }

  #nextLine(step: 1 | -1): void {
    const keys = this.lines.map(({ key }) => key);
    const at = this.#front === null ? (step === 1 ? -1 : 0) : keys.indexOf(this.#front);
    this.#bringForward(keys[(at + step + keys.length) % keys.length] ?? null);
    this.point(this.#index);
  }

  #bringForward(key: string | null): void {
    this.#front = key;
    this.#plot.emphasize(key);
    for (const [of, { button }] of this.#buttons) button.classList.toggle("front", of === key);
  }
}

/** A line's value at a point; where that time is another's, its own last one before. */
export function valueAt({ values }: Line, index: number): number | null {
  for (let at = index; at >= 0 && at > index - 16; at -= 1) {
    const value = values[at];
    if (value !== undefined) return value;
  }
  return null;
}

/** The marks that lie between a point and the one before it. */
function marksAt(marks: readonly ChartMark[], times: readonly number[], index: number): readonly ChartMark[] {
  const [before, time] = [times[index - 1] ?? -Infinity, times[index] ?? Infinity];
  return marks.filter((mark) => mark.time > before && mark.time <= time);
}
