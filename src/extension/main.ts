import { l10n, type ExtensionContext } from "vscode";
import type { ExtensionApi } from "./api.js";
import { translateBy } from "./base/l10n.js";
import { Extension } from "./extension.js";

let extension: Extension | null = null;

/** Called once, when a view, a command or a language of ours is first used. */
export function activate(context: ExtensionContext): ExtensionApi {
  translateBy((message, ...values) => l10n.t(message, ...values));
  extension = new Extension(context);
  return extension.api;
}

/** Lets go of everything: timers, connections, the demo, the language server, the log. */
export async function deactivate(): Promise<void> {
  const ending = extension;
  extension = null;
  await ending?.end();
}
