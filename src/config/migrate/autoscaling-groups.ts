import { aboutSection } from "./layer.js";
import type { Field, Ledger, Section } from "./ledger.js";
import { append, newMap, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import { groupName, instanceBounds, periods, put, thresholdPair } from "./horizontal-groups.js";
import type { Figure, Values } from "./values.js";
import { count, pathOf, percent, seconds } from "./values.js";

const group = /^ASG_GROUP_/iu;
const template = /^ASG_TEMPLATE_/iu;

/** Translates the planned `ASG_TEMPLATE_…` and `ASG_GROUP_…`, which no release of the older program read. */
export function writeAutoscalingGroups(ledger: Ledger, values: Values, file: NewMap, interval: Figure): void {
  const { root } = ledger;
  const templates = new Map<string, Section>();
  for (const key of root.keys()) {
    if (!template.test(key)) continue;
    const section = root.section(key);
    if (section !== null) templates.set(key.replace(template, "").toLowerCase(), section);
  }
  const used = new Set<Section>();
  for (const key of root.keys()) {
    if (!group.test(key)) continue;
    const section = root.section(key);
    if (section === null) continue;
    const wanted = section.take("template");
    const name = values.text(wanted)?.replace(template, "").toLowerCase();
    const source =
      name === undefined ? (templates.size === 1 ? [...templates.values()][0] : undefined) : templates.get(name);
    if (source === undefined) {
      if (wanted === null)
        ledger.note({
          severity: "warning",
          code: "missing-key",
          key,
          message: "The group names no template, so it could not be carried over.",
        });
      else
        ledger.mistake(
          wanted,
          "unknown-reference",
          "There is no template of that name, so the group could not be carried over.",
        );
      leaveOut(ledger, section, "The group has no template, so it could not be carried over.");
      continue;
    }
    used.add(source);
    writeGroup(ledger, values, file, section, source, { own: root.take(key), wanted, interval });
  }
  for (const source of templates.values())
    if (!used.has(source)) leaveOut(ledger, source, "No group uses this template.");
}

function leaveOut(ledger: Ledger, section: Section, message: string): void {
  for (const key of section.keys()) {
    const field = section.take(key);
    if (field !== null && !ledger.isSettled(field)) ledger.leftOut(field, message);
  }
}

interface GroupSurroundings {
  readonly own: Field | null;
  readonly wanted: Field | null;
  readonly interval: Figure;
}

/** A key under one of the names it was planned with. */
function takeAny(section: Section, ...keys: readonly string[]): Field | null {
  const found = keys.map((key) => section.take(key));
  return found.find((field) => field !== null) ?? null;
}

function writeGroup(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  section: Section,
  source: Section,
  { own, wanted, interval }: GroupSurroundings,
): void {
  const vmidField = source.take("source_vmid");
  const vmid = values.vmid(vmidField);
  if (vmid === null || vmidField === null) {
    leaveOut(ledger, section, "The template has no usable `source_vmid`, so the group could not be carried over.");
    leaveOut(ledger, source, "The template has no usable `source_vmid`, so it could not be carried over.");
    return;
  }
  const item = newMap();
  aboutSection(item, own);
  const path = `groups[${append(file, "groups", item)}]`;
  set(item, "name", groupName(file, section.path.replace(group, "")));
  put(ledger, item, path, "template.vmid", vmid, vmidField);
  ledger.carried(wanted, `${path}.template.vmid`);
  const snapshotField = source.take("source_snapshot");
  const snapshot = values.text(snapshotField);
  if (snapshot !== null) put(ledger, item, path, "template.snapshot", snapshot, snapshotField);
  const cloneField = source.take("clone_mode");
  put(ledger, item, path, "template.clone", values.choice(cloneField, ["full", "linked"] as const, "full"), cloneField);

  const [min, max] = instanceBounds(
    ledger,
    values,
    takeAny(section, "min_size", "min_instances"),
    takeAny(section, "max_size", "max_instances"),
    [1, 5],
  );
  put(ledger, item, path, "instances.min", count(min), min.field);
  put(ledger, item, path, "instances.max", count(max), max.field);
  writeNetwork(ledger, values, item, path, source);
  const threshold = (name: string): Field | null =>
    takeAny(section, `${name}_threshold`, name, `horiz_${name}_threshold`);
  const [cpuUp, cpuLow] = thresholdPair(ledger, values, threshold("cpu_upper"), threshold("cpu_lower"), [80, 20]);
  const [memoryUp, memoryLow] = thresholdPair(
    ledger,
    values,
    threshold("memory_upper"),
    threshold("memory_lower"),
    [80, 20],
  );
  const out = values.figure(takeAny(section, "scale_out_grace_period", "scale_out_grace"), 300, periods);
  const back = values.figure(takeAny(section, "scale_in_grace_period", "scale_in_grace"), 600, periods);
  put(ledger, item, path, "scaleOut.cpu", percent(cpuUp), cpuUp.field);
  put(ledger, item, path, "scaleOut.memory", percent(memoryUp), memoryUp.field);
  set(item, "scaleOut.for", seconds(interval));
  put(ledger, item, path, "scaleOut.cooldown", seconds(out), out.field);
  put(ledger, item, path, "scaleIn.cpu", percent(cpuLow), cpuLow.field);
  put(ledger, item, path, "scaleIn.memory", percent(memoryLow), memoryLow.field);
  set(item, "scaleIn.for", seconds(interval));
  put(ledger, item, path, "scaleIn.cooldown", seconds(back), back.field);
  writeScaleIn(ledger, values, item, path, section);
  writeHealth(ledger, values, item, path, section.section("health"));
  writePlacement(ledger, values, item, path, section.section("placement"));

  const guest = source.take("guest_type");
  if (guest !== null && values.choice(guest, ["lxc", "qemu"] as const, "lxc") === "qemu")
    ledger.leftOut(guest, "This program scales containers, not virtual machines.");
  else ledger.carried(guest);
  ledger.leftOut(source.take("target_storage"), "Clones go to the storage of their template.");
  for (const key of ["provision", "hookscript"]) {
    const field = source.take(key);
    if (field?.node.kind === "scalar" && field.node.text.trim() === "none") ledger.carried(field);
    else ledger.leftOut(field, "Nothing is run in a new instance by this program; put it into the template.");
  }
  ledger.leftOut(source.take("tags"), "Instances carry the tag of their group, and those of their template.");
  ledger.leftOut(section.take("dry_run"), "A dry run is of the whole file here: `mode: recommend`.");
  ledger.leftOut(section.take("reconcile_adopt"), "Instances are known by their tag; others are not taken over.");
  section.know("hooks");
  const hooks = section.section("hooks");
  if (hooks === null) ledger.leftOut(section.take("hooks"), "There are no hooks here.");
  else leaveOut(ledger, hooks, "There are no hooks here; `notifications` tells a webhook of each change.");
}

function writeScaleIn(ledger: Ledger, values: Values, item: NewMap, path: string, section: Section): void {
  const policy = section.take("scale_in_policy");
  const allow = section.take("allow_destroy");
  const wanted = values.choice(policy, ["stop", "destroy"] as const, "stop");
  const allowed = values.truth(allow, false);
  const action = wanted === "destroy" && allowed ? "destroy" : "stop";
  set(item, "scaleIn.action", action, policy?.comments ?? []);
  if (policy !== null && wanted === "destroy" && !allowed)
    ledger.changed(
      policy,
      `${path}.scaleIn.action`,
      "`destroy` was only to hold with `allow_destroy: true`, so instances are stopped.",
    );
  else ledger.carried(policy, `${path}.scaleIn.action`);
  if (allow !== null && !ledger.isSettled(allow)) ledger.carried(allow, `${path}.scaleIn.action`);
}

function writeNetwork(ledger: Ledger, values: Values, item: NewMap, path: string, source: Section): void {
  const field = source.take("net0");
  const text = values.text(field);
  if (text === null || field === null) return;
  const parts = new Map(text.split(",").map((part) => part.split("=", 2) as [string, string | undefined]));
  const address = parts.get("ip")?.trim();
  const bridge = parts.get("bridge")?.trim();
  const gateway = parts.get("gw")?.trim();
  if (address !== undefined && /^\d+(?:\.\d+){3}\/\d+$/u.test(address)) {
    const message =
      "One fixed address does for one instance only: instances ask the network (dhcp). Give `mode: static` and a `pool` instead.";
    ledger.leftOut(field, message);
  }
  set(item, "network.mode", "dhcp", field.comments);
  if (bridge !== undefined && bridge !== "") set(item, "network.bridge", bridge);
  const lost = [...parts.keys()].filter((key) => !["name", "bridge", "ip", "type", "gw"].includes(key.trim()));
  if (gateway !== undefined) lost.push("gw");
  if (lost.length > 0 && !ledger.isSettled(field)) {
    ledger.changed(
      field,
      [`${path}.network.mode`, `${path}.network.bridge`],
      `Instances keep the interface of their template; of \`net0\` this is not carried over: ${lost.join(", ")}.`,
    );
  }
  ledger.carried(field, `${path}.network.mode`, `${path}.network.bridge`);
}

function writeHealth(ledger: Ledger, values: Values, item: NewMap, path: string, health: Section | null): void {
  if (health === null) return;
  const probe = health.take("probe");
  const kind = values.choice(probe, ["none", "tcp", "http"] as const, "none");
  const portField = health.take("port");
  const port = values.optionalFigure(portField, { least: 1, most: 65_535, whole: true, noun: "a port" });
  if (kind === "none" || port === null) {
    if (kind === "none" && probe !== null && !ledger.isSettled(probe)) ledger.carried(probe);
    leaveOut(ledger, health, kind === "none" ? "`probe: none` checks nothing." : "A check needs a port.");
    return;
  }
  ledger.carried(probe, `${path}.health.${kind}`);
  put(ledger, item, path, `health.${kind}.port`, count(port), portField);
  const pathField = health.take("path");
  const asked = values.text(pathField);
  if (asked !== null && kind === "http") put(ledger, item, path, "health.http.path", pathOf(asked), pathField);
  else if (pathField !== null && !ledger.isSettled(pathField)) ledger.idle(pathField, "A TCP check asks for no path.");
  const often = { least: 1, most: 3600, whole: true, noun: "a number of seconds" };
  const interval = values.optionalFigure(health.take("interval"), often);
  if (interval !== null) put(ledger, item, path, "health.interval", seconds(interval), interval.field);
  const timeout = values.optionalFigure(health.take("timeout"), {
    ...often,
    most: Math.min(300, interval?.known ?? 10),
  });
  if (timeout !== null) put(ledger, item, path, "health.timeout", seconds(timeout), timeout.field);
  const rounds = { least: 1, most: 10_000, whole: true, noun: "a number of checks" };
  const healthy = values.figure(health.take("healthy_threshold"), 2, rounds);
  put(ledger, item, path, "health.healthyAfter", count(healthy), healthy.field);
  const unhealthy = values.figure(health.take("unhealthy_threshold"), 3, rounds);
  put(ledger, item, path, "health.unhealthyAfter", count(unhealthy), unhealthy.field);
  ledger.leftOut(health.take("grace_period"), "A new instance counts once it is healthy; there is no time of grace.");
}

function writePlacement(ledger: Ledger, values: Values, item: NewMap, path: string, placement: Section | null): void {
  if (placement === null) return;
  const strategy = placement.take("strategy");
  const kind = values.choice(strategy, ["least_loaded", "round_robin", "pinned"] as const, "least_loaded");
  const nodesField = takeAny(placement, "nodes", "node");
  const nodes = values.texts(nodesField);
  if (nodes.length > 0) {
    set(item, "placement.nodes", nodes, nodesField?.comments ?? []);
    ledger.carried(nodesField, `${path}.placement.nodes`);
  }
  set(item, "placement.strategy", "spread", strategy?.comments ?? []);
  if (strategy !== null && !ledger.isSettled(strategy)) {
    if (kind === "round_robin") ledger.carried(strategy, `${path}.placement.strategy`);
    else
      ledger.changed(
        strategy,
        `${path}.placement.strategy`,
        kind === "pinned"
          ? "A pinned group has its nodes in `placement.nodes`."
          : "The node with the fewest instances comes first, not the one with the least load.",
      );
  }
  ledger.leftOut(
    placement.take("exclude_nodes"),
    "Here the nodes that may carry instances are named: `placement: { nodes: [...] }`.",
  );
}
