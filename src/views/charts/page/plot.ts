import uPlot from "uplot";
import { l10n } from "../../l10n.js";
import type { ChartMark } from "../document.js";
import { formatTick, tickSteps, type PanelUnit } from "../format.js";
import type { Band, Line } from "../panels.js";
import { hueCount, type Theme } from "./theme.js";
import { axisTexts } from "./times.js";

/** What a plot draws beside its panel. */
export interface PlotData {
  readonly times: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly bands: readonly Band[];
  /** Those that are shown. */
  readonly lines: readonly Line[];
  readonly marks: readonly ChartMark[];
  readonly unit: PanelUnit;
  readonly theme: Theme;
}

const height = 156;
const axisWidth = 78;
/** An axis up to less than that would show noise. */
const leastTop: Readonly<Record<PanelUnit, number>> = {
  cores: 0.1,
  bytes: 1024 * 1024,
  bytesPerSecond: 1024,
  fraction: 0.01,
};

/** How a line is drawn: colours repeat after six, then the dashes differ. A limit is dotted. */
export function lineLook(
  { kind, hue }: Line,
  theme: Theme,
  count: number,
): { readonly stroke: string; readonly dash: readonly number[] } {
  const stroke = hue < 0 ? theme.muted : (theme.hues[hue % hueCount] ?? theme.foreground);
  if (kind === "limit") return { stroke, dash: [2, 4] };
  // Few lines differ in their dashes too, for those who can't tell their colours.
  const pattern = count <= 3 ? hue : Math.floor(hue / hueCount);
  return { stroke, dash: [[], [9, 4], [4, 3]][pattern] ?? [] };
}

/** One picture: lines, bands of time without usage, and marks. */
export class Plot {
  readonly root: HTMLElement;
  readonly #onPoint: (index: number | null) => void;
  readonly #resize: ResizeObserver;
  #plot: uPlot | null = null;
  #data: PlotData | null = null;
  #structure = "";

  constructor(root: HTMLElement, onPoint: (index: number | null) => void) {
    this.root = root;
    this.#onPoint = onPoint;
    this.#resize = new ResizeObserver(() => this.#fit());
    this.#resize.observe(root);
  }

  get canvas(): HTMLCanvasElement | null {
    return this.#plot?.ctx.canvas ?? null;
  }

