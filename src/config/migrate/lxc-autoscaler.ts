import { writeConnection } from "./connection.js";
import { aboutSection, layerDraft, writeLayer } from "./layer.js";
import type { LayerSetting } from "./layer.js";
import { emptySection, sectionsIn } from "./ledger.js";
import type { Field, Ledger, Section } from "./ledger.js";
import { append, comment, newMap, set, unique } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { writeNotifications } from "./notifications.js";
import { grainOf } from "./thresholds.js";
import type { Figure, Limits, Values } from "./values.js";
import { count, percent, readValues, seconds, size } from "./values.js";

interface Sizing {
  readonly cpuUp: Figure;
  readonly cpuDown: Figure;
  readonly memoryUp: Figure;
  readonly memoryDown: Figure;
  readonly minCores: Figure;
  readonly maxCores: Figure;
  readonly minMemory: Figure;
  readonly maxMemory: Figure;
  readonly cpuStep: Figure;
  readonly memoryStep: Figure;
}

const percentage: Limits = { least: 1, most: 100, noun: "a percentage" };
const cores: Limits = { least: 1, most: 8192, whole: true, noun: "a number of cores" };
const megabytes: Limits = { least: 16, most: 64 * 1024 * 1024, whole: true, noun: "a number of megabytes" };
const duration: Limits = { least: 0, most: 604_800, whole: true, noun: "a number of seconds" };
const limit: Limits = { least: 50, most: 100, noun: "a percentage" };

const plain = (known: number): Figure => ({ known, written: null, field: null });
const builtIn: Sizing = {
  cpuUp: plain(80),
  cpuDown: plain(30),
  memoryUp: plain(85),
  memoryDown: plain(40),
  minCores: plain(1),
  maxCores: plain(8),
  minMemory: plain(512),
  maxMemory: plain(8192),
  cpuStep: plain(1),
  memoryStep: plain(256),
};

/** Translates the file of lxc_autoscaler: `proxmox`, `global`, `safety`, `default_…`, `containers`. */
export function migrateLxcAutoscaler(ledger: Ledger, file: NewMap): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "whole");
  set(file, "version", 1);
  const proxmox = root.section("proxmox") ?? emptySection(ledger);
  comment(file, "connection", root.take("proxmox")?.comments ?? []);
  writeConnection(ledger, values, file, {
    host: proxmox.take("host"),
    port: proxmox.take("port"),
    user: proxmox.take("user"),
    password: proxmox.take("password"),
    tokenName: proxmox.take("token_name"),
    tokenValue: proxmox.take("token_value"),
    verify: proxmox.take("verify_ssl"),
    timeout: proxmox.take("timeout"),
  });
  const interval = writeGlobal(ledger, values, file, root.section("global") ?? emptySection(ledger));
  writeSafety(ledger, values, file, root.section("safety") ?? emptySection(ledger));

  const base = readSizing(
    ledger,
    values,
    root.section("default_thresholds") ?? emptySection(ledger),
    root.section("default_limits") ?? emptySection(ledger),
    builtIn,
  );
  const containers = sectionsIn(ledger, root.take("containers"));
  const own = containers.map((container) => ({
    container,
    sizing: readSizing(
      ledger,
      values,
      container.section("thresholds") ?? emptySection(ledger),
      container.section("limits") ?? emptySection(ledger),
      base,
    ),
  }));
  const grain = grainOf(
    [base, ...own.map(({ sizing }) => sizing)].flatMap(({ minMemory, maxMemory, memoryStep }) => [
      minMemory.known,
      maxMemory.known,
      memoryStep.known,
    ]),
  );
  const settings = [...sizingSettings(base, grain, plain(3 * interval.known), []), ...cooldownSettings(plain(300))];
  comment(file, "defaults", [
    ...(root.take("default_thresholds")?.comments ?? []),
    ...(root.take("default_limits")?.comments ?? []),
  ]);
  const defaults = file.entries.get("defaults")?.value as NewMap;
  writeLayer(ledger, defaults, settings, { path: "defaults" });
  comment(file, "defaults.cpu.scaleUp", [
    "Several samples were averaged; here each of the last `for` must agree. One change a container and cycle was made; here CPU and memory are decided apart.",
  ]);
  const ignored: { readonly vmid: number | string; readonly comments: readonly string[] }[] = [];
  const seen = new Map<number | string, Field>();
  const names = new Set<string>();
  for (const { container, sizing } of own) {
    writeContainer(ledger, values, file, container, sizing, { base: settings, grain, interval, ignored, seen, names });
  }
  if (ignored.length > 0)
    set(
      file,
      "ignore.vmids",
      ignored.map(({ vmid }) => vmid),
      ignored.flatMap(({ comments }) => comments),
    );
  return [
    "What differs everywhere: the defaults hold for each container, where the older program used its own for containers",
    "without thresholds or limits; and the cooldown runs per resource and direction, from a success.",
  ];
}

