import { EventEmitter, FileDecoration, l10n, Uri, type FileDecorationProvider } from "vscode";
import { Owner } from "../base/lifetime.js";
import type { Mark, PlanMarks } from "./plan-marks.js";

const scheme = "lxc-container";

/** Names a container for decorations; nothing can be opened under it. */
export function containerUri(clusterId: string, vmid: number): Uri {
  return Uri.from({ scheme, authority: clusterId, path: `/${vmid}` });
}

/** Marks containers in the tree that the plan would grow (▲) or shrink (▼), and those that are paused (‖). */
export class PlanDecorations extends Owner implements FileDecorationProvider {
  readonly #marks: PlanMarks;
  readonly #changed = this.own(new EventEmitter<Uri[]>());
  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(marks: PlanMarks) {
    super();
    this.#marks = marks;
    this.own(
      marks.onDidChange((changed) =>
        this.#changed.fire(changed.map(({ cluster, vmid }) => containerUri(cluster, vmid))),
      ),
    );
  }

  provideFileDecoration(uri: Uri): FileDecoration | undefined {
    if (uri.scheme !== scheme) return undefined;
    const mark = this.#marks.of(uri.authority, Number(uri.path.slice(1)));
    if (mark === undefined) return undefined;
    // No colour of its own: it would tint the whole row, whose icon already says how the container is.
    const decoration = new FileDecoration(badges[mark], meaning(mark));
    decoration.propagate = false;
    return decoration;
  }
}

const badges: Readonly<Record<Mark, string>> = { up: "▲", down: "▼", both: "▲▼", paused: "‖" };

function meaning(mark: Mark): string {
  switch (mark) {
    case "up":
      return l10n.t("The plan would grow it");
    case "down":
      return l10n.t("The plan would shrink it");
    case "both":
      return l10n.t("The plan would grow it in one respect and shrink it in another");
    case "paused":
      return l10n.t("Its scaling is paused");
  }
}
