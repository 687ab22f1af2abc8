import { DataTransferItem, type DataTransfer, type TreeDragAndDropController } from "vscode";
import type { Dropped } from "../commands/container/migrate.js";
import { viewIds } from "../ids.js";
import { runCommand } from "../notify.js";
import type { ContainersTree } from "./containers-tree.js";
import type { ContainerElement, ContainersElement } from "./elements.js";

const mime = `application/vnd.code.tree.${viewIds.containers.toLowerCase()}`;

/** Dragging containers onto a node, or onto what stands below it, asks to migrate them there. */
export class ContainersDragAndDrop implements TreeDragAndDropController<ContainersElement> {
  readonly dragMimeTypes: readonly string[] = [];
  readonly dropMimeTypes = [mime];
  readonly #tree: ContainersTree;

  constructor(tree: ContainersTree) {
    this.#tree = tree;
  }

  handleDrag(source: readonly ContainersElement[], data: DataTransfer): void {
    const containers = source.filter((element) => element.kind === "container");
    if (containers.length > 0) data.set(mime, new DataTransferItem(containers));
  }

  async handleDrop(target: ContainersElement | undefined, data: DataTransfer): Promise<void> {
    const dragged: unknown = data.get(mime)?.value;
    const node = this.#nodeOf(target);
    if (node === null || !Array.isArray(dragged)) return;
    const containers = (dragged as readonly ContainerElement[]).filter(({ cluster }) => cluster === node.cluster);
    if (containers.length === 0) return;
    const dropped: Dropped = {
      cluster: node.cluster.id,
      vmids: [...new Set(containers.map(({ vmid }) => vmid))],
      to: node.node,
    };
    await runCommand("lxcAutoscaler.migrateContainer", dropped);
  }

  #nodeOf(target: ContainersElement | undefined): Extract<ContainersElement, { kind: "node" }> | null {
    if (target === undefined || target.kind === "node") return target ?? null;
    const parent = this.#tree.parent(target);
    return parent?.kind === "node" ? parent : null;
  }
}
