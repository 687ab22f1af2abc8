import type { AutoscalerConfig } from "../config/index.js";
import type { Decision, Inventory } from "../model/index.js";
import {
  AuditLog,
  defaultRecordsDirectory,
  lackingForAll,
  pveumLines,
  seesNothing,
  StateStore,
} from "../operate/index.js";
import { connect, type ConnectionOptions, type Gateway } from "../proxmox/index.js";
import { resolveConnection } from "./connection.js";
import { CommandFailure, exitCodes } from "./failure.js";
import type { CommandContext } from "./context.js";

/** An open connection and where its records are kept. */
export interface Session extends AsyncDisposable {
  readonly connection: ConnectionOptions;
  readonly gateway: Gateway;
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
}

/** Puts the connection together and opens it; nothing is sent yet, nothing is written. */
export async function openSession(context: CommandContext, config: AutoscalerConfig | null): Promise<Session> {
  const { surroundings, options, output } = context;
  const { options: connection, notes } = resolveConnection(options, surroundings.env, config);
  for (const note of notes) await output.note(`Note: ${note}`);
  const location = {
    directory: options.state ?? defaultRecordsDirectory(surroundings.env),
    endpoint: connection.endpoints[0] ?? "",
  };
  await output.detail(`Connecting to ${connection.endpoints.join(", ")}; records in ${location.directory}`);
  const gateway = connect(connection);
  return {
    connection,
    gateway,
    stateStore: new StateStore(location),
    audit: new AuditLog(location),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/**
 * An inventory without containers may mean that there are none, or that the token may see none: Proxmox
 * answers both with an empty list. The second ends the command (exit 3), with the lines that grant it.
 */
export async function refuseBlindness(session: Session, inventory: Inventory, signal: AbortSignal): Promise<void> {
  if (inventory.containers.length > 0) return;
  const permissions = await session.gateway.permissions({ signal });
  if (!seesNothing(permissions)) return;
  const { identity } = session.gateway;
  throw new CommandFailure(
    exitCodes.connection,
    `${identity} may not see any container: it has no role with VM.Audit. A token with privilege separation has nothing until it is given a role itself.`,
    ["On any node, as root:", ...pveumLines(identity)].join("\n"),
  );
}

/** Credentials that may make none of the changes end the command (exit 3) before anything is asked or sent. */
export async function refusePowerlessness(
  session: Session,
  changes: readonly Decision[],
  signal: AbortSignal,
): Promise<void> {
  if (changes.length === 0) return;
  const lacking = lackingForAll(await session.gateway.permissions({ signal }), changes);
  if (lacking.length === 0) return;
  const { identity } = session.gateway;
  throw new CommandFailure(
    exitCodes.connection,
    `${identity} may not make any of these changes: ${lacking.join(", ")} is missing. Nothing was sent.`,
    ["On any node, as root:", ...pveumLines(identity)].join("\n"),
  );
}
