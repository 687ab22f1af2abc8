import { l10n, Uri } from "vscode";
import type { App } from "../../app.js";
import { runCommand, tell } from "../../notify.js";
import type { PlanSource } from "../../scaling/plan-source.js";
import { pickTarget, targetsInTree, type Target } from "./targets.js";

/** The container that was clicked, or the one that is picked; `null`: given up, or there is none. */
export async function oneContainer(app: App, target: unknown, title: string): Promise<Target | null> {
  const words = { title, none: l10n.t("There is no container to explain.") };
  const [chosen] = targetsInTree(target, undefined) ?? (await pickTarget(app, () => true, words));
  return chosen ?? null;
}

/** The autoscaler file that counts, as it is in the editor; `null`: there is none, which is told, or given up. */
export async function autoscalerFile(app: App): Promise<PlanSource | null> {
  const uri = await app.files.choose();
  if (uri !== null) return app.files.read(uri);
  tell("information", l10n.t("There is no autoscaler file in this workspace."), {
    title: l10n.t("New autoscaler file"),
    run: () => runCommand("lxcAutoscaler.newFile"),
  });
  return null;
}

/** `/effective/web-1 (101).yaml`, whatever a container is called. */
export function pathFor(kind: string, { container: { name, vmid } }: Target, extension: string): string {
  const shown = name.replaceAll(/[^\w.-]+/gu, "_");
  return `/${kind}/${shown === "" ? "" : `${shown} `}(${vmid}).${extension}`;
}

/** The address of a line of a file, or of a file that it includes. */
export function lineAddress(source: PlanSource, line: number, file: string | undefined): string {
  const uri = file === undefined ? Uri.parse(source.uri) : Uri.file(file);
  return uri.with({ fragment: `L${line}` }).toString();
}