function writeGlobal(ledger: Ledger, values: Values, file: NewMap, section: Section): Figure {
  const field = section.take("monitoring_interval");
  const interval = values.figure(field, 60, { least: 1, most: 86_400, whole: true, noun: "a number of seconds" });
  if (interval.field !== null && interval.written === null && interval.known < 30) {
    ledger.defect(
      interval.field,
      "out-of-range",
      `The interval of the older program is at least 30 seconds; ${interval.known} is not.`,
    );
  }
  set(file, "interval", seconds(interval), field?.comments ?? []);
  ledger.carried(interval.field, "interval");
  const dryField = section.take("dry_run");
  const dry = values.truth(dryField, false);
  if (dryField === null || ledger.isSettled(dryField)) {
    set(file, "mode", "recommend", [
      "The older program changed containers unless told otherwise. Look at what `plan` says, then set `mode: apply`.",
    ]);
  } else {
    set(file, "mode", dry ? "recommend" : "apply", dryField.comments);
    ledger.carried(dryField, "mode");
  }
  const enabled = section.take("enable_notifications");
  const webhook = section.take("notification_webhook");
  const on = values.truth(enabled, false);
  if (webhook !== null && on) {
    writeNotifications(ledger, values, file, {
      webhook,
      variables: { smtpPassword: "SMTP_PASSWORD", gotifyToken: "GOTIFY_TOKEN" },
    });
    if (enabled !== null && !ledger.isSettled(enabled)) ledger.carried(enabled, "notifications[0]");
  } else {
    ledger.idle(webhook, "`enable_notifications` is off.");
    if (enabled !== null && !ledger.isSettled(enabled))
      ledger.idle(enabled, on ? "No webhook is given." : "Nobody is told anything.");
  }
  ledger.idle(section.take("log_level"), "How much is said is an option here: `--verbose`, `--quiet`.");
  ledger.idle(section.take("log_file"), "`run` writes its log to standard output, one JSON object a line.");
  ledger.idle(section.take("pid_file"), "The state folder has a lock of its own.");
  return interval;
}

function writeSafety(ledger: Ledger, values: Values, file: NewMap, section: Section): void {
  const concurrent = section.take("max_concurrent_operations");
  const most = values.figure(concurrent, 3, { least: 1, most: 100, whole: true, noun: "a number of operations" });
  set(file, "safety.maxConcurrent", count(most), concurrent?.comments ?? []);
  ledger.carried(most.field, "safety.maxConcurrent");
  set(file, "safety.maxChangesPerCycle", 10_000, ["The older program knew no limit of changes a cycle: this is none."]);
  const protect = section.take("enable_host_protection");
  const on = values.truth(protect, true);
  let commented = false;
  for (const [key, path] of [
    ["max_cpu_usage_threshold", "safety.nodeLimits.cpu"],
    ["max_memory_usage_threshold", "safety.nodeLimits.memory"],
  ] as const) {
    const field = section.take(key);
    const figure = values.figure(field, 95, limit);
    if (on) {
      set(file, path, percent(figure), figure.field?.comments ?? []);
      const message =
        "Over such a limit the older program did nothing at all, on no node. Here nothing grows on that node, and shrinking goes on.";
      if (figure.field !== null && !ledger.isSettled(figure.field)) {
        const said = ledger.changed(figure.field, path, message);
        if (!commented) comment(file, "safety.nodeLimits", [said]);
        commented = true;
      }
    } else {
      set(file, path, "100%");
      if (field !== null && !ledger.isSettled(field)) ledger.idle(field, "`enable_host_protection` is off.");
    }
  }
  if (protect !== null && !ledger.isSettled(protect)) ledger.carried(protect, "safety.nodeLimits");
  set(file, "safety.reserve.cpu", "0%", ["The older program kept no reserve on a node."]);
  set(file, "safety.reserve.memory", "0MiB");
  const emergency = values.optionalFigure(section.take("emergency_scale_down_threshold"), limit);
  if (emergency !== null) {
    ledger.leftOut(
      emergency.field,
      `The older program never acted on it, so it is not switched on: \`safety: { emergency: { memory: ${percent(emergency)} } }\` takes memory from the least important containers of a node in danger.`,
    );
  }
  ledger.idle(section.take("resource_check_interval"), "Everything is looked at once an `interval`.");
}

