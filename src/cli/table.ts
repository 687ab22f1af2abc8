import { columnsOf } from "./output.js";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** The lower, the earlier it is left out of a terminal that is too narrow; without it never. */
  readonly importance?: number;
  /**
   * Takes what is left of the width and breaks its text into lines; where too little is left, it stands under the
   * row instead. At most one, the last.
   */
  readonly wraps?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal; `null`: no limit. */
  readonly width: number | null;
  readonly indent?: string;
  /** Styles the line of titles. */
  readonly heading?: (text: string) => string;
}

const gap = "  ";
/** A text broken into narrower lines than this is hard to read. */
const leastWrapped = 50;
/** Of a text under its row. */
const belowIndent = "      ";

/** Lays rows of cells out in columns that fit the width. Cells may hold colours; lines have no blanks at their end. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): readonly string[] {
  const indent = options.indent ?? "";
  const last = columns.length - 1;
  if (columns[last]?.wraps === true && options.width !== null) {
    const beside =
      indent.length +
      sum(columns.slice(0, last).map((_column, index) => naturalWidth(columns, rows, index) + gap.length));
    const wanted = Math.min(leastWrapped, naturalWidth(columns, rows, last));
    if (options.width - beside < wanted) return tableWithTextBelow(columns, rows, options, options.width);
  }
  return plainTable(columns, rows, options);
}

function tableWithTextBelow(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
  width: number,
): readonly string[] {
  const last = columns.length - 1;
  const [heading = "", ...lines] = plainTable(columns.slice(0, last), rows, options);
  const indent = (options.indent ?? "") + belowIndent;
  return [
    heading,
    ...lines.flatMap((line, index) => {
      const text = rows[index]?.[last] ?? "";
      return [line, ...(text === "" ? [] : wrap(text, width - indent.length).map((part) => indent + part))];
    }),
  ];
}

function plainTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions,
): readonly string[] {
  const indent = options.indent ?? "";
  const kept = fittingColumns(columns, rows, options.width, indent.length);
  const widths = kept.map((index) => naturalWidth(columns, rows, index));
  const last = kept.length - 1;
  const fixed = indent.length + sum(widths.slice(0, last)) + gap.length * last;
  const wrapped = columns[kept[last] ?? 0]?.wraps === true;
  const lastWidth =
    options.width === null ? Number.POSITIVE_INFINITY : Math.max(wrapped ? leastWrapped : 1, options.width - fixed);

  const render = (cells: readonly string[], style: (text: string) => string = (text) => text): string[] => {
    const lines = wrapped ? wrap(cells[last] ?? "", lastWidth) : [cells[last] ?? ""];
    return lines.map((line, row) => {
      const parts = cells
        .slice(0, last)
        .map((cell, position) =>
          pad(row === 0 ? cell : "", widths[position] ?? 0, columns[kept[position] ?? 0]?.align ?? "left"),
        );
      const tail = wrapped ? line : pad(line, widths[last] ?? 0, columns[kept[last] ?? 0]?.align ?? "left");
      return (indent + style([...parts, tail].join(gap).trimEnd())).trimEnd();
    });
  };
  return [
    ...render(
      kept.map((index) => columns[index]?.title ?? ""),
      options.heading,
    ),
    ...rows.flatMap((row) => render(kept.map((index) => row[index] ?? ""))),
  ];
}

/** Leaves the least important columns out until the rest fits. */
function fittingColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
  indent: number,
): readonly number[] {
  let kept = columns.map((_column, index) => index);
  if (width === null) return kept;
  const needed = (): number =>
    indent +
    gap.length * (kept.length - 1) +
    sum(
      kept.map((index) =>
        columns[index]?.wraps === true
          ? Math.min(leastWrapped, naturalWidth(columns, rows, index))
          : naturalWidth(columns, rows, index),
      ),
    );
  while (needed() > width) {
    const droppable = kept.filter((index) => columns[index]?.importance !== undefined);
    if (droppable.length === 0) break;
    const least = droppable.reduce((a, b) => ((columns[b]?.importance ?? 0) < (columns[a]?.importance ?? 0) ? b : a));
    kept = kept.filter((index) => index !== least);
  }
  return kept;
}

function naturalWidth(columns: readonly Column[], rows: readonly (readonly string[])[], index: number): number {
  return rows.reduce(
    (width, row) => Math.max(width, ...(row[index] ?? "").split("\n").map(columnsOf)),
    columnsOf(columns[index]?.title ?? ""),
  );
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const blanks = " ".repeat(Math.max(0, width - columnsOf(text)));
  return align === "right" ? blanks + text : text + blanks;
}

/** Breaks a text between words into lines of at most `width` columns; a longer word stays whole. Line breaks are kept. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && columnsOf(longer) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
