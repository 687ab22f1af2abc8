import { l10n } from "vscode";
import type { App } from "../../app.js";
import { power, type PowerWords } from "./power.js";

/** Stops containers at once, without asking what runs in them. */
export function stopContainer(app: App, target?: unknown, targets?: unknown): Promise<void> {
  const words: PowerWords = {
    verb: "stop",
    canAct: ({ status, stale, lock }) => (status === "running" || status === "paused") && !stale && lock === null,
    title: l10n.t("Stop container"),
    none: l10n.t("There is no running container to stop."),
    doing: l10n.t("stopping…"),
    done: (name) => l10n.t("{0} has been stopped.", name),
    failed: (name) => l10n.t("{0} was not stopped", name),
    question: {
      message: (name, cluster) => l10n.t("Stop {0} on {1} at once?", name, cluster),
      several: (count, cluster) => l10n.t("Stop {0} containers on {1} at once?", count, cluster),
      detail: l10n.t(
        "Every process in it is killed: what is not written to disk yet is lost. “Shut down” ends them cleanly.",
      ),
      action: l10n.t("Stop"),
    },
  };
  return power(words, app, target, targets);
}