function readSizing(ledger: Ledger, values: Values, thresholds: Section, limits: Section, base: Sizing): Sizing {
  const take = (section: Section, key: string, fallback: Figure, bounds: Limits): Figure => {
    const own = values.optionalFigure(section.take(key), bounds);
    if (own === null) return fallback;
    return Number.isNaN(own.known) ? { ...own, known: fallback.known } : own;
  };
  const sizing: Sizing = {
    cpuUp: take(thresholds, "cpu_scale_up", base.cpuUp, percentage),
    cpuDown: take(thresholds, "cpu_scale_down", base.cpuDown, percentage),
    memoryUp: take(thresholds, "memory_scale_up", base.memoryUp, percentage),
    memoryDown: take(thresholds, "memory_scale_down", base.memoryDown, percentage),
    minCores: take(limits, "min_cpu_cores", base.minCores, cores),
    maxCores: take(limits, "max_cpu_cores", base.maxCores, cores),
    minMemory: take(limits, "min_memory_mb", base.minMemory, megabytes),
    maxMemory: take(limits, "max_memory_mb", base.maxMemory, megabytes),
    cpuStep: take(limits, "cpu_step", base.cpuStep, cores),
    memoryStep: take(limits, "memory_step_mb", base.memoryStep, { ...megabytes, least: 1 }),
  };
  const pair = (
    low: keyof Sizing,
    high: keyof Sizing,
    code: "below-above-above" | "min-above-max",
    message: string,
  ): Partial<Sizing> => {
    const bad =
      code === "min-above-max" ? sizing[low].known > sizing[high].known : sizing[low].known >= sizing[high].known;
    if (!bad) return {};
    const fields = [sizing[low].field, sizing[high].field]
      .filter((field) => field !== null)
      .sort((a, b) => b.span.start - a.span.start);
    const [later, ...others] = fields;
    if (later !== undefined) ledger.mistake(later, code, message);
    for (const field of others) if (!ledger.isSettled(field)) ledger.leftOut(field, message);
    return { [low]: base[low], [high]: base[high] };
  };
  return {
    ...sizing,
    ...pair(
      "cpuDown",
      "cpuUp",
      "below-above-above",
      `\`cpu_scale_down\` (${sizing.cpuDown.known}) must be less than \`cpu_scale_up\` (${sizing.cpuUp.known}).`,
    ),
    ...pair(
      "memoryDown",
      "memoryUp",
      "below-above-above",
      `\`memory_scale_down\` (${sizing.memoryDown.known}) must be less than \`memory_scale_up\` (${sizing.memoryUp.known}).`,
    ),
    ...pair(
      "minCores",
      "maxCores",
      "min-above-max",
      `\`min_cpu_cores\` (${sizing.minCores.known}) is above \`max_cpu_cores\` (${sizing.maxCores.known}).`,
    ),
    ...pair(
      "minMemory",
      "maxMemory",
      "min-above-max",
      `\`min_memory_mb\` (${sizing.minMemory.known}) is above \`max_memory_mb\` (${sizing.maxMemory.known}).`,
    ),
  };
}

function sizingSettings(
  sizing: Sizing,
  grain: number,
  window: Figure,
  periods: readonly (Field | null)[],
): readonly LayerSetting[] {
  const draft = layerDraft();
  const forTime = seconds(window);
  draft.add("cpu.min", count(sizing.minCores), [sizing.minCores]);
  draft.add("cpu.max", count(sizing.maxCores), [sizing.maxCores]);
  draft.add("cpu.scaleUp.above", percent(sizing.cpuUp), [sizing.cpuUp]);
  draft.add("cpu.scaleUp.for", forTime, periods);
  draft.add("cpu.scaleUp.step", count(sizing.cpuStep), [sizing.cpuStep]);
  draft.add("cpu.scaleDown.below", percent(sizing.cpuDown), [sizing.cpuDown]);
  draft.add("cpu.scaleDown.for", forTime, periods);
  draft.add("cpu.scaleDown.step", count(sizing.cpuStep), [sizing.cpuStep]);
  draft.add("memory.min", size(sizing.minMemory), [sizing.minMemory]);
  draft.add("memory.max", size(sizing.maxMemory), [sizing.maxMemory]);
  if (grain !== 64) draft.add("memory.step", size(plain(grain)), []);
  draft.add("memory.scaleUp.above", percent(sizing.memoryUp), [sizing.memoryUp]);
  draft.add("memory.scaleUp.for", forTime, periods);
  draft.add("memory.scaleUp.step", size(sizing.memoryStep), [sizing.memoryStep]);
  draft.add("memory.scaleDown.below", percent(sizing.memoryDown), [sizing.memoryDown]);
  draft.add("memory.scaleDown.for", forTime, periods);
  draft.add("memory.scaleDown.step", size(sizing.memoryStep), [sizing.memoryStep]);
  return draft.settings;
}

