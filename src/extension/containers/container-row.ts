import type { Container } from "../../model/index.js";
import { l10n } from "../base/l10n.js";
import { percent, share, usageOf } from "./figures.js";

/** What a container's icon says. */
export type Mood = "running" | "stopped" | "paused" | "locked" | "template" | "unknown" | "trouble";

/** What is seen of a container's row. Two that are equal need no repaint. */
export interface ContainerLooks {
  readonly label: string;
  readonly description: string;
  readonly mood: Mood;
  /** `container.running`, `container.stopped.locked`, … for the `when` of menus. */
  readonly contextValue: string;
  /** Why it is in trouble, in words; empty where it is not. */
  readonly trouble: string;
}

/** A container as its row shows it. */
export interface ContainerRow extends ContainerLooks {
  /** For a screen reader. */
  readonly spoken: string;
}

/** From this share on a container is short of something, whatever a policy may say of it. */
const short = 0.95;

/** Why a container is in trouble, in words; empty where it is not. */
export function troublesOf(container: Container): readonly string[] {
  const troubles: string[] = [];
  if (container.haState === "error" || container.haState === "fence") {
    troubles.push(l10n.t("high availability says “{0}”", container.haState));
  }
  if (!isLive(container)) return troubles;
  const memory = share(container.memory, container.memoryLimit);
  if (memory !== null && memory >= short) troubles.push(l10n.t("memory is at {0}", percent(memory)));
  if (container.cpu !== null && container.cpu >= short) troubles.push(l10n.t("CPU is at {0}", percent(container.cpu)));
  const disk = share(container.disk, container.diskLimit);
  if (disk !== null && disk >= short) troubles.push(l10n.t("the root file system is at {0}", percent(disk)));
  return troubles;
}

/** True where two rows look and sound the same: what a screen reader says is made of the same parts. */
export function looksSame(a: ContainerLooks, b: ContainerLooks): boolean {
  return (
    a.description === b.description &&
    a.label === b.label &&
    a.mood === b.mood &&
    a.contextValue === b.contextValue &&
    a.trouble === b.trouble
  );
}

/** The row of a container. `doing` is what we are having Proxmox do with it (`Starting…`). */
export function containerRow(container: Container, doing?: string): ContainerRow {
  const looks = containerLooks(container, doing);
  const usage = isLive(container)
    ? `, ${l10n.t("CPU {0}, memory {1}", percent(container.cpu), usageOf(container.memory, container.memoryLimit))}`
    : "";
  const lock = container.lock === null ? "" : `, ${l10n.t("locked for {0}", container.lock)}`;
  const trouble = looks.trouble === "" ? "" : `, ${looks.trouble}`;
  const spoken = l10n.t("{0}, container {1}, {2}", looks.label, container.vmid, doing ?? stateWords(container));
  return { ...looks, spoken: `${spoken}${lock}${usage}${trouble}` };
}

/** What is seen of a container's row. */
export function containerLooks(container: Container, doing?: string): ContainerLooks {
  const { vmid, name, lock } = container;
  const troubles = troublesOf(container);
  const figures = isLive(container)
    ? `${percent(container.cpu)} · ${usageOf(container.memory, container.memoryLimit)}`
    : stateWords(container);
  return {
    label: name === "" ? String(vmid) : name,
    description: `${vmid} · ${doing ?? (lock === null ? figures : `${figures} · ${lock}`)}`,
    mood: moodOf(container, troubles),
    contextValue: contextOf(container, doing),
    trouble: troubles.join(", "),
  };
}

/** Its figures are of now. */
function isLive({ status, stale }: Container): boolean {
  return status === "running" && !stale;
}

/**
 * True for what goes wrong if nobody looks: memory or disk at its end, or high availability at a loss. A CPU that is busy for a
 * moment is no reason to call anybody.
 */
export function needsSomebody(container: Container): boolean {
  const { haState, memory, memoryLimit, disk, diskLimit } = container;
  if (haState === "error" || haState === "fence") return true;
  if (!isLive(container)) return false;
  return (share(memory, memoryLimit) ?? 0) >= short || (share(disk, diskLimit) ?? 0) >= short;
}

function moodOf(container: Container, troubles: readonly string[]): Mood {
  if (container.template) return "template";
  if (container.lock !== null) return "locked";
  if (container.status === "unknown" || container.stale) return "unknown";
  if (troubles.length > 0) return "trouble";
  return container.status;
}

function stateWords(container: Container): string {
  if (container.template) return l10n.t("template");
  const status = statusWord(container.status);
  return container.stale ? l10n.t("last known: {0}", status) : status;
}

/** What Proxmox calls its state, in the language of the editor. */
export function statusWord(status: Container["status"]): string {
  switch (status) {
    case "running":
      return l10n.t("running");
    case "stopped":
      return l10n.t("stopped");
    case "paused":
      return l10n.t("paused");
    case "unknown":
      return l10n.t("unknown");
  }
}

function contextOf(container: Container, doing: string | undefined): string {
  if (doing !== undefined) return "container.busy";
  if (container.template) return "container.template";
  const state = container.stale ? "unknown" : container.status;
  return `container.${state}${container.lock === null ? "" : ".locked"}`;
}
