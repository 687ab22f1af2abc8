import { open } from "node:fs/promises";
import { formatDuration, parseDuration } from "../../model/index.js";
import { clusterClock, proposeFile, surveyUsage } from "../../operate/index.js";
import type { CommandContext } from "../context.js";
import { CommandFailure, exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { tellProblems } from "../planning.js";
import { openSession, refuseBlindness } from "../session.js";

export interface InitOptions {
  /** How far back: `1d`. */
  readonly last: string;
  /** A new file to write to. */
  readonly output?: string;
}

/** `init`: an autoscaler file for what is there and how it was used, to standard output or into a new file. */
export async function init(context: CommandContext, { last, output: path }: InitOptions): Promise<ExitCode> {
  const { output, options, surroundings } = context;
  const overSeconds = parseDuration(last);
  if (overSeconds === null || overSeconds < 3600 || overSeconds > 30 * 86_400) {
    throw usageFailure(`--last takes a time from 1h to 30d, such as 1d; not “${last}”.`);
  }
  const { signal } = surroundings;
  await using session = await openSession(context, null);
  const { gateway, connection } = session;
  await output.progress(`Reading ${gateway.endpoint} …`);
  const clock = await clusterClock(gateway, signal);
  const inventory = await gateway.inventory({ signal, configurationOf: ({ template }) => !template });
  await refuseBlindness(session, inventory, signal);
  const survey = await surveyUsage({
    gateway,
    inventory,
    overSeconds,
    signal,
    onProgress: (done, of) => {
      void output.progress(`Reading recorded usage: ${done} of ${of} containers`);
    },
  });
  await tellProblems(context, { ...inventory, problems: [...inventory.problems, ...survey.problems] });
  const [url = "", ...alsoTry] = connection.endpoints;
  const proposal = proposeFile({
    inventory,
    history: survey.history,
    overSeconds,
    now: clock(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    connection: {
      url,
      alsoTry,
      fingerprints: connection.trust.kind === "fingerprints" ? connection.trust.fingerprints : [],
      ca: options.ca ?? surroundings.env["PROXMOX_CA"] ?? null,
    },
    file: path ?? "autoscaler.yaml",
  });
  if (path !== undefined) await writeNew(path, proposal.text);
  if (options.format === "json") {
    await output.printJson({ version: 1, file: path ?? null, ...proposal });
  } else if (path === undefined) {
    await output.print(proposal.text);
  }
  const counted = `${proposal.policies.length} ${proposal.policies.length === 1 ? "policy" : "policies"} for ${proposal.policies.reduce((sum, { vmids }) => sum + vmids.length, 0)} containers`;
  if (path !== undefined) {
    await output.note(
      `${path} is written: ${counted}, by the usage of the last ${formatDuration(overSeconds)}. Nothing else was changed.`,
    );
  }
  return exitCodes.done;
}

/** Never over a file that is there. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, "wx", 0o644);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "EEXIST") {
      throw new CommandFailure(exitCodes.failed, `${path} is there already, and is left as it is: name a new file.`);
    }
    throw new CommandFailure(
      exitCodes.failed,
      `${path} could not be written: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
