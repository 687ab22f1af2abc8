import type { Container, Inventory, Node, Storage } from "../../model/index.js";
import { l10n } from "../base/l10n.js";
import { containerRow, troublesOf } from "../containers/container-row.js";
import { percent, share, usageOf } from "../containers/figures.js";
import { naturally } from "../containers/order.js";

/** A row of the Overview. Plain data: two of them can be compared. */
export interface OverviewRow {
  /** Stays the same as long as it is about the same. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: OverviewIcon;
  /** What a click does. */
  readonly opens?:
    { readonly kind: "container"; readonly cluster: string; readonly vmid: number } | { readonly kind: "dry-run" };
  /** `null`: read when it is opened. Absent: there is nothing below it. */
  readonly below?: readonly OverviewRow[] | null;
}

export type OverviewIcon =
  | "cluster"
  | "node"
  | "node-away"
  | "cpu"
  | "memory"
  | "containers"
  | "hot"
  | "container"
  | "fine"
  | "problem"
  | "plan"
  | "storage";

/** What the plan that is shown comes to for a cluster; `null`: there is none for it. */
export interface PlanTotals {
  readonly grow: number;
  readonly shrink: number;
  readonly blocked: number;
  readonly isPreview: boolean;
}

export interface OverviewInput {
  /** Identifies the cluster among those connected. */
  readonly cluster: string;
  readonly inventory: Inventory;
  /** Why the last read failed, in a sentence. */
  readonly fault: string | null;
  readonly plan: PlanTotals | null;
}

/** So many of the busiest are named. */
const hottest = 5;
/** What is less busy than this is not hot, even where nothing is busier. */
const warm = 0.3;

/** The state of a cluster in eight rows, from what the other views show too. */
export function overviewOf(input: OverviewInput): readonly OverviewRow[] {
  const { cluster, inventory } = input;
  const id = (name: string): string => `${cluster}/${name}`;
  const problems = problemRows(input, id);
  const hot = hotRows(input, id);
  const { nodes, containers } = inventory;
  const online = nodes.filter(({ status }) => status === "online");
  return [
    {
      id: id("problems"),
      label: l10n.t("Problems"),
      description: problems.length === 0 ? l10n.t("none") : String(problems.length),
      icon: problems.length === 0 ? "fine" : "problem",
      ...(problems.length === 0 ? {} : { below: problems }),
    },
    {
      id: id("nodes"),
      label: l10n.t("Nodes"),
      description: l10n.t("{0} of {1} online", online.length, nodes.length),
      icon: online.length === nodes.length ? "node" : "node-away",
      below: [...nodes]
        .sort((a, b) => naturally(a.name, b.name))
        .map((node) => nodeRow(node, containers, id(`nodes/${node.name}`))),
    },
    { id: id("containers"), label: l10n.t("Containers"), description: stateCounts(containers), icon: "containers" },
    { id: id("cpu"), label: l10n.t("CPU"), description: cpuWords(online, containers), icon: "cpu" },
    { id: id("memory"), label: l10n.t("Memory"), description: memoryWords(online, containers), icon: "memory" },
    {
      id: id("hot"),
      label: l10n.t("Hottest containers"),
      description: hot.length === 0 ? l10n.t("none is busy") : "",
      icon: "hot",
      ...(hot.length === 0 ? {} : { below: hot }),
    },
    {
      id: id("plan"),
      label: l10n.t("Autoscaler"),
      description: planWords(input.plan),
      icon: "plan",
      ...(input.plan === null ? { opens: { kind: "dry-run" } } : {}),
    },
    { id: id("storages"), label: l10n.t("Storages"), description: "", icon: "storage", below: null },
  ];
}

/** A storage on each node that has it; one that is shared once. The fullest first. */
export function storageRows(cluster: string, storages: readonly Storage[]): readonly OverviewRow[] {
  const seen = new Map<string, Storage>();
  for (const storage of storages) seen.set(storage.shared ? storage.name : `${storage.node}/${storage.name}`, storage);
  const fullness = ({ used, total }: Storage): number => share(used, total) ?? -1;
  return [...seen]
    .sort(([, a], [, b]) => fullness(b) - fullness(a) || naturally(a.name, b.name))
    .map(([key, { name, node, shared, total, used, available }]) => ({
      id: `${cluster}/storages/${key}`,
      label: name,
      description: [
        shared ? l10n.t("shared") : node,
        available === null
          ? l10n.t("space unknown")
          : l10n.t("{0} free, {1} full", usageOf(available, total), percent(share(used, total))),
      ].join(" · "),
      icon: fullness({ name, node, shared, total, used, available }) >= 0.9 ? "problem" : "storage",
    }));
}

type Id = (name: string) => string;

function problemRows({ cluster, inventory, fault }: OverviewInput, id: Id): readonly OverviewRow[] {
  const row = (key: string, label: string, description = ""): OverviewRow => ({
    id: id(`problems/${key}`),
    label,
    description,
    icon: "problem",
  });
  return [
    ...(fault === null ? [] : [row("fault", fault)]),
    ...(inventory.quorate === false
      ? [row("quorum", l10n.t("No quorum"), l10n.t("the cluster refuses every change"))]
      : []),
    ...inventory.problems.map(({ node, message }) => row(`read/${node ?? ""}/${message}`, message, node ?? "")),
    ...inventory.containers.flatMap((container): readonly OverviewRow[] => {
      const troubles = troublesOf(container);
      if (troubles.length === 0) return [];
      const { label } = containerRow(container);
      const { vmid } = container;
      return [
        {
          ...row(`container/${vmid}`, label, `${vmid} · ${troubles.join(", ")}`),
          opens: { kind: "container", cluster, vmid },
        },
      ];
    }),
  ];
}

