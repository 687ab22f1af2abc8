import { stringify } from "yaml";
import { likelyPreset, type Preset } from "../config/index.js";
import { rightsize, type Advice } from "../engine/index.js";
import { formatDuration, formatSize, mebibyte, type Container, type History, type Inventory } from "../model/index.js";

export interface ProposalInput {
  readonly inventory: Inventory;
  readonly history: History;
  /** How far back usage counts, in seconds. */
  readonly overSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** IANA name for schedules. */
  readonly timezone: string;
  /** What leads to the cluster; a token is never among it. */
  readonly connection: {
    readonly url: string;
    readonly alsoTry: readonly string[];
    readonly fingerprints: readonly string[];
    /** Path of a PEM file, `null` where certificates are pinned. */
    readonly ca: string | null;
  };
  /** How the file will be called, for the commands that its head names. */
  readonly file: string;
}

export interface Proposal {
  /** An autoscaler file of version 1 that validates clean. */
  readonly text: string;
  readonly policies: readonly { readonly name: string; readonly vmids: readonly number[] }[];
  /** Containers that no policy mentions, each with the reason. */
  readonly left: readonly { readonly vmid: number; readonly name: string; readonly reason: string }[];
}

/** Containers that get a policy together. */
interface Family {
  readonly name: string;
  readonly preset: Preset | null;
  readonly resource: "cores" | "cpulimit";
  readonly members: readonly Member[];
}

interface Member {
  readonly container: Container;
  readonly cpu: Advice;
  readonly memory: Advice;
}

/** Whoever set this tag has decided already. */
const untouchable = "no-scale";

/** How far over what it has and needs a container may grow. */
const room = 2;

/** A container may have no more than this share of its node's memory: the rest is everybody else's. */
const largestShare = 0.5;

/**
 * An autoscaler file for what is there: containers of one application, or of the same tags, under one policy, with bounds
 * around what they have and have used. It only recommends. Pure, and the same for the same input.
 */
export function proposeFile(input: ProposalInput): Proposal {
  const { inventory, history, overSeconds, now } = input;
  const report = rightsize({ inventory, history, overSeconds, now });
  const members: Member[] = [];
  const left: { readonly vmid: number; readonly name: string; readonly reason: string }[] = [];
  for (const container of [...inventory.containers].sort((a, b) => a.vmid - b.vmid)) {
    const [cpu, memory] = report.advice.filter(({ vmid }) => vmid === container.vmid);
    const reason = reasonToLeave(container, cpu);
    if (reason !== null || cpu === undefined || memory === undefined) {
      left.push({ vmid: container.vmid, name: container.name, reason: reason ?? "nothing is known of it" });
    } else members.push({ container, cpu, memory });
  }
  const families = familiesOf(members);
  const lines = [
    ...headOf(input, members.length),
    "",
    ...connectionOf(input),
    "",
    ...defaults,
    "",
    families.length === 0 ? "policies: []" : "policies:",
    ...families.flatMap((family, index) => [...(index === 0 ? [] : [""]), ...policyOf(family, inventory)]),
    "",
    ...(left.length === 0
      ? []
      : ["# Left out:", ...left.map(({ vmid, name, reason }) => comment(`  ${vmid} ${name}: ${reason}`)), ""]),
    "# Whatever carries this tag is never touched; Proxmox's own web page can set it.",
    `ignore: { tags: [${untouchable}] }`,
    "",
    ...safetyOf(inventory),
    "",
  ];
  return {
    text: lines.join("\n"),
    policies: families.map(({ name, members: of }) => ({ name, vmids: of.map(({ container }) => container.vmid) })),
    left,
  };
}

function reasonToLeave(container: Container, cpu: Advice | undefined): string | null {
  if (container.template) return "a template";
  if (container.tags.includes(untouchable)) return `it carries the tag ${untouchable}`;
  if (container.stale) return `its node ${container.node} is offline`;
  if (container.status !== "running") return "not running, so nothing is known of its usage";
  if (cpu?.verdict === "unlimited") {
    return "it has neither cores nor a cpulimit, so it may use all of its node; give it one of them to have it managed";
  }
  return null;
}

