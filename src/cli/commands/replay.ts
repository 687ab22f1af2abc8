import { setImmediate } from "node:timers/promises";
import type { AutoscalerConfig } from "../../config/index.js";
import { replaying, type ReplayedChange, type ReplayedReading } from "../../engine/index.js";
import { parseDuration } from "../../model/index.js";
import { replayedTrace, replayMarkdown, type ReplaySource, type ShownReplay } from "../../operate/index.js";
import { loadConfiguration } from "../configuration.js";
import type { CommandContext } from "../context.js";
import { exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { replayDocument } from "../json/replay.js";
import { readKnown, readNodes, readTraceFile, recordedSource } from "../replay-input.js";
import { plotText } from "../text/plot.js";
import { sizesHeader, sizesLine } from "../text/replay-csv.js";
import { replayText } from "../text/replay.js";

export interface ReplayOptions {
  readonly trace?: string;
  /** `24h`. */
  readonly last?: string;
  readonly against?: string;
  readonly changes?: boolean;
  readonly inventory?: string;
  readonly nodes?: string;
  readonly plot?: string;
  readonly csv?: boolean;
}

const longest = 365 * 86_400;
/** Decisions between two looks at whether somebody wants it to stop. */
const stride = 50;

/** `replay <file>`: what a file would have done with recorded usage. Writes nothing. Needs no connection with `--trace`. */
export async function replay(context: CommandContext, file: string, options: ReplayOptions): Promise<ExitCode> {
  const { output, surroundings } = context;
  const { trace: traceFile, last, against, csv } = options;
  const format = context.options.format;
  if ((traceFile === undefined) === (last === undefined)) {
    throw usageFailure("replay takes recorded usage: either --trace <file.csv> or --last 24h.");
  }
  if ([file, traceFile, against, options.inventory, options.nodes].filter((path) => path === "-").length > 1) {
    throw usageFailure("Only one of the files can be read from standard input.");
  }
  if (csv === true && (format !== "text" || options.changes === true || options.plot !== undefined)) {
    throw usageFailure("--csv prints nothing but the sizes: it can't be had with --format, --changes or --plot.");
  }
  if (options.plot !== undefined && format === "json") throw usageFailure("--plot draws text: not with --format json.");
  const plotted = vmidOf(options.plot);
  const config = await loadConfiguration(context, file);
  // What is, before what would be.
  const configs = against === undefined ? [config] : [await loadConfiguration(context, against), config];
  const source = await sourceOf(context, config, options);
  const replayed = replayedTrace(source.trace);

  const shown: ShownReplay[] = [];
  const pictures: string[] = [];
  if (csv === true) await output.print(sizesHeader);
  for (const one of configs) {
    const readings: ReplayedReading[] = [];
    let lines = "";
    const log: ReplayedChange[] | null = options.changes === true ? [] : null;
    const onReading = (reading: ReplayedReading): void => {
      if (csv === true) lines += sizesLine(one.file, reading);
      if (reading.vmid === plotted) readings.push(reading);
    };
    const steps = replaying({
      config: one,
      ...source,
      ...(log === null ? {} : { onChange: (change) => log.push(change) }),
      ...(csv === true || plotted !== null ? { onReading } : {}),
    });
    for (let step = steps.next(), count = 0; ; step = steps.next(), count += 1) {
      if (step.done === true) {
        shown.push({ replay: step.value, log });
        break;
      }
      if (count % stride !== 0) continue;
      await output.progress(`Replaying ${one.file}: ${Math.floor(step.value * 100)} %`);
      await setImmediate();
      surroundings.signal.throwIfAborted();
      if (lines.length > 1e6) {
        await output.print(lines);
        lines = "";
      }
    }
    if (lines !== "") await output.print(lines);
    if (plotted !== null) pictures.push(plotText(readings, output.width ?? 100));
  }
  if (csv === true) return exitCodes.done;
  if (plotted !== null && pictures.every((picture) => picture === "")) {
    throw usageFailure(`--plot: the recorded usage has no container ${plotted}.`);
  }
  // In a document the file that was asked about comes first.
  const asked = shown.toReversed();
  switch (format) {
    case "json":
      await output.printJson(replayDocument(replayed, asked));
      break;
    case "markdown":
      await output.print(
        [replayMarkdown(replayed, shown), ...pictures.map((picture) => `\n\`\`\`text\n${picture}\n\`\`\``)].join("\n"),
      );
      break;
    case "text": {
      const { paint, width } = output;
      const report = replayText(replayed, shown, { paint, width, verbose: output.options.verbose });
      await output.print([report, ...pictures].join("\n\n"));
    }
  }
  return exitCodes.done;
}

function vmidOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9]\d{2,8}$/u.test(text)) throw usageFailure(`--plot takes the number of a container, not “${text}”.`);
  return Number(text);
}

async function sourceOf(
  context: CommandContext,
  config: AutoscalerConfig,
  { trace, last, inventory, nodes }: ReplayOptions,
): Promise<ReplaySource> {
  const overSeconds = last === undefined ? null : parseDuration(last);
  if (last !== undefined && (overSeconds === null || overSeconds < 60 || overSeconds > longest)) {
    throw usageFailure(`--last takes a time from 1m to 365d, such as 24h; not “${last}”.`);
  }
  const known = inventory === undefined ? null : await readKnown(context, inventory);
  const sizes = nodes === undefined ? null : await readNodes(context, nodes);
  const source =
    trace === undefined
      ? await recordedSource(context, config, overSeconds ?? 0)
      : { trace: await readTraceFile(context, trace) };
  return { ...source, ...(known === null ? {} : { known }), ...(sizes === null ? {} : { nodes: sizes }) };
}
