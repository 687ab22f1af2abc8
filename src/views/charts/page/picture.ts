import type { Panel } from "../panels.js";
import type { Line } from "../panels.js";
import { lineLook, scaledFont } from "./plot.js";
import type { Theme } from "./theme.js";

/** A panel as it stands in a picture. */
export interface PicturedPanel {
  readonly panel: Panel;
  readonly canvas: HTMLCanvasElement;
  readonly lines: readonly Line[];
}

/** All panels below each other, with their titles and what the lines are, as PNG in Base64. */
export function pictureOf(heading: string, panels: readonly PicturedPanel[], theme: Theme): string {
  const scale = devicePixelRatio;
  const [margin, line, gap] = [16 * scale, 22 * scale, 14 * scale];
  const width = Math.max(480 * scale, ...panels.map(({ canvas }) => canvas.width)) + 2 * margin;
  const height = panels.reduce((sum, { canvas }) => sum + 2 * line + canvas.height + gap, 2 * margin + 1.5 * line);
  const picture = document.createElement("canvas");
  picture.width = width;
  picture.height = height;
  const context = picture.getContext("2d");
  if (context === null) throw new Error("The picture could not be drawn: the editor gave no canvas for it.");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.textBaseline = "middle";
  const font = scaledFont(theme.font);
  const write = (
    text: string,
    x: number,
    y: number,
    look: { readonly bold?: boolean; readonly colour: string },
  ): number => {
    context.font = look.bold === true ? `bold ${font}` : font;
    context.fillStyle = look.colour;
    context.fillText(text, x, y);
    return x + context.measureText(text).width;
  };
  let y = margin + line / 2;
  write(heading, margin, y, { bold: true, colour: theme.foreground });
  y += line;
  for (const { panel, canvas, lines } of panels) {
    write(panel.title, margin, y + line / 2, { bold: true, colour: theme.foreground });
    y += line;
    let x = margin;
    const count = lines.filter(({ kind }) => kind === "usage").length;
    for (const one of lines) {
      const { stroke, dash } = lineLook(one, theme, count);
      context.strokeStyle = stroke;
      context.lineWidth = 2 * scale;
      context.setLineDash(dash.map((length) => length * scale));
      context.beginPath();
      context.moveTo(x, y + line / 2);
      context.lineTo(x + 22 * scale, y + line / 2);
      context.stroke();
      x = write(one.name, x + 28 * scale, y + line / 2, { colour: theme.muted }) + 18 * scale;
    }
    context.setLineDash([]);
    y += line;
    context.drawImage(canvas, margin, y);
    y += canvas.height + gap;
  }
  return picture.toDataURL("image/png").split(",", 2)[1] ?? "";
}
