import type { Container } from "../../model/index.js";
import { l10n } from "../base/l10n.js";
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
    troubles.push(l10n.t("high availability says “{0}”", container.haState));
  }
  if (container.status !== "running" || container.stale) return troubles;
  const memory = share(container.memory, container.memoryLimit);
  if (memory !== null && memory >= short) troubles.push(l10n.t("memory is at {0}", percent(memory)));
  if (container.cpu !== null && container.cpu >= short) troubles.push(l10n.t("CPU is at {0}", percent(container.cpu)));
  const disk = share(container.disk, container.diskLimit);
  if (disk !== null && disk >= short) troubles.push(l10n.t("the root file system is at {0}", percent(disk)));
  return troubles;
}

/** A read replaces each container: what was made of one holds as long as it is there. */
const made = new WeakMap<Container, ContainerRow>();

/** The row of a container. `doing` is what we are having Proxmox do with it (`Starting…`). */
export function containerRow(container: Container, doing?: string): ContainerRow {
  if (doing !== undefined) return makeRow(container, doing);
  const known = made.get(container);
  if (known !== undefined) return known;
  const row = makeRow(container, undefined);
  made.set(container, row);
  return row;
}

function makeRow(container: Container, doing: string | undefined): ContainerRow {
  const label = container.name === "" ? String(container.vmid) : container.name;
  const state = stateWords(container);
  const live = container.status === "running" && !container.stale;
  const cpu = percent(container.cpu);
  const memory = usageOf(container.memory, container.memoryLimit);
  const troubles = troublesOf(container);
  const figures = live ? `${cpu} · ${memory}` : state;
  const note = container.lock === null ? "" : ` · ${container.lock}`;
  const usage = live ? `, ${l10n.t("CPU {0}, memory {1}", cpu, memory)}` : "";
  const lock = container.lock === null ? "" : `, ${l10n.t("locked for {0}", container.lock)}`;
  const trouble = troubles.map((text) => `, ${text}`).join("");
  return {
    label,
    description: `${container.vmid} · ${doing ?? `${figures}${note}`}`,
    mood: moodOf(container, troubles),
    contextValue: contextOf(container, doing),
    spoken: `${l10n.t("{0}, container {1}, {2}", label, container.vmid, doing ?? state)}${lock}${usage}${trouble}`,
  };
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
