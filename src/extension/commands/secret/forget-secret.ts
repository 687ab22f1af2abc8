import { l10n, window } from "vscode";
import type { App } from "../../app.js";
import { tell } from "../../notify.js";

/** Takes a secret out of the editor's key store, after a question. From the palette it asks which. */
export async function forgetSecret(app: App, target?: unknown): Promise<boolean> {
  const { keptSecrets, confirm } = app;
  await keptSecrets.whenIdle();
  const { names } = keptSecrets;
  if (names.length === 0) {
    tell("information", l10n.t("No secret of an autoscaler file is kept in the key store of this editor."));
    return false;
  }
  const name =
    typeof target === "string" && names.includes(target)
      ? target
      : await window.showQuickPick(names, {
          title: l10n.t("Forget a secret"),
          placeHolder: l10n.t("Which of the secrets that autoscaler files refer to?"),
        });
  if (name === undefined) return false;
  const agreed = await confirm({
    message: l10n.t("Forget the secret {0}?", name),
    detail: l10n.t(
      "It is taken out of the key store of this editor. Files that refer to it have to get it from elsewhere.",
    ),
    action: l10n.t("Forget"),
  });
  if (agreed) await keptSecrets.forget(name);
  return agreed;
}
