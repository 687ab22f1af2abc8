import { loadConfiguration } from "../configuration.js";
import { tellPauses } from "../planning.js";
import { exitCodes, type ExitCode } from "../failure.js";
import { statusDocument } from "../json/status.js";
import type { CommandContext } from "../context.js";
import { openSession, refuseBlindness } from "../session.js";
import { statusText } from "../text/status.js";

/** `status`: one bulk read of the cluster. An unreachable node is a problem in it, not a failure. */
export async function status(context: CommandContext, file: string | undefined): Promise<ExitCode> {
  const { output, options, surroundings } = context;
  const config = file === undefined ? null : await loadConfiguration(context, file);
  await using session = await openSession(context, config);
  await output.progress(`Reading ${session.gateway.endpoint} …`);
  const inventory = await session.gateway.inventory({ signal: surroundings.signal, swapAndPressure: true });
  await refuseBlindness(session, inventory, surroundings.signal);
  const document = statusDocument(inventory);
  if (options.format === "json") await output.printJson(document);
  else {
    await output.print(statusText(document, { cluster: inventory.cluster, paint: output.paint, width: output.width }));
  }
  await tellPauses(context, session, inventory, Date.now());
  return exitCodes.done;
}
