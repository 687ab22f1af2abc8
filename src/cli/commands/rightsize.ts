import { likelyPreset } from "../../config/index.js";
import { rightsize as rightsizing, type Advice } from "../../engine/index.js";
import { formatDuration, parseDuration } from "../../model/index.js";
import { loadConfiguration } from "../configuration.js";
import type { CommandContext } from "../context.js";
import { exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { rightsizeDocument } from "../json/rightsize.js";
import { openSession } from "../session.js";
import { survey } from "../survey.js";
import { adviceReasons, rightsizeCsv, rightsizeMarkdown, rightsizeText } from "../text/rightsize.js";

export interface RightsizeOptions {
  /** How far back: `7d`. */
  readonly last: string;
  /** Print lines for a spreadsheet. */
  readonly csv?: boolean;
}

const longest = 365 * 86_400;

/** `rightsize`: every running container's sizes held against what the server recorded of it. Writes nothing. */
export async function rightsize(
  context: CommandContext,
  file: string | undefined,
  { last, csv }: RightsizeOptions,
): Promise<ExitCode> {
  const { output, options } = context;
  const overSeconds = parseDuration(last);
  if (overSeconds === null || overSeconds < 3600 || overSeconds > longest) {
    throw usageFailure(`--last takes a time from 1h to 365d, such as 7d; not “${last}”.`);
  }
  if (csv === true && options.format !== "text") throw usageFailure("--csv and --format exclude each other.");
  const config = file === undefined ? null : await loadConfiguration(context, file);
  await using session = await openSession(context, config);
  const { gateway } = session;
  const { inventory, history, problems, clock } = await survey(context, session, { overSeconds, configurations: true });
  const now = clock();
  const report = rightsizing({ inventory, history, overSeconds, now });
  const tags = new Map(inventory.containers.map((container) => [container.vmid, container.tags]));
  const reasons = (advice: Advice): readonly string[] =>
    adviceReasons(advice, likelyPreset(advice.name, tags.get(advice.vmid) ?? [])?.noticesAfterRestart ?? []);
  const where = `${inventory.cluster} (${gateway.endpoint})`;
  await output.detail(`Usage of the last ${formatDuration(overSeconds)} of ${history.size} containers read`);
  if (csv === true) {
    await output.print(rightsizeCsv(report, reasons));
    return exitCodes.done;
  }
  switch (options.format) {
    case "json":
      await output.printJson(rightsizeDocument(report, reasons, { cluster: inventory.cluster, now, problems }));
      break;
    case "markdown":
      await output.print(rightsizeMarkdown(report, { where, verbose: true, reasons }));
      break;
    case "text":
      await output.print(
        rightsizeText(report, {
          paint: output.paint,
          width: output.width,
          where,
          verbose: output.options.verbose,
          reasons,
        }),
      );
  }
  return exitCodes.done;
}
