import { createInterface } from "node:readline/promises";
import type { AutoscalerConfig } from "../../config/index.js";
import { outcomeDocument } from "../../engine/index.js";
import { counted, isChange } from "../../model/index.js";
import type { Outcome } from "../../model/index.js";
import { applyPlan, NotesLease, standingLease, type StandingLease } from "../../operate/index.js";
import { ProxmoxError } from "../../proxmox/index.js";
import { interruption, reportRun, stageTeller } from "../carried-out.js";
import { loadConfiguration } from "../configuration.js";
import { CommandFailure, exitCodes, usageFailure, type ExitCode } from "../failure.js";
import type { CommandContext } from "../context.js";
import { dryRunOf, tellPauses, tellProblems, type ShownDryRun } from "../planning.js";
import { openSession, refusePowerlessness, type Session } from "../session.js";
import { planText } from "../text/plan.js";

/** `apply <file>`: plan, show, ask, carry out, read back, report. */
export async function apply(
  context: CommandContext,
  file: string,
  { yes = false, takeOver = false }: { readonly yes?: boolean; readonly takeOver?: boolean },
): Promise<ExitCode> {
  const { output, surroundings } = context;
  const { signal } = surroundings;
  if (!yes && (surroundings.stdin.isTTY !== true || file === "-")) {
    throw usageFailure(
      "apply asks before it changes anything, and there is no terminal to ask on.",
      "Look at `lxc-autoscaler plan` first, then give --yes.",
    );
  }
  const config = await loadConfiguration(context, file);
  const [unresolved] = config.unresolved.filter(({ path }) => !path.startsWith("connection"));
  if (unresolved !== undefined) {
    throw new CommandFailure(
      exitCodes.failed,
      `${unresolved.path} refers to ${unresolved.reference}, which is not set: nothing is written with a setting missing.`,
    );
  }
  await using session = await openSession(context, config);
  const dry = await dryRunOf(context, session, config);
  await tellProblems(context, dry.inventory);
  await tellPauses(context, session, dry.inventory, dry.clock());
  const changes = dry.plan.decisions.filter(isChange);
  // With JSON the plan is still shown, beside the result and not in it.
  await output.note(
    planText(dry.plan, {
      paint: output.notePaint,
      width: output.noteWidth,
      verbose: output.options.verbose,
      where: dry.where,
      groups: config.groups.map(({ name }) => name),
    }),
  );
  await refusePowerlessness(session, changes, signal);
  if (changes.length > 0 && !takeOver) await refuseBesideAnother(context, session, config, dry);
  if (changes.length > 0 && !yes) await confirm(context, `Apply ${counted(changes.length, "change")} to ${dry.where}?`);

  const lease = changes.length > 0 && takeOver ? await takeLease(session, config, dry) : null;
  try {
    return await carryOut(context, session, config, dry, changes.length, lease);
  } finally {
    await lease?.release();
  }
}

async function carryOut(
  context: CommandContext,
  session: Session,
  config: AutoscalerConfig,
  dry: ShownDryRun,
  changes: number,
  lease: NotesLease | null,
): Promise<ExitCode> {
  const { output, surroundings } = context;
  let done = 0;
  const tellStage = stageTeller(context);
  const applied = await applyPlan({
    gateway: session.gateway,
    plan: dry.plan,
    config,
    inventory: dry.inventory,
    stateStore: session.stateStore,
    audit: session.audit,
    clock: dry.clock,
    signal: surroundings.signal,
    onOutcome: () => {
      done += 1;
      void output.progress(`${done} of ${changes} …`);
    },
    onStage: (stage) => {
      tellStage(stage);
      // Stages may take longer than a lease lasts; whether it is still ours, the guards of each write decide without it.
      void lease?.hold(config, dry.inventory, dry.clock()).catch(() => null);
    },
  });
  const { run, results } = applied;
  await reportRun(context, applied, { version: 1, run, results: results.map(outcomeDocument) });
  return (await interruption(context, results)) ?? exitCodeOf(results);
}

/** A loop would undo what is changed beside it, or change it too: its lease is respected. */
async function refuseBesideAnother(
  { output }: CommandContext,
  session: Session,
  config: AutoscalerConfig,
  dry: ShownDryRun,
): Promise<void> {
  let standing: StandingLease | null;
  try {
    standing = await standingLease(session.gateway, config, dry.inventory, dry.clock());
  } catch (error) {
    if (!(error instanceof ProxmoxError) || (error.kind !== "forbidden" && error.kind !== "node-offline")) throw error;
    await output.note(`Whether another program scales this cluster is not known: ${error.message}`);
    return;
  }
  if (standing === null) return;
  throw new CommandFailure(
    exitCodes.failed,
    `${standing.sentence} Nothing was changed.`,
    "It makes the changes that its own file asks for. To change something beside it, pause it (lxc-autoscaler pause) or\n" +
      "stop it, or give --take-over: it then only recommends until this command has ended.",
  );
}

async function takeLease(session: Session, config: AutoscalerConfig, dry: ShownDryRun): Promise<NotesLease> {
  const { gateway, stateStore } = session;
  const lease = new NotesLease({ gateway, program: "apply", location: stateStore.location, takeOver: true });
  const objection = await lease.hold(config, dry.inventory, dry.clock());
  if (objection === null) return lease;
  throw new CommandFailure(
    exitCodes.failed,
    `${objection.replace(/ This program only recommends\./u, "")} Nothing was changed.`,
  );
}

/** 0: all is as planned; 1: nothing of it is; 4: some is, some is not or not whole, or nobody knows. */
export function exitCodeOf(results: readonly Pick<Outcome, "outcome" | "planned">[]): ExitCode {
  const good = results.filter(({ outcome }) => outcome === "applied" || outcome === "unchanged").length;
  if (good === results.length && results.every(({ planned }) => planned === undefined)) return exitCodes.done;
  if (good > 0 || results.some(({ outcome }) => outcome === "unknown")) return exitCodes.partly;
  return exitCodes.failed;
}

/** Asks on the terminal; anything but yes ends the command (exit 1), and nothing was changed. */
export async function confirm({ surroundings, output }: CommandContext, what: string): Promise<void> {
  const { stdin, stderr, signal } = surroundings;
  const question = `\n${what} [y/N] `;
  const dialogue = createInterface({ input: stdin, output: stderr });
  let answer: string;
  try {
    // Ctrl-D closes the interface without an answer, and Ctrl-C may arrive here instead of as a signal.
    answer = await Promise.race([
      dialogue.question(output.notePaint("bold", question), { signal }),
      new Promise<string>((resolve) => {
        dialogue.once("close", () => resolve("closed"));
        dialogue.once("SIGINT", () => resolve("interrupted"));
      }),
    ]);
  } finally {
    dialogue.close();
  }
  // No Enter was pressed, so the cursor still stands behind the question.
  if (answer === "closed" || answer === "interrupted") await output.complain("");
  if (answer === "interrupted") throw new CommandFailure(exitCodes.interrupted, "Interrupted: nothing was changed.");
  if (!/^\s*y(?:es)?\s*$/iu.test(answer)) throw new CommandFailure(exitCodes.failed, "Nothing was changed.");
}
