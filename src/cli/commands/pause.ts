import type { AutoscalerConfig } from "../../config/index.js";
import { inForce, withoutPause, withPause } from "../../engine/index.js";
import type { Pause, PauseDirection, PauseScope, State } from "../../engine/index.js";
import { parseDuration, printable, type Inventory } from "../../model/index.js";
import { clusterClock, type Clock } from "../../operate/index.js";
import { loadConfiguration } from "../configuration.js";
import type { CommandContext } from "../context.js";
import { CommandFailure, exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { pausesDocument } from "../json/pauses.js";
import { openSession, refuseBlindness, type Session } from "../session.js";
import { pausedText, pauseText } from "../text/pauses.js";

export interface ScopeOptions {
  readonly vmid?: string;
  readonly group?: string;
  readonly direction?: string;
}

export interface PauseOptions extends ScopeOptions {
  readonly for?: string;
  readonly note?: string;
  readonly list?: boolean;
}

const longestNote = 200;

/** `pause`: no scaling of everything, a container, a group or one direction, until it is resumed or its time is over. */
export async function pause(
  context: CommandContext,
  file: string | undefined,
  options: PauseOptions,
): Promise<ExitCode> {
  if (options.list === true) {
    const [other] = (["vmid", "group", "direction", "for", "note"] as const).filter(
      (key) => options[key] !== undefined,
    );
    if (other !== undefined) throw usageFailure(`--list only lists; it goes without --${other}.`);
    return atCluster(context, file, async (seen) => tell(context, seen, await seen.state(), "Nothing is paused."));
  }
  const scope = scopeOf(options);
  const direction = directionOf(options);
  const seconds = options.for === undefined ? null : parseDuration(options.for);
  if (options.for !== undefined && (seconds === null || seconds < 1)) {
    throw usageFailure(`--for: “${options.for}” is not a time such as 2h or 30m.`);
  }
  const note = options.note?.trim() ?? "";
  if (note.length > longestNote) throw usageFailure(`--note: at most ${longestNote} characters.`);
  return atCluster(context, file, async (seen) => {
    const { inventory, session, clock, config } = seen;
    if (scope.kind === "group" && config !== null) requireGroup(config, scope.group);
    if (scope.kind === "container") {
      const { vmid } = scope;
      if (!inventory.containers.some((container) => container.vmid === vmid)) {
        throw new CommandFailure(exitCodes.failed, `${inventory.cluster} has no container ${vmid} that can be seen.`);
      }
    }
    const now = clock();
    const begun: Pause = {
      scope,
      direction,
      since: now,
      until: seconds === null ? null : now + seconds * 1000,
      note: note === "" ? null : note,
    };
    const state = await session.stateStore.update(inventory.cluster, (before) => withPause(before, begun));
    const { output } = context;
    if (scope.kind === "group") {
      await output.note(
        `${output.notePaint("yellow", "!")} Horizontal groups are not run in this version, so this holds no container now. Pause each with --vmid, or with the tag autoscaler-paused.`,
      );
    }
    await output.note(
      `Every program that keeps its records in ${session.stateStore.location.directory} observes this. For others, give the container the tag autoscaler-paused.`,
    );
    return tell(context, seen, state, "");
  });
}

/** `resume`: takes back what `pause` with the same words began. */
export async function resume(
  context: CommandContext,
  file: string | undefined,
  options: ScopeOptions,
): Promise<ExitCode> {
  const scope = scopeOf(options);
  const direction = directionOf(options);
  return atCluster(context, file, async (seen) => {
    const { inventory, session, nameOf } = seen;
    const before = await seen.state();
    const what = pausedText(scope, direction, nameOf);
    if (withoutPause(before, scope, direction) === before) {
      await context.output.note(`${capital(what)} was not paused.`);
      return tell(context, seen, before, "Nothing is paused.");
    }
    const state = await session.stateStore.update(inventory.cluster, (now) => withoutPause(now, scope, direction));
    await context.output.note(`${capital(what)} is resumed.`);
    return tell(context, seen, state, "Nothing is paused any more.");
  });
}

function requireGroup({ file, groups }: AutoscalerConfig, wanted: string): void {
  if (groups.some(({ name }) => name === wanted)) return;
  const names = groups.map(({ name }) => printable(name)).join(", ");
  throw new CommandFailure(
    exitCodes.failed,
    `${file} has no group “${printable(wanted)}”; ${names === "" ? "it has none at all" : `there is ${names}`}.`,
  );
}

/** A cluster and what is remembered of it. */
interface Seen {
  readonly config: AutoscalerConfig | null;
  readonly session: Session;
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly nameOf: (vmid: number) => string | null;
  readonly state: () => Promise<State>;
}

/** Records are kept by cluster, so the cluster is asked for its name. */
async function atCluster(
  context: CommandContext,
  file: string | undefined,
  act: (seen: Seen) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { output, surroundings } = context;
  const { signal } = surroundings;
  const config = file === undefined ? null : await loadConfiguration(context, file);
  await using session = await openSession(context, config);
  await output.progress(`Reading ${session.gateway.endpoint} …`);
  const clock = await clusterClock(session.gateway, signal);
  const inventory = await session.gateway.inventory({ signal });
  await refuseBlindness(session, inventory, signal);
  const names = new Map(inventory.containers.map(({ vmid, name }) => [vmid, name]));
  return await act({
    config,
    session,
    inventory,
    clock,
    nameOf: (vmid) => names.get(vmid) ?? null,
    state: () => session.stateStore.read(inventory.cluster),
  });
}

async function tell(
  { output, options }: CommandContext,
  { inventory, clock, nameOf }: Seen,
  state: State,
  none: string,
): Promise<ExitCode> {
  const now = clock();
  const pauses = (state.pauses ?? []).filter((one) => inForce(one, now));
  if (options.format === "json") await output.printJson(pausesDocument(inventory.cluster, pauses));
  else if (pauses.length === 0) await output.print(none);
  else await output.print(["Paused:", ...pauses.map((one) => `  ${pauseText(one, now, nameOf)}`)].join("\n"));
  return exitCodes.done;
}

function scopeOf({ vmid, group }: ScopeOptions): PauseScope {
  if (vmid !== undefined && group !== undefined) throw usageFailure("--vmid and --group exclude each other.");
  if (vmid !== undefined) return { kind: "container", vmid: vmidOf(vmid) };
  if (group === undefined) return { kind: "all" };
  if (group.trim() === "") throw usageFailure("--group needs the name of a group.");
  return { kind: "group", group };
}

/** What `--vmid` names. */
export function vmidOf(text: string): number {
  const vmid = /^\d{3,9}$/u.test(text) ? Number(text) : Number.NaN;
  if (vmid >= 100) return vmid;
  throw usageFailure(`--vmid: “${text}” is not the number of a container, such as 101.`);
}

function directionOf({ direction = "both" }: ScopeOptions): PauseDirection {
  if (direction === "up" || direction === "down" || direction === "both") return direction;
  throw usageFailure(`--direction: “${direction}” is none of up, down, both.`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