function nodeRow(node: Node, containers: readonly Container[], id: string): OverviewRow {
  const count = containers.filter((container) => container.node === node.name).length;
  const online = node.status === "online";
  const state = node.status === "offline" ? l10n.t("offline") : l10n.t("unknown");
  return {
    id,
    label: node.name,
    description: [
      ...(online ? [percent(node.cpu), usageOf(node.memory, node.memoryLimit)] : [state]),
      `${count} LXC`,
    ].join(" · "),
    icon: online ? "node" : "node-away",
  };
}

function hotRows({ cluster, inventory }: OverviewInput, id: Id): readonly OverviewRow[] {
  const heat = (container: Container): number =>
    container.status === "running" && !container.stale
      ? Math.max(container.cpu ?? 0, share(container.memory, container.memoryLimit) ?? 0)
      : 0;
  return inventory.containers
    .filter((container) => heat(container) >= warm)
    .sort((a, b) => heat(b) - heat(a) || a.vmid - b.vmid)
    .slice(0, hottest)
    .map((container) => {
      const { vmid, cpu, memory, memoryLimit } = container;
      return {
        id: id(`hot/${vmid}`),
        label: containerRow(container).label,
        description: `${vmid} · ${l10n.t("CPU {0}, memory {1}", percent(cpu), percent(share(memory, memoryLimit)))}`,
        icon: troublesOf(container).length > 0 ? "problem" : "container",
        opens: { kind: "container", cluster, vmid },
      };
    });
}

function stateCounts(containers: readonly Container[]): string {
  const count = (holds: (container: Container) => boolean): number => containers.filter(holds).length;
  const templates = count(({ template }) => template);
  const live = containers.filter(({ template }) => !template);
  const running = live.filter(({ status, stale }) => status === "running" && !stale).length;
  const stopped = live.filter(({ status, stale }) => status === "stopped" && !stale).length;
  const others = live.length - running - stopped;
  return [
    l10n.t("{0} running", running),
    ...(stopped === 0 ? [] : [l10n.t("{0} stopped", stopped)]),
    ...(others === 0 ? [] : [l10n.t("{0} otherwise", others)]),
    ...(templates === 0 ? [] : [templates === 1 ? l10n.t("1 template") : l10n.t("{0} templates", templates)]),
  ].join(" · ");
}

/** Whole cores: a total whose last digit runs all day tells nobody anything. */
function cpuWords(online: readonly Node[], containers: readonly Container[]): string {
  const there = sum(online.map(({ cores }) => cores));
  const used = sum(online.map(({ cpu, cores }) => (cpu === null || cores === null ? null : cpu * cores)));
  const given = sum(running(containers).map(({ cores }) => cores));
  return [
    there === null || used === null
      ? l10n.t("use unknown")
      : l10n.t("{0} of {1} cores in use", Math.round(used), there),
    ...(given === null ? [] : [l10n.t("{0} given to containers", Math.round(given))]),
  ].join(" · ");
}

function memoryWords(online: readonly Node[], containers: readonly Container[]): string {
  const there = sum(online.map(({ memoryLimit }) => memoryLimit));
  const used = sum(online.map(({ memory }) => memory));
  const given = sum(running(containers).map(({ memoryLimit }) => memoryLimit));
  return [
    there === null || used === null ? l10n.t("use unknown") : l10n.t("{0} in use", usageOf(used, there)),
    ...(given === null ? [] : [l10n.t("{0} given to containers", usageOf(given, null))]),
  ].join(" · ");
}

function running(containers: readonly Container[]): readonly Container[] {
  return containers.filter(({ status, stale }) => status === "running" && !stale);
}

/** `null` where none is known. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

function planWords(plan: PlanTotals | null): string {
  if (plan === null) return l10n.t("no plan yet: make a dry run");
  const { grow, shrink, blocked, isPreview } = plan;
  const words =
    grow + shrink === 0
      ? [l10n.t("nothing to change")]
      : [
          ...(grow === 0 ? [] : [l10n.t("{0} to grow", grow)]),
          ...(shrink === 0 ? [] : [l10n.t("{0} to shrink", shrink)]),
        ];
  return [
    ...words,
    ...(blocked === 0 ? [] : [l10n.t("{0} blocked", blocked)]),
    ...(isPreview ? [l10n.t("preview")] : []),
  ].join(" · ");
}

/** Ids of rows to paint again: each with what is below it. What is below one that is named is not named itself. */
export function changedRows(before: readonly OverviewRow[], after: readonly OverviewRow[]): readonly string[] | null {
  if (before.length !== after.length || before.some(({ id }, index) => id !== after[index]?.id)) return null;
  return after.flatMap((row, index) => {
    const former = before[index];
    if (former === undefined || !sameLooks(former, row)) return [row.id];
    const below = changedRows(former.below ?? [], row.below ?? []);
    return below ?? [row.id];
  });
}

function sameLooks(a: OverviewRow, b: OverviewRow): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon === b.icon &&
    (a.below === undefined) === (b.below === undefined) &&
    JSON.stringify(a.opens) === JSON.stringify(b.opens)
  );
}
