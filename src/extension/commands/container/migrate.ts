import { setTimeout as wait } from "node:timers/promises";
import { l10n, window, type QuickPickItem } from "vscode";
import type { Container } from "../../../model/index.js";
import type { Gateway, MigrationTargets, offered } from "../../../proxmox/index.js";
import type { App } from "../../app.js";
import { loadProxmox } from "../../base/rooms.js";
import type { Cluster } from "../../cluster/cluster.js";
import { arrival } from "../../containers/arrival.js";
import { percent, usageOf } from "../../containers/figures.js";
import { closedTo, moveOf, type Move } from "../../containers/move.js";
import { containerName } from "../../containers/names.js";
import { naturally } from "../../containers/order.js";
import { tell } from "../../notify.js";
import { refuseRestricted } from "../trust.js";
import { carryOut } from "./batch.js";
import { pickTarget, targetsInTree, type Target } from "./targets.js";

/** What a drop on a node asks for. */
export interface Dropped {
  readonly cluster: string;
  readonly vmids: readonly number[];
  /** The node. */
  readonly to: string;
}

/** Moves containers of one cluster to another of its nodes: the one they were dropped on, or the one that is picked. */
export async function migrateContainer(app: App, target?: unknown, targets?: unknown): Promise<void> {
  if (refuseRestricted()) return;
  const words = { title: l10n.t("Migrate container"), none: l10n.t("There is no container that can be moved now.") };
  const dropped = isDropped(target) ? target : null;
  const chosen =
    dropped === null
      ? (targetsInTree(target, targets) ?? (await pickTarget(app, canMove, words)))
      : targetsOf(app, dropped);
  const [first] = chosen;
  if (first === undefined) return;
  const { cluster } = first;
  if (chosen.some((other) => other.cluster !== cluster)) {
    tell("information", l10n.t("Containers of different clusters can't be moved together."));
    return;
  }
  const containers = chosen.map(({ container }) => container);
  const to = dropped?.to ?? (await pickNode(cluster, containers));
  if (to === undefined) return;
  const { inventory } = cluster.inventory;
  const closed = inventory === null ? l10n.t("The cluster has not been read yet.") : closedTo(inventory, to);
  if (closed !== null) {
    tell("warning", l10n.t("Nothing was moved. {0}", closed));
    return;
  }
  const move = moveOf(containers, to, await targetsFor(app, cluster, containers));
  if (move.going.length === 0) {
    tell("information", l10n.t("Nothing was moved to {0}. {1}", to, stayingWords(move)));
    return;
  }
  if (!(await ask(app, cluster, move, to))) return;
  await carryOut(
    app,
    {
      title: words.title,
      doing: l10n.t("migrating to {0}…", to),
      done: (name) => l10n.t("{0} is on {1} now.", name, to),
      failed: (name) => l10n.t("{0} was not moved to {1}", name, to),
    },
    move.going.map((container) => ({ cluster, container })),
    ({ container }) => migrate(app, cluster, container, to),
  );
}

function isDropped(value: unknown): value is Dropped {
  return typeof value === "object" && value !== null && "vmids" in value && "to" in value && "cluster" in value;
}

function targetsOf({ clusters }: App, { cluster: id, vmids }: Dropped): readonly Target[] {
  const cluster = clusters.byId(id);
  if (cluster === undefined) return [];
  return vmids.flatMap((vmid) => {
    const container = cluster.container(vmid);
    return container === undefined ? [] : [{ cluster, container }];
  });
}

function canMove({ stale, lock, status }: Container): boolean {
  return !stale && lock === null && (status === "running" || status === "stopped");
}

