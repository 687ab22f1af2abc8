import { setTimeout as delay } from "node:timers/promises";
import type { Container } from "../../model/index.js";
import { PushedInventory, serveStreams } from "../../server/index.js";
import type { CommandContext } from "../context.js";
import { exitCodes, type ExitCode } from "../failure.js";

/** Seconds between two looks at the cluster: completions need names and sizes, not live figures. */
const inventoryAge = 60;

/**
 * `lsp`: serves one editor on standard input and output. With an address among options or environment, or in the file that
 * is named, the server also knows what there is in that cluster; without one, or while it can't be reached, it does all
 * that needs no cluster. What stands in files that are merely opened makes it connect nowhere.
 */
export async function lsp(context: CommandContext, file?: string): Promise<ExitCode> {
  const { surroundings } = context;
  const inventory = new PushedInventory();
  const over = new AbortController();
  const signal = AbortSignal.any([surroundings.signal, over.signal]);
  const watching = watchCluster(context, file, inventory, signal);
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

/** Seconds after which it is seen that an editor has opened a file about other containers: their sizes are read at once. */
const concernAge = 1;

/** Pushes the inventory until the signal; a fault is told once, on standard error, and never ends the server. */
async function watchCluster(
  context: CommandContext,
  file: string | undefined,
  to: PushedInventory,
  signal: AbortSignal,
): Promise<void> {
  const { options, output, surroundings } = context;
  const isNamed = options.url !== undefined || (surroundings.env["PROXMOX_URL"] ?? "") !== "";
  if (!isNamed && file === undefined) return;
  let told = "";
  const tell = async (error: unknown): Promise<void> => {
    const message = error instanceof Error ? error.message : String(error);
    if (signal.aborted || message === told) return;
    told = message;
    await output.note(`The cluster is not known to the language server: ${message}`);
  };
  try {
    const [{ openSession }, { loadConfiguration }] = await Promise.all([
      import("../session.js"),
      import("../configuration.js"),
    ]);
    const config = file === undefined ? null : await loadConfiguration(context, file);
    await using session = await openSession(context, config);
    const { gateway } = session;
    to.snapshots = async (container) => {
      const found = await gateway.snapshots?.list(container, { signal });
      return (found?.snapshots ?? []).map(({ name }) => name).toReversed();
    };
    const asked = new Set<number>();
    const configurationOf = (container: Container): boolean => {
      if (!to.isConcerned(container)) return false;
      asked.add(container.vmid);
      return true;
    };
    const isDue = (seconds: number): boolean =>
      signal.aborted ||
      seconds >= inventoryAge ||
      to.current()?.containers.some((one) => !asked.has(one.vmid) && to.isConcerned(one)) === true;
    while (!signal.aborted) {
      try {
        to.push(await gateway.inventory({ signal, configurationOf }));
        told = "";
      } catch (error) {
        await tell(error);
      }
      for (let seconds = 0; !isDue(seconds); seconds += concernAge) {
        await delay(concernAge * 1000, undefined, { signal }).catch(() => undefined);
      }
    }
  } catch (error) {
    await tell(error);
  }
}
