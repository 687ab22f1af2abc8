import { version } from "../../../package.json";
import { NotesLease, runLoop, type LoopEvent } from "../../operate/index.js";
import { exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { historyOf, sampleStoreOf } from "../history.js";
import type { CommandContext } from "../context.js";
import { openSession } from "../session.js";
import { loopLine } from "../text/run.js";
import { watchConfiguration } from "../watched-configuration.js";
import { exitCodeOf } from "./apply.js";

export interface RunOptions {
  readonly once?: boolean;
}

/** `run <file>`: the control loop, until SIGINT or SIGTERM, which is how it should end (0). `--once`: a single cycle. */
export async function run(context: CommandContext, file: string, { once = false }: RunOptions): Promise<ExitCode> {
  const { output, options, surroundings } = context;
  const { signal, onHangup } = surroundings;
  const json = options.format === "json";
  if (file === "-" && !once) {
    throw usageFailure(
      "run reads its file again when it changes, and standard input is there once.",
      "Give --once, or a file.",
    );
  }
  const configuration = await watchConfiguration(context, file);
  await using session = await openSession(context, configuration.config);
  const tell = async (event: LoopEvent, run: string, time: number): Promise<void> => {
    const stamp = new Date(time).toISOString();
    if (json) {
      await output.print(JSON.stringify({ time: stamp, run, ...event }));
      return;
    }
    if (output.options.quiet && isQuiet(event)) return;
    const line = loopLine(event, output.paint, output.options.verbose);
    if (line !== null) await output.print(`${output.paint("dim", `${stamp.slice(0, 19)}Z`)} ${line}`);
  };
  const { results } = await runLoop({
    gateway: session.gateway,
    configuration,
    stateStore: session.stateStore,
    audit: session.audit,
    samples: sampleStoreOf(session, configuration.config),
    source: (config) => historyOf(context, session, config),
    lease: new NotesLease({
      gateway: session.gateway,
      program: "run",
      location: session.stateStore.location,
    }),
    once,
    version,
    signal,
    tell,
    ...(onHangup === undefined ? {} : { onReload: onHangup }),
  });
  return once && !signal.aborted ? exitCodeOf(results) : exitCodes.done;
}

/** What `--quiet` leaves out: everything that is as it should be. */
function isQuiet({ event }: LoopEvent): boolean {
  return event === "started" || event === "cycle" || event === "stage" || event === "stopping" || event === "stopped";
}