  draw(data: PlotData): void {
    this.#data = data;
    const structure = JSON.stringify([data.lines.map(({ key }) => key), data.unit, data.theme]);
    const columns = [data.times, ...data.lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;
    if (this.#plot !== null && structure === this.#structure) {
      this.#plot.setData(columns);
      return;
    }
    this.#structure = structure;
    this.#plot?.destroy();
    const plot = new uPlot(this.#options(data), columns, this.root);
    this.#plot = plot;
    // Not uPlot's own events: those come too where only the data has moved on below the cursor.
    const point = ({ offsetX }: PointerEvent): void => this.#onPoint(plot.posToIdx(offsetX));
    plot.over.addEventListener("pointerdown", point);
    plot.over.addEventListener("pointermove", point);
    plot.over.addEventListener("pointerleave", () => this.#onPoint(null));
  }

  /** Nothing is drawn any more. */
  clear(): void {
    this.#plot?.destroy();
    this.#plot = null;
    this.#structure = "";
  }

  /** Puts the cursor on a point; `null`: away. */
  point(index: number | null): void {
    const plot = this.#plot;
    const time = index === null ? undefined : this.#data?.times[index];
    if (plot === null) return;
    plot.setCursor(
      time === undefined
        ? { left: -10, top: -10 }
        : { left: plot.valToPos(time, "x"), top: plot.over.clientHeight / 2 },
    );
  }

  /** Dims all lines but one; `null`: none. */
  emphasize(key: string | null): void {
    const index = key === null ? -1 : (this.#data?.lines.findIndex((line) => line.key === key) ?? -1);
    this.#plot?.setSeries(index < 0 ? null : index + 1, { focus: index >= 0 });
  }

  dispose(): void {
    this.#resize.disconnect();
    this.clear();
  }

  #fit(): void {
    const width = this.root.clientWidth;
    if (this.#plot !== null && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  #options({ lines, unit, theme }: PlotData): uPlot.Options {
    const axis = {
      stroke: theme.muted,
      font: theme.font,
      grid: { stroke: theme.grid, width: 1 },
      ticks: { stroke: theme.grid, width: 1, size: 5 },
    };
    return {
      width: Math.max(120, this.root.clientWidth),
      height,
      ms: 1,
      padding: [14, 16, 0, 0],
      legend: { show: false },
      focus: { alpha: 0.25 },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, width: 2 } },
      scales: {
        x: { time: true, range: () => [this.#data?.from ?? 0, this.#data?.to ?? 1] },
        y: { range: (_, __, most) => [0, Math.max(leastTop[unit], most * 1.08)] },
      },
      axes: [
        { ...axis, size: 32, space: 70, values: (_, times) => axisTexts(times) },
        {
          ...axis,
          size: axisWidth,
          space: 34,
          incrs: tickSteps(unit),
          values: (_, values) => values.map((value) => formatTick(value, unit)),
        },
      ],
      series: [
        {},
        ...lines.map((line): uPlot.Series => {
          const { stroke, dash } = lineLook(line, theme, lines.filter(({ kind }) => kind === "usage").length);
          const limit = line.kind === "limit";
          return {
            stroke,
            dash: [...dash],
            width: theme.lineWidth,
            ...(limit && uPlot.paths.stepped !== undefined ? { paths: uPlot.paths.stepped({ align: -1 }) } : {}),
            points: { show: limit ? false : isLonely },
          };
        }),
      ],
      hooks: {
        drawAxes: [(plot) => this.#drawBands(plot)],
        draw: [(plot) => this.#drawMarks(plot)],
      },
    };
  }

  /** Stripes where nothing ran, and sparser ones where nobody knows. */
  #drawBands(plot: uPlot): void {
    const data = this.#data;
    if (data === null) return;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { from, to, condition } of data.bands) {
      const left = plot.valToPos(from, "x", true);
      const right = plot.valToPos(to, "x", true);
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, bbox.top, right - left, bbox.height);
      ctx.clip();
      ctx.strokeStyle = data.theme.band;
      ctx.lineWidth = devicePixelRatio;
      const distance = (condition === "off" ? 7 : 16) * devicePixelRatio;
      // From a fixed place, so that the stripes of neighbours meet.
      const first = Math.floor((left - bbox.height) / distance) * distance;
      for (let at = first; at < right; at += distance) {
        ctx.beginPath();
        ctx.moveTo(at, bbox.top + bbox.height);
        ctx.lineTo(at + bbox.height, bbox.top);
        ctx.stroke();
      }
      ctx.restore();
      this.#label(plot, left, right, condition === "off" ? l10n.t("not running") : l10n.t("nothing recorded"));
    }
    ctx.restore();
  }

  #label({ ctx, bbox }: uPlot, left: number, right: number, text: string): void {
    const data = this.#data;
    if (data === null) return;
    ctx.font = scaledFont(data.theme.font);
    const { width } = ctx.measureText(text);
    const size = 8 * devicePixelRatio;
    if (width + 2 * size > right - left) return;
    const [x, y] = [(left + right) / 2, bbox.top + bbox.height / 2];
    ctx.fillStyle = data.theme.background;
    ctx.fillRect(x - width / 2 - size / 2, y - size * 1.4, width + size, size * 2.8);
    ctx.fillStyle = data.theme.muted;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, x, y);
  }

  /** A line with an arrow on top: up or down. */
  #drawMarks(plot: uPlot): void {
    const data = this.#data;
    if (data === null) return;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = data.theme.mark;
    ctx.fillStyle = data.theme.mark;
    ctx.lineWidth = devicePixelRatio;
    const size = 5 * devicePixelRatio;
    for (const { time, direction } of data.marks) {
      const x = plot.valToPos(time, "x", true);
      ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.setLineDash([]);
      const tip = direction === "up" ? bbox.top - 2 * size : bbox.top;
      const foot = direction === "up" ? bbox.top : bbox.top - 2 * size;
      ctx.beginPath();
      ctx.moveTo(x, tip);
      ctx.lineTo(x - size, foot);
      ctx.lineTo(x + size, foot);
      ctx.closePath();
      ctx.fill();
    }
    ctx.restore();
  }
}

/** A point between two gaps would be no line: then it is a dot. */
function isLonely(plot: uPlot, seriesIndex: number): boolean {
  const known = Array.from(plot.data[seriesIndex] ?? []).filter((value) => typeof value === "number").length;
  return known > 0 && known <= 2;
}

/** A font for the canvas, which counts in the screen's own points. */
export function scaledFont(font: string): string {
  return font.replace(/^([\d.]+)px/u, (_, size: string) => `${Number(size) * devicePixelRatio}px`);
}
