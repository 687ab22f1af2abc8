import { l10n } from "../../l10n.js";
import { withTail, type ChartDocument, type ChartTail } from "../document.js";
import type { FromPage, PageState } from "../messages.js";
import { isEmpty, panelsOf, type Band, type Panels } from "../panels.js";
import { chartSpans, subjectKey, type ChartSpan, type ChartSubject } from "../subject.js";
import { ChangesView } from "./changes-view.js";
import { element, setChildren, setText } from "./dom.js";
import { PanelView } from "./panel-view.js";
import { pictureOf } from "./picture.js";
import { TableView } from "./table-view.js";
import { onThemeChange, readTheme } from "./theme.js";
import { timeText } from "./times.js";
import { Toolbar, type Option } from "./toolbar.js";

export interface ChartPageServices {
  readonly send: (message: FromPage) => void;
  readonly keep: (state: PageState) => void;
  /** What was kept before the page was hidden or the window was loaded again. */
  readonly kept: PageState | null;
}

/** The page: toolbar, what has to be said, a panel for each kind of figure, the changes, and the values as a table. */
export class ChartPage {
  readonly #services: ChartPageServices;
  readonly #title = element("h1");
  readonly #subtitle = element("p", { class: "subtitle" });
  readonly #notices = element("div", { class: "notices", role: "status" });
  readonly #notes = element("ul", { class: "notes" });
  readonly #panelsRoot = element("div", { class: "panels", id: "panels" });
  readonly #views = new Map<string, PanelView>();
  readonly #toolbar: Toolbar;
  readonly #changes: ChangesView;
  readonly #table = new TableView();
  #theme = readTheme();
  #subject: ChartSubject | null = null;
  #document: ChartDocument | null = null;
  #panels: Panels = { times: [], panels: [], bands: [] };
  /** The time the cursor is at; `null`: nowhere, the newest values are shown. */
  #time: number | null = null;
  #options: { limits: boolean; share: boolean; table: boolean } = { limits: true, share: false, table: false };
  #hidden: ReadonlySet<string> = new Set();

