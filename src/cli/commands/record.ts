import { traceHeader, traceLine } from "../../engine/index.js";
import { parseDuration, type Inventory } from "../../model/index.js";
import { RecordsError, recordUsage, type Reading } from "../../operate/index.js";
import { loadConfiguration } from "../configuration.js";
import { CommandFailure, exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { sampleStoreOf } from "../history.js";
import type { CommandContext } from "../context.js";
import { openSession, refuseBlindness } from "../session.js";
import { openTraceFile, type TraceFile } from "../trace-file.js";

export interface RecordOptions {
  readonly for?: string;
  readonly interval?: string;
  readonly output?: string;
}

/** Proxmox itself renews its figures every ten seconds. */
const defaultInterval = "10s";

/**
 * `record [file]`: live usage as a trace, to standard output or a file, until SIGINT or SIGTERM, which is how it should end
 * (0), or until its time is over. What is seen is also kept among the records, where `plan` and `run` find it.
 */
export async function record(
  context: CommandContext,
  file: string | undefined,
  words: RecordOptions,
): Promise<ExitCode> {
  const { output, options, surroundings } = context;
  const { signal } = surroundings;
  const intervalSeconds = duration("--interval", words.interval ?? defaultInterval);
  const forSeconds = words.for === undefined ? null : duration("--for", words.for);
  if (options.format === "json" && words.output === undefined) {
    throw usageFailure("record prints a trace, which is CSV: --format json is for its summary, beside -o <file>.");
  }
  const config = file === undefined ? null : await loadConfiguration(context, file);
  await using session = await openSession(context, config);
  const store = sampleStoreOf(session, config);
  await using trace = words.output === undefined ? null : await openTraceFile(words.output);
  if (trace === null) await output.print(traceHeader);

  // Whole seconds, unless looks are so near each other that two might share one.
  const grain = intervalSeconds < 5 ? 1 : 1000;
  const reached: { samples: number; first: number | null; last: number | null } = {
    samples: 0,
    first: null,
    last: trace?.lastTime ?? null,
  };
  let storeFault: string | null = null;
  const keep = async (cluster: string, reading: Reading): Promise<void> => {
    try {
      await store.append(cluster, reading);
      storeFault = null;
    } catch (error) {
      if (!(error instanceof RecordsError)) throw error;
      if (storeFault !== error.message) await output.complain(`${output.notePaint("yellow", "!")} ${error.message}`);
      storeFault = error.message;
    }
  };
  let failing = false;
  const { looks, failed, missed } = await recordUsage({
    gateway: session.gateway,
    intervalSeconds,
    forSeconds,
    signal,
    onReading: async (reading, inventory) => {
      if (reached.first === null) await refuseBlindness(session, inventory, signal);
      if (failing) await output.note("Readable again.");
      failing = false;
      // A trace is ordered by time; a clock that was put back has to catch up first.
      const { last } = reached;
      const time = Math.floor(reading.time / grain) * grain;
      if (last !== null && time <= last) {
        await output.note(`Nothing was added: the trace already reaches up to ${new Date(last).toISOString()}.`);
        return true;
      }
      reached.first ??= time;
      reached.last = time;
      const rows = rowsOf(reading, inventory, time);
      reached.samples += reading.containers.length;
      await keep(inventory.cluster, reading);
      await put(context, trace, rows);
      // Whoever reads has gone away, as `head` does.
      return !(trace === null && output.readerGone);
    },
    onFailure: async (error, failures) => {
      failing = true;
      if (failures === 1)
        await output.complain(
          `${output.notePaint("red", "✘")} ${error.message} The trace has a gap until it can be read again.`,
        );
    },
  });
  const { samples: written, first, last } = reached;
  if (options.format === "json") {
    const stamp = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());
    const to = first === null ? null : last;
    await output.printJson({
      file: words.output,
      looks,
      failed,
      missed,
      samples: written,
      from: stamp(first),
      to: stamp(to),
    });
  } else if (trace !== null) {
    const gaps = failed > 0 ? `; ${failed} looks failed` : "";
    await output.note(`${written} samples of ${looks} looks were added to ${words.output ?? ""}${gaps}.`);
  }
  return exitCodes.done;
}

async function put({ output }: CommandContext, trace: TraceFile | null, rows: string): Promise<void> {
  if (rows === "") return;
  if (trace === null) await output.print(rows);
  else await trace.append(rows);
}

function rowsOf({ containers }: Reading, inventory: Inventory, time: number): string {
  const nodes = new Map(inventory.containers.map(({ vmid, node }) => [vmid, node]));
  return containers
    .map(({ vmid, name, sample }) => {
      const { cpu, cores, memory, memoryLimit } = sample;
      return traceLine({ time, vmid, node: nodes.get(vmid) ?? "", name, cpu, cores, memory, memoryLimit });
    })
    .join("");
}

function duration(option: string, text: string): number {
  const seconds = /^\d+$/u.test(text) ? null : parseDuration(text);
  if (seconds !== null && seconds >= 1) return seconds;
  throw new CommandFailure(
    exitCodes.usage,
    `${option}: “${text}” is not a duration from 1s on, such as 10s, 10m or 2h.`,
  );
}