async function pickNode(cluster: Cluster, containers: readonly Container[]): Promise<string | undefined> {
  const nodes = cluster.inventory.inventory?.nodes ?? [];
  const [first] = containers;
  const here = containers.every(({ node }) => node === first?.node) ? first?.node : undefined;
  const items = nodes
    .filter(({ name, status }) => status === "online" && name !== here)
    .sort((a, b) => naturally(a.name, b.name))
    .map(({ name, cpu, memory, memoryLimit }): QuickPickItem => ({
      label: name,
      description: l10n.t("CPU {0}, memory {1}", percent(cpu), usageOf(memory, memoryLimit)),
    }));
  if (items.length === 0) {
    tell("information", l10n.t("There is no other node that is online."));
    return undefined;
  }
  const picked = await window.showQuickPick(items, {
    title:
      containers.length === 1 && first !== undefined
        ? l10n.t("Migrate {0} to which node?", containerName(first))
        : l10n.t("Migrate {0} containers to which node?", containers.length),
  });
  return picked?.label;
}

/** What Proxmox itself says of where each can go, which version 8 does not. */
async function targetsFor(
  app: App,
  cluster: Cluster,
  containers: readonly Container[],
): Promise<ReadonlyMap<number, MigrationTargets | null>> {
  const lifecycle = await lifecycleOf(await cluster.gateway());
  const answers = await Promise.all(
    containers.map(
      async (container) =>
        [container.vmid, await lifecycle.migrationTargets(container, { signal: app.lifetime })] as const,
    ),
  );
  return new Map(answers);
}

async function lifecycleOf(gateway: Gateway): Promise<ReturnType<typeof offered<"lifecycle">>> {
  const proxmox = await loadProxmox();
  return proxmox.offered(gateway, "lifecycle");
}

async function ask(app: App, cluster: Cluster, move: Move, to: string): Promise<boolean> {
  const { going, staying } = move;
  const [first] = going;
  const running = going.filter(({ status }) => status === "running");
  const list = going.slice(0, most).map((container) => `${containerName(container)}: ${container.node} → ${to}`);
  const more = going.length - list.length;
  return app.confirm({
    message:
      going.length === 1 && first !== undefined
        ? l10n.t("Migrate {0} from {1} to {2} on {3}?", containerName(first), first.node, to, cluster.fullName)
        : l10n.t("Migrate {0} containers to {1} on {2}?", going.length, to, cluster.fullName),
    detail: [
      ...(going.length === 1 ? [] : [[...list, ...(more > 0 ? [l10n.t("and {0} more", more)] : [])].join("\n")]),
      ...(running.length === 0
        ? [l10n.t("It does not run, and is moved as it is.")]
        : [
            l10n.t(
              "A container can't be moved while it runs: it is shut down, moved and started on {0}. Until then its services can't be reached.",
              to,
            ),
          ]),
      l10n.t("Disks that are not on shared storage are copied, which takes its time."),
      ...(going.some(({ haState }) => haState !== null)
        ? [l10n.t("High availability carries it out, and begins some seconds later.")]
        : []),
      ...(staying.length === 0 ? [] : [stayingWords(move)]),
    ].join("\n\n"),
    action: l10n.t("Migrate"),
  });
}

const most = 10;

function stayingWords({ staying }: Move): string {
  const lines = staying.slice(0, most).map(({ container, why }) => `${containerName(container)}: ${why}`);
  return staying.length === 0 ? "" : l10n.t("Left where it is: {0}", lines.join("; "));
}

async function migrate(app: App, cluster: Cluster, container: Container, to: string): Promise<void> {
  const { waitForTask } = await loadProxmox();
  const gateway = await cluster.gateway();
  const lifecycle = await lifecycleOf(gateway);
  const options = { signal: app.lifetime };
  const upid = await lifecycle.migrate(container, { node: to, restart: container.status === "running" }, options);
  await waitForTask(gateway, upid, options);
  if (container.haState === null) return;
  await arrival(to, {
    look: async () => {
      await cluster.inventory.refresh();
      return cluster.container(container.vmid);
    },
    wait: (seconds) => wait(seconds * 1000, undefined, options),
  });
}
