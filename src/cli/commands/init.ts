import { counted, formatDuration, parseDuration } from "../../model/index.js";
import { proposeFile } from "../../operate/index.js";
import type { CommandContext } from "../context.js";
import { exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { writeNewFile } from "../new-file.js";
import { openSession } from "../session.js";
import { survey } from "../survey.js";

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
  await using session = await openSession(context, null);
  const { connection } = session;
  const { inventory, history, clock } = await survey(context, session, { overSeconds, configurations: true });
  const [url = "", ...alsoTry] = connection.endpoints;
  const proposal = proposeFile({
    inventory,
    history,
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
  if (path !== undefined) await writeNewFile(path, proposal.text);
  if (options.format === "json") {
    await output.printJson({ version: 1, file: path ?? null, ...proposal });
  } else if (path === undefined) {
    await output.print(proposal.text);
  }
  const containers = proposal.policies.reduce((sum, { vmids }) => sum + vmids.length, 0);
  const size = `${proposal.policies.length === 1 ? "1 policy" : `${proposal.policies.length} policies`} for ${counted(containers, "container")}`;
  if (path !== undefined) {
    await output.note(
      `${path} is written: ${size}, by the usage of the last ${formatDuration(overSeconds)}. Nothing else was changed.`,
    );
  }
  return exitCodes.done;
}