function headOf({ inventory, overSeconds, now, timezone, file }: ProposalInput, managed: number): readonly string[] {
  return [
    comment(
      `Proposed on ${new Date(now).toISOString().slice(0, 10)} for ${managed} containers of ${inventory.cluster}, by the usage of the last ${formatDuration(overSeconds)}.`,
    ),
    "# It only recommends, until mode is apply. To see what it would change, and why:",
    comment(`  lxc-autoscaler plan ${file}`),
    "# and what it would have changed in the last week:",
    comment(`  lxc-autoscaler replay ${file} --last 7d`),
    "version: 1",
    "interval: 60s",
    `timezone: ${timezone}`,
    "mode: recommend",
  ];
}

function connectionOf({ connection }: ProposalInput): readonly string[] {
  const { url, alsoTry, fingerprints, ca } = connection;
  return [
    "connection:",
    `  url: ${scalar(url)}`,
    ...(alsoTry.length === 0 ? [] : [`  alsoTry: ${list(alsoTry)}`]),
    "  # user@realm!name=secret, in the environment and never in this file",
    "  token: ${env:PROXMOX_TOKEN}",
    ...(fingerprints.length === 0
      ? []
      : [`  fingerprint: ${fingerprints.length === 1 ? scalar(fingerprints[0] ?? "") : list(fingerprints)}`]),
    ...(ca === null ? [] : [`  ca: ${scalar(ca)}`]),
  ];
}

const defaults: readonly string[] = [
  "# Counts for every container that a policy below names, unless the policy says otherwise.",
  "defaults:",
  "  cpu:",
  "    scaleUp: { above: 80%, for: 5m, step: 1, maxStep: 2 }",
  "    scaleDown: { below: 25%, for: 30m, step: 1 }",
  "  memory:",
  "    scaleUp: { above: 85%, for: 5m, step: 256MiB, maxStep: 1GiB }",
  "    scaleDown: { below: 40%, for: 1h, step: 256MiB }",
  "    headroom: 20%",
  "  cooldown: { up: 2m, down: 15m }",
];

/** One policy for each application, and for what is left one for each set of tags; those with a cpulimit apart. */
function familiesOf(members: readonly Member[]): readonly Family[] {
  const families = new Map<
    string,
    { name: string; preset: Preset | null; resource: Family["resource"]; members: Member[] }
  >();
  for (const member of members) {
    const { container, cpu } = member;
    const preset = likelyPreset(container.name, container.tags);
    const base = preset?.name ?? (container.tags.length > 0 ? [...container.tags].sort().join("-") : "others");
    const resource = cpu.resource === "cpulimit" ? "cpulimit" : "cores";
    const name = resource === "cpulimit" ? `${base}-limited` : base;
    const family = families.get(name) ?? { name, preset, resource, members: [] };
    family.members.push(member);
    families.set(name, family);
  }
  return [...families.values()];
}

function policyOf({ name, preset, resource, members }: Family, inventory: Inventory): readonly string[] {
  const cpu = members.map(({ cpu: advice }) => advice);
  const memory = members.map(({ memory: advice }) => advice);
  const cores = cpuBounds(
    cpu,
    resource,
    smallest(members, inventory, ({ cores: of }) => of),
  );
  const mebibytes = memoryBounds(
    memory,
    smallest(members, inventory, ({ memoryLimit }) => (memoryLimit === null ? null : memoryLimit / mebibyte)),
  );
  return [
    ...members.map(({ container, cpu: of, memory: and }) =>
      comment(`${container.vmid} ${container.name}: ${usageOf(of)}; ${usageOf(and)}`, "  "),
    ),
    ...(preset === null ? [] : [comment(`${preset.title}: ${preset.why}`, "  ")]),
    ...(preset?.noticesAfterRestart.map(({ why }) => comment(`Noticed only after a restart: ${why}`, "  ")) ?? []),
    `  - name: ${scalar(name)}`,
    `    match: { vmids: [${ranges(members.map(({ container }) => container.vmid))}] }`,
    ...(preset === null ? [] : [`    preset: ${preset.name}`]),
    resource === "cpulimit"
      ? `    cpu: { resource: cpulimit, min: ${cores.min}, max: ${cores.max}, ${limitSteps(cores.min, preset)} }`
      : `    cpu: { min: ${cores.min}, max: ${cores.max} }`,
    `    memory: { min: ${formatSize(mebibytes.min)}, max: ${formatSize(mebibytes.max)}${memorySteps(mebibytes.min)} }`,
  ];
}

