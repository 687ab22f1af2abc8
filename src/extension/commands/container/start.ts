import { l10n } from "vscode";
import type { App } from "../../app.js";
import { power, type PowerWords } from "./power.js";

/** Starts stopped containers. */
export function startContainer(app: App, target?: unknown, targets?: unknown): Promise<void> {
  const words: PowerWords = {
    verb: "start",
    canAct: ({ status, template, stale, lock }) => status === "stopped" && !template && !stale && lock === null,
    title: l10n.t("Start container"),
    none: l10n.t("There is no stopped container to start."),
    doing: l10n.t("starting…"),
    done: (name) => l10n.t("{0} has started.", name),
    failed: (name) => l10n.t("{0} was not started", name),
  };
  return power(words, app, target, targets);
}
