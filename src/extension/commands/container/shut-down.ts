import { l10n } from "vscode";
import type { App } from "../../app.js";
import { power, type PowerWords } from "./power.js";

/** Asks running containers to shut down, as their own init does. */
export function shutDownContainer(app: App, target?: unknown, targets?: unknown): Promise<void> {
  const words: PowerWords = {
    verb: "shutdown",
    canAct: ({ status, stale, lock }) => status === "running" && !stale && lock === null,
    title: l10n.t("Shut down container"),
    none: l10n.t("There is no running container to shut down."),
    doing: l10n.t("shutting down…"),
    done: (name) => l10n.t("{0} has shut down.", name),
    failed: (name) => l10n.t("{0} was not shut down", name),
    question: {
      message: (name, cluster) => l10n.t("Shut down {0} on {1}?", name, cluster),
      several: (count, cluster) => l10n.t("Shut down {0} containers on {1}?", count, cluster),
      detail: l10n.t("Its services end cleanly, and can't be reached until it is started again."),
      action: l10n.t("Shut down"),
    },
  };
  return power(words, app, target, targets);
}
