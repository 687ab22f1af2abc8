import { createReadStream } from "node:fs";
import type { AutoscalerConfig } from "../config/index.js";
import { TraceError, TraceReader, type Known, type NodeSize, type Trace } from "../engine/index.js";
import { recordedTrace, type ReplaySource } from "../operate/index.js";
import type { CommandContext } from "./context.js";
import { CommandFailure, exitCodes, usageFailure } from "./failure.js";
import { fileFailure, readInputFile } from "./input-file.js";
import { openSession } from "./session.js";
import { survey } from "./survey.js";

const piece = 1024 * 1024;

/**
 * Reads a trace piece by piece, `-` from standard input. A file that is missing or binary is wrong usage (exit 2), one that
 * is no trace ends the command (exit 1), with the line at fault.
 */
export async function readTraceFile({ surroundings, output }: CommandContext, path: string): Promise<Trace> {
  const { signal, stdin } = surroundings;
  const name = path === "-" ? "standard input" : path;
  const reader = new TraceReader();
  const stop = (): void => {
    stdin.destroy();
  };
  if (path === "-") signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of path === "-" ? stdin : createReadStream(path, { highWaterMark: piece, signal })) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Uint8Array);
      if (reader.length === 0 && bytes.includes(0))
        throw usageFailure(`${name} is a binary file: a trace is CSV text.`);
      reader.push(bytes);
      await output.progress(`Reading ${name}: ${reader.length.toLocaleString("en")} readings`);
    }
    signal.throwIfAborted();
    return reader.finish();
  } catch (error) {
    if (!(error instanceof TraceError)) throw path === "-" || signal.aborted ? error : fileFailure(path, error);
    throw new CommandFailure(exitCodes.failed, `${name}, ${error.message}.`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The server's own record of the last so many seconds, as a trace, with the tags and pools of now. */
export async function recordedSource(
  context: CommandContext,
  config: AutoscalerConfig,
  overSeconds: number,
): Promise<ReplaySource> {
  await using session = await openSession(context, config);
  const { inventory, history, clock } = await survey(context, session, { overSeconds, even: true });
  return recordedTrace(inventory, history, clock() - overSeconds * 1000);
}

/** Tags and pools by vmid, from what `status --format json` printed. */
export async function readKnown({ surroundings }: CommandContext, path: string): Promise<ReadonlyMap<number, Known>> {
  const document = parsed(path, await readInputFile(path, surroundings.stdin, surroundings.signal));
  const known = new Map<number, Known>();
  for (const one of listOf(document, "containers") ?? []) {
    const { vmid, tags, pool } = one;
    if (typeof vmid !== "number") continue;
    known.set(vmid, {
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
      pool: typeof pool === "string" ? pool : null,
    });
  }
  if (known.size > 0) return known;
  throw usageFailure(`${path} lists no containers: it takes what status --format json prints.`);
}

/** Sizes of nodes, from what `status --format json` printed, or a list of `{ node, cores, memoryLimit }` (bytes). */
export async function readNodes({ surroundings }: CommandContext, path: string): Promise<readonly NodeSize[]> {
  const document = parsed(path, await readInputFile(path, surroundings.stdin, surroundings.signal));
  const nodes = (listOf(document, "nodes") ?? []).flatMap(({ node, cores, memoryLimit }) =>
    typeof node === "string" && isPositive(cores) && isPositive(memoryLimit)
      ? [{ name: node, cores, memory: memoryLimit }]
      : [],
  );
  if (nodes.length > 0) return nodes;
  throw usageFailure(
    `${path} has no node with its size: it takes what status --format json prints, or a list of { node, cores, memoryLimit }.`,
  );
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageFailure(`${path} is not JSON: it takes what status --format json prints.`);
  }
}

/** The objects of a list, or of the list that a document has under a name. */
function listOf(document: unknown, name: string): readonly Readonly<Record<string, unknown>>[] | null {
  const list: unknown =
    typeof document === "object" && document !== null && name in document
      ? (document as Readonly<Record<string, unknown>>)[name]
      : document;
  if (!Array.isArray(list)) return null;
  return (list as readonly unknown[]).filter(
    (one): one is Readonly<Record<string, unknown>> => typeof one === "object" && one !== null,
  );
}
