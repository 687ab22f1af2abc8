import type { Container } from "../../model/index.js";
import { percent, share, usageOf } from "./figures.js";

/** What a container's icon says. */
export type Mood = "running" | "stopped" | "paused" | "locked" | "template" | "unknown" | "trouble";

/** A container as its row shows it. Two equal rows need no repaint. */
export interface ContainerRow {
  readonly label: string;
  readonly description: string;
  readonly mood: Mood;
  /** `container.running`, `container.stopped.locked`, … for the `when` of menus. */
  readonly contextValue: string;
  /** For a screen reader. */
  readonly spoken: string;
}

/** From this share on a container is short of something, whatever a policy may say of it. */
const short = 0.95;

/** Why a container is in trouble, in words; empty where it is not. */
export function troublesOf(container: Container): readonly string[] {
  const troubles: string[] = [];
  if (container.haState === "error" || container.haState === "fence") {
    troubles.push(`high availability says “${container.haState}”`);
  }
  if (container.status !== "running" || container.stale) return troubles;
  const memory = share(container.memory, container.memoryLimit);
  if (memory !== null && memory >= short) troubles.push(`memory is at ${percent(memory)}`);
  if (container.cpu !== null && container.cpu >= short) troubles.push(`CPU is at ${percent(container.cpu)}`);
  const disk = share(container.disk, container.diskLimit);
  if (disk !== null && disk >= short) troubles.push(`the root file system is at ${percent(disk)}`);
  return troubles;
}

export function moodOf(container: Container): Mood {
  if (container.template) return "template";
  if (container.lock !== null) return "locked";
  if (container.status === "unknown" || container.stale) return "unknown";
  if (troublesOf(container).length > 0) return "trouble";
  return container.status;
}

/** The row of a container. `doing` is what we are having Proxmox do with it (`Starting…`). */
export function containerRow(container: Container, doing?: string): ContainerRow {
  const mood = moodOf(container);
  const label = container.name === "" ? String(container.vmid) : container.name;
  const state = stateWords(container);
  const figures =
    container.status === "running" && !container.stale
      ? [percent(container.cpu), usageOf(container.memory, container.memoryLimit)]
      : [state];
  const notes = container.lock === null ? [] : [container.lock];
  const description = [String(container.vmid), ...(doing === undefined ? [...figures, ...notes] : [doing])].join(" · ");
  const usage =
    container.status === "running" && !container.stale
      ? `, CPU ${percent(container.cpu)}, memory ${usageOf(container.memory, container.memoryLimit)}`
      : "";
  const trouble = troublesOf(container)
    .map((text) => `, ${text}`)
    .join("");
  const lock = container.lock === null ? "" : `, locked for ${container.lock}`;
  return {
    label,
    description,
    mood,
    contextValue: contextOf(container, doing),
    spoken: `${label}, container ${container.vmid}, ${doing ?? state}${lock}${usage}${trouble}`,
  };
}

function stateWords(container: Container): string {
  if (container.template) return "template";
  if (container.stale) return `last known: ${container.status}`;
  return container.status;
}

function contextOf(container: Container, doing: string | undefined): string {
  if (doing !== undefined) return "container.busy";
  if (container.template) return "container.template";
  const state = container.stale ? "unknown" : container.status;
  return `container.${state}${container.lock === null ? "" : ".locked"}`;
}
