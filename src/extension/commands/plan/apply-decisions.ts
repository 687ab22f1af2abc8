import { mebibyte } from "../../../model/index.js";
import { l10n, Uri, window } from "vscode";
import type { Decision, Outcome } from "../../../model/index.js";
import type { App } from "../../app.js";
import { viewIds } from "../../ids.js";
import { reportFailure, runCommand, tell } from "../../notify.js";
import { changeWords, outcomeWords } from "../../scaling/decision-row.js";
import type { ReadyPlan } from "../../scaling/plan-model.js";
import { refuseRestricted } from "../trust.js";

/** More lines than this do not fit into a question; what is left shares one. */
const mostLines = 12;

/** Carries out changes of the present plan, after a question that names each of them and the cluster. */
export async function applyDecisions(
  app: App,
  decisions: readonly Decision<unknown>[],
): Promise<readonly Outcome[] | null> {
  if (refuseRestricted()) return null;
  const { state } = app.plans;
  const dryRunFirst = { title: l10n.t("Dry run"), run: () => runCommand("lxcAutoscaler.dryRun") };
  if (state.kind !== "ready") {
    tell("information", l10n.t("There is no plan to apply yet: make a dry run first."), dryRunFirst);
    return null;
  }
  if (state.preview !== null) {
    tell(
      "information",
      l10n.t(
        "What is shown is a preview of {0} as it is typed. Make a dry run of it, look at that, and apply it then.",
        state.source.name,
      ),
      dryRunFirst,
    );
    return null;
  }
  if (decisions.length === 0) {
    tell("information", l10n.t("No change is checked that could be applied."), dryRunFirst);
    return null;
  }
  const objection = await objectionTo(app, state);
  if (objection !== null) {
    tell("warning", objection, dryRunFirst);
    return null;
  }
  if (!(await ask(app, state, decisions))) return null;
  return window.withProgress({ location: { viewId: viewIds.scaling } }, () => carryOut(app, state, decisions));
}

/** Why the plan must not be carried out as it is; `null`: nothing stands against it. */
async function objectionTo(app: App, { source, config }: ReadyPlan): Promise<string | null> {
  const now = await app.files.read(Uri.parse(source.uri)).catch(() => null);
  if (now === null) return l10n.t("{0} is not there any more.", source.name);
  if (now.text !== source.text) return l10n.t("{0} has changed since this dry run.", source.name);
  const [missing] = config.unresolved.filter(({ path }) => !path.startsWith("connection"));
  if (missing !== undefined) {
    return l10n.t(
      "{0}, line {1}: {2} is not set here, so {3} is not known.",
      source.name,
      missing.line,
      missing.reference,
      missing.path,
    );
  }
  if (config.mode === "paused") return l10n.t("{0} says mode: paused, which observes only.", source.name);
  return null;
}

function ask(app: App, { cluster }: ReadyPlan, decisions: readonly Decision<unknown>[]): Promise<boolean> {
  const named = decisions.map((decision) => `${changeWords(decision)}  (CT ${decision.vmid})`);
  const lines = named.slice(0, mostLines);
  if (named.length > mostLines) lines.push(named.slice(mostLines).join("; "));
  const [only] = decisions;
  return app.confirm({
    message:
      decisions.length === 1 && only !== undefined
        ? l10n.t("Apply {0} on {1}?", changeWords(only).replace(/^[▲▼] /u, ""), cluster.fullName)
        : l10n.t("Apply {0} changes on {1}?", decisions.length, cluster.fullName),
    detail: `${lines.join("\n")}\n\n${l10n.t("Each is refused if the container was changed since the dry run, and read back after it was written.")}`,
    action: l10n.t("Apply"),
  });
}

async function carryOut(
  app: App,
  ready: ReadyPlan,
  decisions: readonly Decision<unknown>[],
): Promise<readonly Outcome[] | null> {
  const { cluster } = ready;
  try {
    const { results, problems, busy, ended } = await app.plans.apply(ready, decisions, app.lifetime);
    note(app, ready, results, problems);
    await cluster.inventory.refresh();
    tellResults(results, problems);
    // Memory that goes down in stages takes minutes; nobody has to wait for it, and it is told when it stops early.
    if (busy.size > 0) void afterStages(app, ready, ended, results);
    return results;
  } catch (error) {
    await cluster.inventory.refresh();
    reportFailure(app, error, { cluster });
    return null;
  }
}

async function afterStages(
  app: App,
  ready: ReadyPlan,
  ended: Promise<{ readonly results: readonly Outcome[]; readonly problems: readonly string[] }>,
  told: readonly Outcome[],
): Promise<void> {
  const { results, problems } = await ended;
  if (app.lifetime.aborted) return;
  const later = results.filter((outcome) => !told.includes(outcome));
  note(app, ready, later, problems);
  await ready.cluster.inventory.refresh();
  tellResults(later, problems);
}

function note(app: App, ready: ReadyPlan, results: readonly Outcome[], problems: readonly string[]): void {
  for (const outcome of results) {
    expectRead(ready, outcome);
    app.log.info(`${changeWords(outcome)} on ${ready.cluster.fullName}: ${outcomeWords(outcome)}`);
  }
  for (const problem of problems) app.log.error(problem);
}

/** A size that was read back is shown at once. */
function expectRead({ cluster }: ReadyPlan, { vmid, resource, to, outcome, verified }: Outcome): void {
  if (outcome !== "applied" || !verified || to === null) return;
  if (resource === "cores") cluster.expect(vmid, { cores: to });
  if (resource === "memory") cluster.expect(vmid, { memoryLimit: to * mebibyte });
}

/** Success is seen in the view; what went otherwise is told once. */
function tellResults(results: readonly Outcome[], problems: readonly string[]): void {
  const bad = results.filter(({ outcome }) => outcome === "failed" || outcome === "unknown" || outcome === "skipped");
  const [first] = bad;
  if (first !== undefined) {
    const who = changeWords(first).replace(/^[▲▼] /u, "");
    const words = `${who}: ${outcomeWords(first)}`;
    tell(
      bad.some(({ outcome }) => outcome !== "skipped") ? "error" : "warning",
      bad.length === 1 && results.length === 1
        ? words
        : l10n.t("{0} of {1} changes were not applied. {2}", bad.length, results.length, words),
      { title: l10n.t("Dry run again"), run: () => runCommand("lxcAutoscaler.dryRun") },
    );
    return;
  }
  const [problem] = problems;
  if (problem !== undefined) {
    tell("warning", problem, { title: l10n.t("Show log"), run: () => runCommand("lxcAutoscaler.showLog") });
  }
}
