import { nodeAddress } from "./connection.js";
import { layerDraft, writeLayer } from "./layer.js";
import type { Field, Ledger, Section } from "./ledger.js";
import { comment, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { grainOf } from "./thresholds.js";
import type { Figure, Limits, Values } from "./values.js";
import { count, percent, readValues, seconds, size } from "./values.js";

const percentage: Limits = { least: 1, most: 100, noun: "a percentage" };
const cores: Limits = { least: 1, most: 8192, whole: true, noun: "a number of cores" };
const megabytes: Limits = { least: 1, most: 64 * 1024 * 1024, whole: true, noun: "a number of megabytes" };

/** Sections of the three services that are about those services themselves. */
const services: Readonly<Record<string, string>> = {
  model: "No model is trained here: thresholds, percentiles and boosts decide, and each decision says why.",
  spike_detection: "`estimate: { ignoreSpikes: true }` leaves spikes out of what `target` sizes by.",
  retry_logic: "A write is sent once and read back; reads are tried again by themselves.",
  feature_engineering: "No model is trained here.",
  prediction: "`forecast: { within: 40m, over: 2h }` grows ahead of a trend.",
  api: "This program talks to the API of Proxmox VE.",
  rate_limiting: "There is no service of its own to protect.",
  authentication: "There is no service of its own to log in to.",
  error_handling: "An error is told in one sentence; `notifications` tells others.",
  gunicorn: "There is no service of its own to run.",
  logging: "`run` writes its log to standard output, one JSON object a line.",
  monitoring: "One request reads the usage of all containers; `record` keeps it.",
  parallelism: "`safety.maxConcurrent` says how much is done at a time.",
};

/** Translates the three files of proxmox-lxc-autoscale-ml: of its model, its API and its monitor. */
export function migrateMachineLearning(ledger: Ledger, file: NewMap): readonly string[] {
  const { root } = ledger;
  const values = readValues(ledger, "anywhere");
  set(file, "version", 1);
  const scaling = root.section("scaling");
  const monitoring = root.section("monitoring");
  const intervalField = root.take("interval_seconds") ?? monitoring?.take("check_interval") ?? null;
  const interval = values.figure(intervalField, 600, {
    least: 1,
    most: 86_400,
    whole: true,
    noun: "a number of seconds",
  });
  if (scaling !== null || interval.field !== null) {
    set(file, "interval", seconds(interval), interval.field?.comments ?? []);
    ledger.carried(interval.field, "interval");
  }
  const dryField = scaling?.take("dry_run") ?? null;
  const dry = values.truth(dryField, false);
  if (dryField !== null && !ledger.isSettled(dryField)) {
    set(file, "mode", dry ? "recommend" : "apply", dryField.comments);
    ledger.carried(dryField, "mode");
  } else
    set(file, "mode", "recommend", [
      "The older program changed containers at once. Look at what `plan` says, then set `mode: apply`.",
    ]);
  writeNode(ledger, values, file, root.section("lxc"));
  if (scaling !== null) writeScaling(ledger, values, file, scaling, interval, root.take("scaling"));
  writeIgnored(ledger, values, file, root);
  for (const [key, message] of Object.entries(services)) leaveOut(ledger, root, key, message);
  for (const key of ["log_file", "log_level", "lock_file", "data_file"]) {
    ledger.idle(
      root.take(key),
      key === "data_file"
        ? "`migrate` makes a trace of this file, for `replay`."
        : "It is about the older program itself.",
    );
  }
  return scaling === null
    ? [
        "This file is about one of the older program's services and says nothing of scaling; what it says is listed below.",
      ]
    : ["An anomaly made the older program jump to the maximum; that is not carried over. Its thresholds are below."];
}

function leaveOut(ledger: Ledger, parent: Section, key: string, message: string): void {
  const section = parent.section(key);
  if (section === null) {
    const field = parent.take(key);
    if (field !== null && !ledger.isSettled(field)) ledger.leftOut(field, message);
    return;
  }
  for (const name of section.keys()) {
    const field = section.take(name);
    if (field !== null && !ledger.isSettled(field)) ledger.leftOut(field, message);
  }
}

function writeNode(ledger: Ledger, values: Values, file: NewMap, lxc: Section | null): void {
  if (lxc === null) return;
  const field = lxc.take("node");
  const node = values.text(field);
  if (node !== null && field !== null) {
    const url = nodeAddress(ledger, node, 8006, field);
    if (url !== null) {
      set(file, "connection.url", url, field.comments);
      set(file, "connection.token", "${env:PROXMOX_TOKEN}");
      ledger.variable({ name: "PROXMOX_TOKEN", key: field.path, fromClearText: false });
      ledger.carried(field, "connection.url");
    }
  }
  const elsewhere: Readonly<Record<string, string>> = {
    verify_ssl:
      "Certificates are always verified here: pin a self-signed one with `fingerprint`, or name its authority with `ca`.",
    default_storage: "Nothing is made on a storage by scaling.",
    timeout_seconds: "The limit of a request is an option here: `--timeout` or PROXMOX_TIMEOUT.",
    max_retries: "A write is sent once and read back; reads are tried again by themselves.",
  };
  for (const [key, message] of Object.entries(elsewhere)) ledger.idle(lxc.take(key), message);
}

function writeScaling(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  scaling: Section,
  interval: Figure,
  own: Field | null,
): void {
  const take = (key: string, fallback: number, limits: Limits): Figure =>
    values.figure(scaling.take(key), fallback, limits);
  const plain = (known: number): Figure => ({ known, written: null, field: null });
  const refuse = (
    code: "below-above-above" | "min-above-max",
    message: string,
    ...figures: readonly Figure[]
  ): void => {
    const fields = figures
      .map(({ field }) => field)
      .filter((field) => field !== null)
      .sort((a, b) => b.span.start - a.span.start);
    for (const [index, field] of fields.entries()) {
      if (index === 0) ledger.mistake(field, code, message);
      else if (!ledger.isSettled(field)) ledger.leftOut(field, message);
    }
  };
  const ordered = (
    low: Figure,
    high: Figure,
    fallback: readonly [number, number],
    strict: boolean,
    names: string,
  ): readonly [Figure, Figure] => {
    if (strict ? low.known < high.known : low.known <= high.known) return [low, high];
    refuse(
      strict ? "below-above-above" : "min-above-max",
      `The lower of ${names} (${low.known}) must be ${strict ? "less than" : "at most"} the upper (${high.known}).`,
      low,
      high,
    );
    return [plain(fallback[0]), plain(fallback[1])];
  };
  const [cpuDown, cpuUp] = ordered(
    take("cpu_scale_down_threshold", 30, percentage),
    take("cpu_scale_up_threshold", 75, percentage),
    [30, 75],
    true,
    "the CPU thresholds",
  );
  const [ramDown, ramUp] = ordered(
    take("ram_scale_down_threshold", 30, percentage),
    take("ram_scale_up_threshold", 75, percentage),
    [30, 75],
    true,
    "the RAM thresholds",
  );
  const [minCores, maxCores] = ordered(
    take("min_cpu_cores", 2, cores),
    take("max_cpu_cores", 4, cores),
    [2, 4],
    false,
    "the numbers of cores",
  );
  const [minRam, maxRam] = ordered(
    take("min_ram_mb", 1024, { ...megabytes, least: 16 }),
    take("max_ram_mb", 8192, { ...megabytes, least: 16 }),
    [1024, 8192],
    false,
    "the sizes of RAM",
  );
  const cpuStep = take("cpu_scale_step", 1, cores);
  const chunk = take("ram_chunk_size", 50, megabytes);
  const stepField = scaling.take("ram_scale_step_mb");
  const ownStep = values.optionalFigure(stepField, megabytes);
  // The chunk is the least of a change; a step of its own takes its place.
  const ramStep = ownStep ?? chunk;
  if (ownStep !== null && chunk.field !== null) ledger.idle(chunk.field, "`ram_scale_step_mb` takes its place.");
  const upper = values.optionalFigure(scaling.take("ram_upper_limit"), megabytes);
  const draft = layerDraft();
  const window = seconds(interval);
  draft.add("cpu.min", count(minCores), [minCores]);
  draft.add("cpu.max", count(maxCores), [maxCores]);
  draft.add("cpu.scaleUp.above", percent(cpuUp), [cpuUp]);
  draft.add("cpu.scaleUp.for", window, []);
  draft.add("cpu.scaleUp.step", count(cpuStep), [cpuStep]);
  draft.add("cpu.scaleDown.below", percent(cpuDown), [cpuDown]);
  draft.add("cpu.scaleDown.for", window, []);
  draft.add("cpu.scaleDown.step", count(cpuStep), [cpuStep]);
  const grain = grainOf([minRam.known, maxRam.known, ramStep.known, upper?.known ?? 0]);
  draft.add("memory.min", size(minRam), [minRam]);
  draft.add("memory.max", size(maxRam), [maxRam]);
  if (grain !== 64) draft.add("memory.step", size(plain(grain)), []);
  draft.add("memory.scaleUp.above", percent(ramUp), [ramUp]);
  draft.add("memory.scaleUp.for", window, []);
  draft.add("memory.scaleUp.step", size(ramStep), [ramStep]);
  if (upper !== null && ramStep.written === null && upper.known >= ramStep.known)
    draft.add("memory.scaleUp.maxStep", size(upper), [upper]);
  draft.add("memory.scaleDown.below", percent(ramDown), [ramDown]);
  draft.add("memory.scaleDown.for", window, []);
  draft.add("memory.scaleDown.step", size(ramStep), [ramStep]);
  if (upper !== null && ramStep.written === null && upper.known >= ramStep.known)
    draft.add("memory.scaleDown.maxStep", size(upper), [upper]);
  else if (upper !== null && upper.field !== null)
    ledger.leftOut(upper.field, "The most of one change can't be less than the least.");
  set(
    file,
    "defaults.match.names",
    ["*"],
    [
      ...(own?.comments ?? []),
      "The older program saw the containers of its own host; these are those of all nodes. For one node: `match: { nodes: [name] }`.",
    ],
  );
  const defaults = file.entries.get("defaults")?.value as NewMap;
  writeLayer(ledger, defaults, draft.settings, { path: "defaults" });
  set(file, "defaults.cooldown.up", "0s", ["The older program waited for nothing but its next look."]);
  set(file, "defaults.cooldown.down", "0s");
  set(file, "safety.nodeLimits.cpu", "100%", [
    "The older program knew neither a limit of a node's use nor one of changes at a time: these are none.",
  ]);
  set(file, "safety.nodeLimits.memory", "100%");
  set(file, "safety.maxChangesPerCycle", 10_000);
  set(file, "safety.reserve.cpu", "0%");
  set(file, "safety.reserve.memory", "0MiB");
  const target = scaling.take("target_cpu_load_percent");
  if (target !== null) {
    comment(file, "defaults.cpu.scaleUp", [
      "`target: …%` in place of `scaleUp` and `scaleDown` sizes by a load to aim at, which `target_cpu_load_percent` named.",
    ]);
    ledger.leftOut(target, "Thresholds and a target do not go together; the older program decided by its thresholds.");
  }
  for (const key of ["total_cores", "total_ram_mb"])
    ledger.idle(scaling.take(key), "What a node has is read from Proxmox VE.");
}

function writeIgnored(ledger: Ledger, values: Values, file: NewMap, root: Section): void {
  const field = root.take("ignore_lxc");
  if (field === null) return;
  const vmids = values.vmids(field);
  if (vmids.length > 0) set(file, "ignore.vmids", vmids, field.comments);
  ledger.carried(field, ...(vmids.length > 0 ? ["ignore.vmids"] : []));
}
