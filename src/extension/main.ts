import { commands, window, type ExtensionContext } from "vscode";

/** Called once, when a view, a command or a language of ours is first used. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("LXC Autoscaler", { log: true });
  context.subscriptions.push(
    log,
    commands.registerCommand("lxcAutoscaler.showLog", () => log.show()),
  );
}
