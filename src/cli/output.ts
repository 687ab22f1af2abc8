import { stripVTControlCharacters } from "node:util";
import { CommandFailure, exitCodes } from "./failure.js";
import type { OutputStream, Surroundings } from "./surroundings.js";

export type Format = "text" | "json" | "markdown";

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

const plain: Paint = (_style, text) => text;
const coloured: Paint = (style, text) => {
  const [begin, end] = sequences[style];
  return `\u001B[${begin}m${text}\u001B[${end}m`;
};

/** Select graphic rendition (ECMA-48, 8.3.117): what begins a style, and what ends it. */
const sequences: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
};

export interface OutputOptions {
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/**
 * The two streams of a command. Results go to standard output, everything else to standard error;
 * every write is waited for, so that a slow pipe gets the whole of it before the process ends.
 */
export class Output {
  /** Colours for standard output and for standard error, each if it is a terminal. */
  readonly paint: Paint;
  readonly notePaint: Paint;
  /** Columns of the terminal behind standard output; `null` where there is none. */
  readonly width: number | null;
  readonly noteWidth: number | null;
  /** True once whoever reads standard output has gone away, as `head` does. */
  readerGone = false;
  private progressShown = false;

  constructor(
    private readonly surroundings: Surroundings,
    readonly options: OutputOptions,
  ) {
    const wanted = options.color && (surroundings.env["NO_COLOR"] ?? "") === "" && surroundings.env["TERM"] !== "dumb";
    this.paint = wanted && surroundings.stdout.isTTY === true ? coloured : plain;
    this.notePaint = wanted && surroundings.stderr.isTTY === true ? coloured : plain;
    this.width = widthOf(surroundings.stdout);
    this.noteWidth = widthOf(surroundings.stderr);
  }

  /** The result, to standard output. */
  async print(text: string): Promise<void> {
    await this.clearProgress();
    const left = await writeWhole(this.surroundings.stdout, text.endsWith("\n") ? text : `${text}\n`);
    this.readerGone ||= !left;
  }

  /** A text as it is, to standard output: no line end is added. */
  async printExactly(text: string): Promise<void> {
    await this.clearProgress();
    await writeWhole(this.surroundings.stdout, text);
  }

  /** One JSON document, to standard output. */
  async printJson(document: unknown): Promise<void> {
    await this.print(JSON.stringify(document, null, 2));
  }

  /** Something worth knowing beside the result; not with `--quiet`. */
  async note(text: string): Promise<void> {
    if (!this.options.quiet) await this.complain(text);
  }

  /** Something only `--verbose` wants. */
  async detail(text: string): Promise<void> {
    if (this.options.verbose) await this.complain(this.notePaint("dim", text));
  }

  /** To standard error, also with `--quiet`. */
  async complain(text: string): Promise<void> {
    await this.clearProgress();
    await writeWhole(this.surroundings.stderr, `${text}\n`);
  }

  /** One line that the next one replaces; only on a terminal. */
  async progress(text: string): Promise<void> {
    if (this.surroundings.stderr.isTTY !== true || this.options.quiet) return;
    const width = this.noteWidth ?? 80;
    await writeWhole(this.surroundings.stderr, `\r\u001B[2K${text.slice(0, width - 1)}`);
    this.progressShown = true;
  }

  /** Takes the line of {@link progress} away, where one is shown. */
  async clearProgress(): Promise<void> {
    if (!this.progressShown) return;
    this.progressShown = false;
    await writeWhole(this.surroundings.stderr, "\r\u001B[2K");
  }
}

function widthOf(stream: OutputStream): number | null {
  if (stream.isTTY !== true) return null;
  // A terminal that does not know its size says 0.
  return Math.max(40, stream.columns === undefined || stream.columns === 0 ? 80 : stream.columns);
}

/**
 * Resolves when the whole text has left this process, with true. A reader that has gone away (`| head`) wants no more and
 * is no fault: false. Rejects with a {@link CommandFailure} where the text can't be written, such as on a full disk.
 */
export async function writeWhole(stream: OutputStream, text: string): Promise<boolean> {
  if (stream.destroyed || stream.writableEnded) return false;
  // A full device refuses even nothing.
  if (text === "") return true;
  try {
    await new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(error);
      });
    });
    return true;
  } catch (error) {
    if (isClosedPipe(error)) return false;
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.failed, `The output can't be written: ${cause}.`, null, { cause: error });
  }
}

function isClosedPipe(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED" || error.code === "ECONNRESET")
  );
}

/** Columns that a text takes on a terminal: without colours, wide characters counted double. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) {
    const point = character.codePointAt(0) ?? 0;
    if (/\p{Mark}/u.test(character)) continue;
    columns += isWide(point) ? 2 : 1;
  }
  return columns;
}

/** East Asian wide and emoji, in the ranges that matter for names. */
function isWide(point: number): boolean {
  return (
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0xffe0 && point <= 0xffe6) ||
    (point >= 0x1f300 && point <= 0x1faff)
  );
}
