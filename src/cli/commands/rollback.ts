import { builtInSafety, effectiveSettings, type EffectiveSettings } from "../../config/index.js";
import { outcomeDocument, withPause, type State } from "../../engine/index.js";
import { counted, parseDuration, type Container, type Outcome } from "../../model/index.js";
import {
  clusterClock,
  pastRuns,
  planRollback,
  recover,
  rollBack,
  runToUndo,
  type RollbackPlan,
  type RollbackWish,
} from "../../operate/index.js";
import { interruption, reportRun, stageTeller } from "../carried-out.js";
import { loadConfiguration } from "../configuration.js";
import type { CommandContext } from "../context.js";
import { CommandFailure, exitCodes, usageFailure, type ExitCode } from "../failure.js";
import { runsDocument, type RollbackDocument } from "../json/rollback.js";
import { tellProblems } from "../planning.js";
import { openSession, refuseBlindness, refusePowerlessness } from "../session.js";
import { rollbackPlanText, runsText, shownRuns } from "../text/rollback.js";
import { confirm, exitCodeOf } from "./apply.js";
import { vmidOf } from "./pause.js";

export interface RollbackWords {
  readonly vmid?: string;
  readonly run?: string;
  readonly yes?: boolean;
  /** Keep it so for that time: `2h`. */
  readonly pause?: string;
  /** Grow back also on a node that has no room for it. */
  readonly despiteFullNode?: boolean;
}

/** Fraction of what is in use that is kept beside it where no file says otherwise. */
const builtInHeadroom = 0.2;

/** `rollback`: lists what earlier runs changed, or restores what a run, or the last one that changed a container, found. */
export async function rollback(
  context: CommandContext,
  file: string | undefined,
  words: RollbackWords,
): Promise<ExitCode> {
  const { output, options, surroundings } = context;
  const { signal } = surroundings;
  const wish = wishOf(words);
  const pauseSeconds = words.pause === undefined ? null : parseDuration(words.pause);
  if (words.pause !== undefined && (pauseSeconds === null || pauseSeconds < 1)) {
    throw usageFailure(`--pause: “${words.pause}” is not a time such as 2h or 1d.`);
  }
  if (wish === null && (words.yes === true || words.pause !== undefined)) {
    throw usageFailure("What is to be taken back? Give --run <run>, --run last or --vmid <id>.");
  }
  if (wish !== null && words.yes !== true && surroundings.stdin.isTTY !== true) {
    throw usageFailure(
      "rollback asks before it changes anything, and there is no terminal to ask on.",
      "Look at `lxc-autoscaler rollback` first, then give --yes.",
    );
  }
  const config = file === undefined ? null : await loadConfiguration(context, file);
  await using session = await openSession(context, config);
  const { gateway, stateStore, audit } = session;
  await output.progress(`Reading ${gateway.endpoint} …`);
  const clock = await clusterClock(gateway, signal);
  const { cluster } = await gateway.inventory({ signal });
  if (wish === null) {
    const runs = pastRuns(await audit.read(cluster));
    if (options.format === "json") await output.printJson(runsDocument(cluster, runs));
    else if (runs.length === 0) {
      await output.print(`No run has changed anything, says ${audit.file(cluster)}.`);
    } else {
      const shown = output.options.verbose ? runs : runs.slice(0, shownRuns);
      await output.print(runsText(shown, output));
      if (shown.length < runs.length) await output.note(`${runs.length - shown.length} earlier runs: --verbose.`);
    }
    return exitCodes.done;
  }

  // What a run was killed in the middle of belongs to what it did.
  await recover({ gateway, stateStore, audit, cluster }, clock(), signal);
  const undoes = runToUndo(pastRuns(await audit.read(cluster)), wish);
  if (undoes === null) throw new CommandFailure(exitCodes.failed, nothingToUndo(wish));
  const { vmid } = wish;
  const concerned = new Set(undoes.changes.map((change) => change.vmid));
  const inventory = await gateway.inventory({
    signal,
    configurationOf: (container) => concerned.has(container.vmid),
    nodeMemory: true,
  });
  await refuseBlindness(session, inventory, signal);
  await tellProblems(context, inventory);
  const settingsOf = (container: Container): EffectiveSettings | null =>
    config === null ? null : effectiveSettings(config, container, clock());
  const plan = planRollback(undoes, inventory, {
    vmid,
    headroom: (container) => settingsOf(container)?.memory?.headroom ?? builtInHeadroom,
    priority: (container) => settingsOf(container)?.priority ?? 0,
    safety: words.despiteFullNode === true ? null : (config?.safety ?? builtInSafety()),
  });
  if (plan.restorations.length === 0) {
    throw new CommandFailure(exitCodes.failed, `Run ${undoes.run} did not change container ${String(vmid)}.`);
  }
  const where = `${cluster} (${gateway.endpoint})`;
  await output.note(rollbackPlanText(plan, where, { paint: output.notePaint, width: output.noteWidth }));
  const chosen = plan.restorations.filter(({ refusal, same }) => refusal === null && !same);
  await refusePowerlessness(
    session,
    chosen.map(({ decision }) => decision),
    signal,
  );
  if (chosen.length > 0 && words.yes !== true) {
    await confirm(context, `Restore ${counted(chosen.length, "change")} on ${where}?`);
  }

  const rolledBack = await rollBack({
    gateway,
    plan,
    inventory,
    config,
    stateStore,
    audit,
    clock,
    signal,
    onStage: stageTeller(context),
  });
  const { run, results } = rolledBack;
  if (pauseSeconds !== null) {
    const now = clock();
    await stateStore.update(cluster, (state) => pausing(state, results, undoes.run, now, now + pauseSeconds * 1000));
  }
  const document: RollbackDocument = { version: 1, run, undoes: undoes.run, results: results.map(outcomeDocument) };
  await reportRun(context, rolledBack, document);
  const interrupted = await interruption(context, results);
  if (interrupted !== null) return interrupted;
  if (pauseSeconds === null && results.some(({ outcome }) => outcome === "applied")) {
    await output.note(afterwards(plan));
  }
  return exitCodeOf(results);
}

function wishOf({ vmid, run }: RollbackWords): (RollbackWish & { readonly vmid: number | null }) | null {
  const container = vmid === undefined ? null : vmidOf(vmid);
  if (run !== undefined) return { kind: "run", run, vmid: container };
  return container === null ? null : { kind: "container", vmid: container };
}

function nothingToUndo(wish: RollbackWish): string {
  if (wish.kind === "container") {
    return `No run has changed container ${wish.vmid} that was not taken back already.`;
  }
  return wish.run === "last"
    ? "No run has changed anything that was not taken back already."
    : `There is no run ${wish.run} that changed anything; lxc-autoscaler rollback lists them.`;
}

/** The containers that were restored stay as they are for a while. */
function pausing(state: State, results: readonly Outcome[], undoes: string, since: number, until: number): State {
  const vmids = new Set(results.filter(({ outcome }) => outcome === "applied").map(({ vmid }) => vmid));
  return [...vmids].reduce(
    (before, vmid) =>
      withPause(before, {
        scope: { kind: "container", vmid },
        direction: "both",
        since,
        until,
        note: `rolled back run ${undoes}`,
      }),
    state,
  );
}

function afterwards({ restorations }: RollbackPlan): string {
  const [first] = restorations;
  const vmid = first === undefined ? "<id>" : String(first.decision.vmid);
  return `A loop takes this for a change by hand: it leaves it alone for its longer cooldown and then decides anew. lxc-autoscaler pause --vmid ${vmid} keeps it so.`;
}
