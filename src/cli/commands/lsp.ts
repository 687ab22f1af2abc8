import { setTimeout as delay } from "node:timers/promises";
import { PushedInventory, serveStreams } from "../../server/index.js";
import type { CommandContext } from "../context.js";
import { exitCodes, type ExitCode } from "../failure.js";

/** Seconds between two looks at the cluster: completions need names and sizes, not live figures. */
const inventoryAge = 60;

/**
 * `lsp`: serves one editor on standard input and output. With an address among options or environment the server also
 * knows what there is in that cluster; without one, or while it can't be reached, it does all that needs no cluster.
 */
export async function lsp(context: CommandContext): Promise<ExitCode> {
  const { surroundings } = context;
  const inventory = new PushedInventory();
  const over = new AbortController();
  const signal = AbortSignal.any([surroundings.signal, over.signal]);
  const watching = watchCluster(context, inventory, signal);
  try {
    const code = await serveStreams(surroundings.stdin, surroundings.stdout, {
      environment: surroundings.env,
      inventory,
      signal: surroundings.signal,
    });
    return code === 0 ? exitCodes.done : exitCodes.failed;
  } finally {
    over.abort();
    await watching;
  }
}

/** Pushes the inventory until the signal; a fault is told once, on standard error, and never ends the server. */
async function watchCluster(context: CommandContext, to: PushedInventory, signal: AbortSignal): Promise<void> {
  const { options, output, surroundings } = context;
  if (options.url === undefined && (surroundings.env["PROXMOX_URL"] ?? "") === "") return;
  let told = "";
  const tell = async (error: unknown): Promise<void> => {
    const message = error instanceof Error ? error.message : String(error);
    if (signal.aborted || message === told) return;
    told = message;
    await output.note(`The cluster is not known to the language server: ${message}`);
  };
  try {
    const { openSession } = await import("../session.js");
    await using session = await openSession(context, null);
    while (!signal.aborted) {
      try {
        to.push(await session.gateway.inventory({ signal }));
        told = "";
      } catch (error) {
        await tell(error);
      }
      await delay(inventoryAge * 1000, undefined, { signal }).catch(() => undefined);
    }
  } catch (error) {
    await tell(error);
  }
}
