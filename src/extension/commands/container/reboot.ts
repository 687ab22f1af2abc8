import { l10n } from "vscode";
import type { App } from "../../app.js";
import { power, type PowerWords } from "./power.js";

/** Shuts running containers down cleanly and starts them again. */
export function rebootContainer(app: App, target?: unknown, targets?: unknown): Promise<void> {
  const words: PowerWords = {
    verb: "reboot",
    canAct: ({ status, stale, lock }) => status === "running" && !stale && lock === null,
    title: l10n.t("Reboot container"),
    none: l10n.t("There is no running container to reboot."),
    doing: l10n.t("rebooting…"),
    done: (name) => l10n.t("{0} has rebooted.", name),
    failed: (name) => l10n.t("{0} was not rebooted", name),
    question: {
      message: (name, cluster) => l10n.t("Reboot {0} on {1}?", name, cluster),
      several: (count, cluster) => l10n.t("Reboot {0} containers on {1}?", count, cluster),
      detail: l10n.t("Its services end cleanly, and can't be reached until they are up again."),
      action: l10n.t("Reboot"),
    },
  };
  return power(words, app, target, targets);
}
