import { EventEmitter, FileDecoration, l10n, Uri, type FileDecorationProvider } from "vscode";
import { Owner } from "../base/lifetime.js";
import type { PlanModel } from "../scaling/plan-model.js";

const scheme = "lxc-container";

/** Names a container for decorations; nothing can be opened under it. */
export function containerUri(clusterId: string, vmid: number): Uri {
  return Uri.from({ scheme, authority: clusterId, path: `/${vmid}` });
}

/** Marks containers in the tree that the plan would grow (▲) or shrink (▼). */
export class PlanDecorations extends Owner implements FileDecorationProvider {
  readonly #changed = this.own(new EventEmitter<undefined>());
  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(private readonly plans: PlanModel) {
    super();
    this.own(plans.onDidChange(() => this.#changed.fire(undefined)));
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    if (uri.scheme !== scheme) return undefined;
    const vmid = Number(uri.path.slice(1));
    const changes = this.plans.pendingChanges(uri.authority, vmid);
    const [change] = changes;
    if (change === undefined) return undefined;
    const up = changes.some(({ action }) => action === "scale-up");
    const down = changes.some(({ action }) => action === "scale-down");
    const badge = up && down ? "▲▼" : up ? "▲" : "▼";
    // No colour of its own: it would tint the whole row, whose icon already says how the container is.
    const decoration = new FileDecoration(
      badge,
      up ? l10n.t("The plan would grow it") : l10n.t("The plan would shrink it"),
    );
    decoration.propagate = false;
    return decoration;
  }
}
