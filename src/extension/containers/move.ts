import type { Container, Inventory } from "../../model/index.js";
import type { MigrationTargets } from "../../proxmox/index.js";
import { l10n } from "../base/l10n.js";

/** Which of some containers can go to a node, and why the others can't. */
export interface Move {
  readonly going: readonly Container[];
  readonly staying: readonly { readonly container: Container; readonly why: string }[];
}

/** Why nothing at all can go to a node; `null`: something may. */
export function closedTo({ nodes, quorate }: Pick<Inventory, "nodes" | "quorate">, to: string): string | null {
  const node = nodes.find(({ name }) => name === to);
  if (node === undefined) return l10n.t("There is no node {0}.", to);
  // Proxmox lists nodes that are away as allowed, and fails minutes later.
  if (node.status !== "online") return l10n.t("{0} is not online.", to);
  if (quorate === false) return l10n.t("The cluster has no quorum: nothing can be moved until it has one again.");
  return null;
}

/** Sorts out what can go to a node. `targets`: where Proxmox says each can go, `null` where it does not say. */
export function moveOf(
  containers: readonly Container[],
  to: string,
  targets: ReadonlyMap<number, MigrationTargets | null>,
): Move {
  const going: Container[] = [];
  const staying: { container: Container; why: string }[] = [];
  for (const container of containers) {
    const why = obstacle(container, to, targets.get(container.vmid) ?? null);
    if (why === null) going.push(container);
    else staying.push({ container, why });
  }
  return { going, staying };
}

function obstacle(container: Container, to: string, targets: MigrationTargets | null): string | null {
  const { node, lock, stale, status, haState } = container;
  if (node === to) return l10n.t("is there already");
  if (stale || status === "unknown") return l10n.t("its node {0} is not online", node);
  if (lock !== null) return l10n.t("it is locked for {0}", lock);
  if (status === "paused") return l10n.t("it is paused");
  if (haState === "error") return l10n.t("high availability says “{0}”", haState);
  return targets?.refused.find((refused) => refused.node === to)?.reason ?? null;
}
