import { commands, l10n, window } from "vscode";
import { isCancelled, isProxmoxError, sentenceOf } from "./base/problem.js";
import type { Cluster } from "./cluster/cluster.js";
import { viewIds, type CommandId } from "./ids.js";

/** A button of a notification: the next sensible thing to do. */
export interface NextStep {
  readonly title: string;
  readonly run: () => unknown;
}

/** What a failure is told with. */
export interface Reporter {
  readonly log: { error(message: string): void };
  readonly taskLogs: { show(cluster: Cluster, upid: string): Promise<void> };
}

/** Runs a command of ours by its id. */
export function runCommand(id: CommandId, ...args: readonly unknown[]): Thenable<unknown> {
  return commands.executeCommand(id, ...args);
}

/**
 * Tells of a failure, once, in one sentence with a button, and writes it to the log. Does not wait for the
 * person to read it. What was cancelled is no failure.
 */
export function reportFailure(
  reporter: Reporter,
  error: unknown,
  about: { readonly cluster?: Cluster; readonly next?: NextStep } = {},
): void {
  if (isCancelled(error)) return;
  const sentence = sentenceOf(error);
  reporter.log.error(error instanceof Error ? (error.stack ?? sentence) : sentence);
  tell("error", sentence, about.next ?? nextStepOf(reporter, error, about.cluster));
}

/** Told last, for tests inside the editor: notifications can't be looked at from there. */
const told: string[] = [];
const mostTold = 20;

/** What was told last, the newest at the end. */
export function lastTold(): readonly string[] {
  return [...told];
}

/** Shows a notification with its buttons, without waiting for it. */
export function tell(
  severity: "information" | "warning" | "error",
  message: string,
  ...next: readonly (NextStep | undefined)[]
): void {
  told.push(message);
  if (told.length > mostTold) told.shift();
  const steps = next.filter((step) => step !== undefined);
  const buttons = steps.map(({ title }) => title);
  const show = {
    information: window.showInformationMessage,
    warning: window.showWarningMessage,
    error: window.showErrorMessage,
  }[severity];
  void show(message, ...buttons).then((pressed) => {
    void steps.find(({ title }) => title === pressed)?.run();
  });
}

/** The one table from a failure to what helps. */
export function nextStepOf(reporter: Reporter, error: unknown, cluster?: Cluster): NextStep {
  const showLog: NextStep = { title: l10n.t("Show log"), run: () => runCommand("lxcAutoscaler.showLog") };
  if (!isProxmoxError(error)) return showLog;
  const target = cluster === undefined ? [] : [{ kind: "cluster", id: cluster.id, cluster }];
  const { upid } = error.details;
  switch (error.kind) {
    case "untrusted-certificate":
      return {
        title: l10n.t("Compare certificate…"),
        run: () => runCommand("lxcAutoscaler.compareCertificate", ...target),
      };
    case "not-authenticated":
      return { title: l10n.t("Enter token…"), run: () => runCommand("lxcAutoscaler.enterToken", ...target) };
    case "forbidden":
      return {
        title: l10n.t("Check privileges"),
        run: () => runCommand("lxcAutoscaler.checkPrivileges", ...target),
      };
    case "task-failed":
    case "timed-out":
    case "outcome-unknown":
      return upid === undefined || cluster === undefined
        ? { title: l10n.t("Refresh"), run: () => runCommand("lxcAutoscaler.refresh") }
        : {
            title: l10n.t("Show task log"),
            run: async () => {
              try {
                await reporter.taskLogs.show(cluster, upid);
              } catch (fault) {
                reportFailure(reporter, fault);
              }
            },
          };
    case "unreachable":
    case "node-offline":
    case "not-found":
    case "conflict":
    case "locked":
      return { title: l10n.t("Refresh"), run: () => runCommand("lxcAutoscaler.refresh") };
    case "invalid-parameter":
    case "no-quorum":
    case "cancelled":
    case "refused":
      return showLog;
  }
}

/** For commands that need a cluster where there is none. */
export function tellNoCluster(): void {
  tell("information", l10n.t("No cluster is connected yet."), {
    title: l10n.t("Connect to Proxmox…"),
    run: () => runCommand("lxcAutoscaler.connect"),
  });
}

/** Shows a view of ours. */
export function focusView(view: keyof typeof viewIds): Thenable<unknown> {
  return commands.executeCommand(`${viewIds[view]}.focus`);
}