  constructor(root: HTMLElement, services: ChartPageServices) {
    this.#services = services;
    this.#toolbar = new Toolbar({
      span: (span) => this.#choose(span),
      option: (option, on) => this.#option(option, on),
      savePng: () => this.#savePng(),
      saveCsv: () => services.send({ type: "saveCsv" }),
    });
    this.#changes = new ChangesView((time) => this.#pointAt(time));
    root.replaceChildren(
      element("header", {}, this.#title, this.#subtitle),
      this.#toolbar.root,
      this.#notices,
      this.#notes,
      this.#panelsRoot,
      this.#changes.root,
      this.#table.root,
      element(
        "p",
        { class: "keys" },
        l10n.t(
          "Keys: 1 to 5 choose the span. In a picture ← and → go from point to point, with Shift ten at a time, ↑ and ↓ from line to line, Space hides a line, Esc goes back to now.",
        ),
      ),
    );
    addEventListener("keydown", (event) => this.#key(event));
    onThemeChange(() => {
      const theme = readTheme();
      if (JSON.stringify(theme) === JSON.stringify(this.#theme)) return;
      this.#theme = theme;
      this.#draw();
    });
  }

  /** Shows a document; the first one brings along how it was looked at last. */
  show(subject: ChartSubject, document: ChartDocument): void {
    if (this.#subject === null) this.#restore(subject, document);
    if (this.#document !== null && this.#document.span !== document.span) this.#time = null;
    this.#subject = subject;
    this.#document = document;
    this.#draw();
    this.#keep();
  }

  /** Goes on with what was seen since. */
  follow(tail: ChartTail): void {
    const document = this.#document === null ? null : withTail(this.#document, tail);
    if (document === null) return;
    this.#document = document;
    this.#draw();
  }

  #restore(subject: ChartSubject, document: ChartDocument): void {
    const { kept } = this.#services;
    if (kept === null || subjectKey(kept.subject) !== subjectKey(subject)) {
      // The limits of many are more lines than anybody can follow.
      this.#options = { ...this.#options, limits: document.things.length === 1 };
      return;
    }
    this.#options = { limits: kept.limits, share: kept.share, table: kept.table };
    this.#hidden = new Set(kept.hidden);
  }

  #keep(): void {
    if (this.#subject === null || this.#document === null) return;
    this.#services.keep({
      subject: this.#subject,
      span: this.#document.span,
      ...this.#options,
      hidden: [...this.#hidden],
    });
  }

  #draw(): void {
    const document = this.#document;
    if (document === null) return;
    const { title, subtitle, span, from, to, stepSeconds } = document;
    setText(this.#title, title);
    setText(this.#subtitle, subtitle);
    this.#toolbar.show(span, this.#options);
    this.#panels = panelsOf(document, this.#options);
    this.#showNotices(document);
    const { panels } = this.#panels;
    for (const panel of panels) {
      const view = this.#views.get(panel.key) ?? this.#newView(panel.key);
      view.show({ panel, panels: this.#panels, from, to, stepSeconds, span, hidden: this.#hidden, theme: this.#theme });
    }
    setChildren(
      this.#panelsRoot,
      panels.flatMap(({ key }) => this.#views.get(key)?.root ?? []),
    );
    this.#changes.show(
      document.marks.filter(({ time }) => time >= from && time <= to),
      span,
    );
    this.#table.root.hidden = !this.#options.table;
    if (this.#options.table) this.#table.show(this.#panels, span, this.#hidden);
    this.#showPoint();
  }

  #newView(key: string): PanelView {
    const view = new PanelView(key, {
      pointed: (index) => {
        this.#time = index === null ? null : (this.#panels.times[index] ?? null);
        this.#showPoint();
      },
      toggled: (line) => {
        const hidden = new Set(this.#hidden);
        if (!hidden.delete(line)) hidden.add(line);
        this.#hidden = hidden;
        this.#draw();
        this.#keep();
      },
    });
    this.#views.set(key, view);
    return view;
  }

  #showNotices({ notices, things, reading, span }: ChartDocument): void {
    const texts = JSON.stringify([notices, reading]);
    if (this.#notices.dataset["shown"] !== texts) {
      this.#notices.dataset["shown"] = texts;
      this.#notices.replaceChildren(
        ...(reading ? [element("p", { class: "reading" }, l10n.t("Reading what was recorded…"))] : []),
        ...notices.map(({ text, action }) => {
          const notice = element("p", { class: "notice" }, text);
          if (action !== null) {
            const button = element("button", { type: "button", class: "action" }, action.title);
            button.addEventListener("click", () => this.#services.send({ type: "act", action: action.run }));
            notice.append(" ", button);
          }
          return notice;
        }),
      );
    }
    const notes = things.flatMap((thing) => {
      const empty = !reading && isEmpty(thing) ? l10n.t("Nothing was recorded in this span.") : null;
      const words = [thing.note, thing.note === null && things.length > 1 ? empty : null].filter(
        (note) => note !== null,
      );
      return words.map((note) => (things.length > 1 ? `${thing.name}: ${note}` : note));
    });
    const stripes = stripesText(this.#panels.bands, span);
    if (stripes !== null && !reading) notes.push(stripes);
    const shown = notes.join("\n");
    if (this.#notes.dataset["shown"] !== shown) {
      this.#notes.dataset["shown"] = shown;
      this.#notes.replaceChildren(...notes.map((note) => element("li", {}, note)));
    }
    this.#notes.hidden = notes.length === 0;
  }

  #showPoint(): void {
    const { times } = this.#panels;
    const index = this.#time === null ? null : nearest(times, this.#time);
    for (const view of this.#views.values()) view.point(index);
    const time = index === null ? times.at(-1) : times[index];
    const span = this.#document?.span ?? "hour";
    this.#toolbar.showTime(
      time === undefined
        ? ""
        : index === null
          ? l10n.t("Newest values: {0}", timeText(time, span))
          : l10n.t("Values of {0}", timeText(time, span)),
    );
  }

  #pointAt(time: number): void {
    this.#time = time;
    this.#showPoint();
  }

  #choose(span: ChartSpan): void {
    if (span !== this.#document?.span) this.#services.send({ type: "span", span });
  }

  #option(option: Option, on: boolean): void {
    this.#options = { ...this.#options, [option]: on };
    this.#draw();
    this.#keep();
  }

  #savePng(): void {
    const document = this.#document;
    if (document === null) return;
    const panels = [...this.#views.values()].flatMap(({ panel, canvas, lines }) =>
      panel === null || canvas === null ? [] : [{ panel, canvas, lines }],
    );
    const heading = `${document.title} · ${document.subtitle} · ${timeText(document.from, "month")} – ${timeText(document.to, "month")}`;
    this.#services.send({ type: "savePng", png: pictureOf(heading, panels, this.#theme) });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const span = chartSpans[Number(event.key) - 1];
    if (span === undefined) return;
    event.preventDefault();
    this.#choose(span);
  }
}

/** Stretches of time without usage that are told in words: the last ones. */
const mostStretches = 3;

/** What the stripes mean, and when; `null`: there are none. */
function stripesText(bands: readonly Band[], span: ChartSpan): string | null {
  if (bands.length === 0) return null;
  const told = bands.slice(-mostStretches).map(({ from, to, condition }) => {
    const words = condition === "off" ? l10n.t("not running") : l10n.t("nothing recorded");
    return `${words} ${timeText(from, span)} – ${timeText(to, span)}`;
  });
  const more = bands.length - told.length;
  return l10n.t("Striped: {0}", [...(more > 0 ? [l10n.t("{0} earlier times", more)] : []), ...told].join("; "));
}

/** The place of the time that is next to this one. */
function nearest(times: readonly number[], time: number): number | null {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  const [before, at] = [times[low - 1], times[low]];
  if (at === undefined) return null;
  return before !== undefined && time - before < at - time ? low - 1 : low;
}