function cooldownSettings(cooldown: Figure): readonly LayerSetting[] {
  const draft = layerDraft();
  draft.add("cooldown.up", seconds(cooldown), [cooldown]);
  draft.add("cooldown.down", seconds(cooldown), [cooldown]);
  return draft.settings;
}

interface ContainerSurroundings {
  readonly base: readonly LayerSetting[];
  readonly grain: number;
  readonly interval: Figure;
  readonly ignored: { readonly vmid: number | string; readonly comments: readonly string[] }[];
  readonly seen: Map<number | string, Field>;
  /** Names of policies that are taken. */
  readonly names: Set<string>;
}

function writeContainer(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  container: Section,
  sizing: Sizing,
  { base, grain, interval, ignored, seen, names }: ContainerSurroundings,
): void {
  const vmidField = container.take("vmid");
  const vmid = values.vmid(vmidField);
  const enabledField = container.take("enabled");
  const enabled = values.truth(enabledField, true);
  const nameField = container.take("name");
  const name = values.text(nameField);
  container.know("thresholds", "limits", "cooldown_seconds", "evaluation_periods");
  if (vmid === null || vmidField === null) {
    leaveOut(ledger, container, "The container has no usable `vmid`, so its settings could not be carried over.");
    if (vmidField === null)
      ledger.note({
        severity: "warning",
        code: "missing-key",
        key: container.path,
        message: "`vmid` is missing: the settings of this container could not be carried over.",
      });
    return;
  }
  const twice = seen.get(vmid);
  if (twice !== undefined)
    ledger.defect(
      vmidField,
      "never-wins",
      `${vmid} is listed twice; both entries hold here, the later one key by key.`,
    );
  seen.set(vmid, vmidField);
  if (!enabled && enabledField !== null) {
    ignored.push({ vmid, comments: [...vmidField.comments, ...enabledField.comments] });
    ledger.carried(vmidField, "ignore.vmids");
    ledger.carried(enabledField, "ignore.vmids");
    leaveOut(
      ledger,
      container,
      `Container ${vmid} is switched off with \`enabled: false\`, so its settings wait here as a comment.`,
      true,
    );
    return;
  }
  if (enabledField !== null && !ledger.isSettled(enabledField)) ledger.carried(enabledField);
  const policy = newMap();
  aboutSection(policy, vmidField);
  set(policy, "name", unique(names, name ?? `ct-${vmid}`));
  set(policy, "match.vmids", [vmid]);
  const path = `policies[${append(file, "policies", policy)}]`;
  ledger.carried(vmidField, `${path}.match.vmids`);
  ledger.carried(nameField, `${path}.name`);

  const periodsField = container.take("evaluation_periods");
  const periods = values.figure(periodsField, 3, { least: 1, most: 1000, whole: true, noun: "a number of samples" });
  const cooldown = values.figure(container.take("cooldown_seconds"), 300, duration);
  if (cooldown.field !== null && cooldown.written === null && cooldown.known < 60) {
    ledger.defect(
      cooldown.field,
      "out-of-range",
      `The cooldown of the older program is at least 60 seconds; ${cooldown.known} is not.`,
    );
  }
  if (periods.written !== null && periodsField !== null)
    ledger.changed(periodsField, `${path}.cpu.scaleUp.for`, "It came from a variable; its default was taken.");
  const own = new Set(["thresholds", "limits"].flatMap((key) => container.section(key)?.map.entries ?? []));
  for (const entry of container.map.entries) own.add(entry);
  const settings = [
    ...sizingSettings(sizing, 64, plain(periods.known * interval.known), [periods.field]),
    ...cooldownSettings(cooldown),
  ];
  // The grain is one for all, and stands in `defaults`.
  writeLayer(
    ledger,
    policy,
    settings.filter(({ path: setting }) => grain === 64 || setting !== "memory.step"),
    { path, base, own },
  );
  for (const key of ["thresholds", "limits"])
    if (container.section(key) === null) ledger.idle(container.take(key), "It is empty.");
}

function leaveOut(ledger: Ledger, section: Section, message: string, idle = false): void {
  for (const key of section.keys()) {
    const field = section.take(key);
    if (field === null || ledger.isSettled(field)) continue;
    if (idle) ledger.idle(field, message);
    else ledger.leftOut(field, message);
  }
}