/** A change of resource drops the steps of the layers before it, which were whole cores. Half its least size is no leap. */
function limitSteps(least: number, preset: Preset | null): string {
  if (preset !== null) return "step: 0.1";
  const step = Math.max(0.1, Math.min(1, tidy(least / 2)));
  return `step: 0.1, scaleUp: { step: ${step}, maxStep: ${tidy(step * 2)} }, scaleDown: { step: ${step} }`;
}

/** Below 512 MiB the steps of the defaults would be leaps, after which usage is low enough to shrink again. */
function memorySteps(least: number): string {
  return least >= 512 ? "" : ", scaleUp: { step: 64MiB, maxStep: 256MiB }, scaleDown: { step: 64MiB }";
}

function usageOf({ resource, from, usual, peak, unit, confidence }: Advice): string {
  const size = (value: number | null): string =>
    value === null ? "?" : unit === "MiB" ? formatSize(Math.round(value)) : String(Math.round(value * 100) / 100);
  if (confidence === "none") return `${resource} ${size(from)}, hardly any usage recorded`;
  return resource === "memory"
    ? `memory ${size(from)}, at most ${size(peak)} in use`
    : `${resource} ${size(from)}, ${size(usual)} in use for 95 % of the time`;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

function cpuBounds(advice: readonly Advice[], resource: Family["resource"], nodeCores: number | null): Bounds {
  const grain = resource === "cores" ? 1 : 0.1;
  const least = Math.min(...advice.map(lower));
  const most = Math.max(...advice.map(upper));
  const max = Math.max(most, Math.min(most * room, nodeCores ?? most * room));
  return { min: Math.max(grain, tidy(least)), max: tidy(resource === "cores" ? Math.ceil(max) : max) };
}

/** In MiB, in quarters of a GiB above one. */
function memoryBounds(advice: readonly Advice[], nodeMemory: number | null): Bounds {
  const least = Math.min(...advice.map(lower));
  const most = Math.max(...advice.map(upper));
  const roof = nodeMemory === null ? most * room : Math.max(most, nodeMemory * largestShare);
  const max = Math.min(most * room, roof);
  const grain = max >= 1024 ? 256 : 64;
  return { min: Math.max(64, Math.floor(least / 64) * 64), max: Math.max(64, Math.ceil(max / grain) * grain) };
}

function lower({ from, to }: Advice): number {
  return Math.min(from ?? to ?? 1, to ?? from ?? 1);
}

function upper({ from, to }: Advice): number {
  return Math.max(from ?? to ?? 1, to ?? from ?? 1);
}

/** The least of the nodes that the members run on, `null` where one does not tell. */
function smallest(
  members: readonly Member[],
  inventory: Inventory,
  figure: (node: Inventory["nodes"][number]) => number | null,
): number | null {
  let least: number | null = null;
  for (const node of inventory.nodes) {
    if (!members.some(({ container }) => container.node === node.name)) continue;
    const value = figure(node);
    if (value === null) return null;
    least = least === null ? value : Math.min(least, value);
  }
  return least;
}

function safetyOf({ nodes }: Inventory): readonly string[] {
  const memory = nodes.flatMap(({ memoryLimit }) => (memoryLimit === null ? [] : [memoryLimit / mebibyte]));
  const least = memory.length === 0 ? 0 : Math.min(...memory);
  // Two GiB of a small node would be most of it.
  const reserve = least > 0 && least < 16_384 ? Math.max(256, Math.ceil(least / 10 / 64) * 64) : 2048;
  return [
    "safety:",
    "  # kept free on every node, whatever its containers want",
    `  reserve: { cpu: 10%, memory: ${formatSize(reserve)} }`,
    "  nodeLimits: { cpu: 95%, memory: 90% }",
    "  maxChangesPerCycle: 5",
  ];
}

/** `101, 103-105`. */
function ranges(vmids: readonly number[]): string {
  const parts: { first: number; last: number }[] = [];
  for (const vmid of [...vmids].sort((a, b) => a - b)) {
    const part = parts.at(-1);
    if (part?.last === vmid - 1) part.last = vmid;
    else parts.push({ first: vmid, last: vmid });
  }
  return parts
    .flatMap(({ first, last }) => (last - first === 1 ? [first, last] : [first === last ? first : `${first}-${last}`]))
    .join(", ");
}

/** One comment line, whatever a name holds. */
function comment(text: string, indent = ""): string {
  // Names come from elsewhere: a line break would end the comment.
  return `${indent}# ${text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")}`.trimEnd();
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}

function tidy(value: number): number {
  return Math.round(value * 10) / 10;
}
