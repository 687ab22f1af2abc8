import { commands, l10n, window, workspace } from "vscode";

/** True, with a word about it, in a workspace that is not trusted: there one may look and edit, not change containers. */
export function refuseRestricted(): boolean {
  if (workspace.isTrusted) return false;
  const manage = l10n.t("Manage workspace trust");
  void window
    .showWarningMessage(
      l10n.t("This workspace is in restricted mode: containers can be looked at, not changed."),
      manage,
    )
    .then((pressed) => {
      if (pressed === manage) void commands.executeCommand("workbench.trust.manage");
    });
  return true;
}
