import { parsePool } from "../addresses.js";
import { aboutSection } from "./layer.js";
import type { Field, Ledger, Section } from "./ledger.js";
import { append, comment, newMap, set } from "./new-file.js";
import type { NewMap } from "./new-file.js";
import type { Figure, Limits, Values } from "./values.js";
import { count, percent, seconds, withDefaults } from "./values.js";

export const percentage: Limits = { least: 1, most: 100, noun: "a percentage" };
export const periods: Limits = { least: 0, most: 604_800, noun: "a number of seconds" };
export const instances: Limits = { least: 0, most: 1000, whole: true, noun: "a number of instances" };

/** Thresholds of a group in pairs, the upper above the lower; a pair that contradicts itself goes back to its default. */
export function thresholdPair(
  ledger: Ledger,
  values: Values,
  upper: Field | null,
  lower: Field | null,
  fallback: readonly [number, number],
): readonly [Figure, Figure] {
  const up = values.figure(upper, fallback[0], percentage);
  const low = values.figure(lower, fallback[1], percentage);
  if (low.known < up.known) return [up, low];
  const message = `The lower threshold (${low.known}) must be less than the upper one (${up.known}).`;
  const [first, second] = [up.field, low.field].sort((a, b) => (b?.span.start ?? -1) - (a?.span.start ?? -1));
  if (first !== null && first !== undefined) ledger.mistake(first, "below-above-above", message);
  if (second !== null && second !== undefined && !ledger.isSettled(second)) ledger.leftOut(second, message);
  return [
    { known: fallback[0], written: null, field: null },
    { known: fallback[1], written: null, field: null },
  ];
}

/** Bounds of a number of instances, in order. */
export function instanceBounds(
  ledger: Ledger,
  values: Values,
  minField: Field | null,
  maxField: Field | null,
  fallback: readonly [number, number],
): readonly [Figure, Figure] {
  const min = values.figure(minField, fallback[0], instances);
  const max = values.figure(maxField, fallback[1], { ...instances, least: 1 });
  if (min.known <= max.known) return [min, max];
  const message = `\`min\` (${min.known}) is above \`max\` (${max.known}): only the least number is kept.`;
  if (max.field !== null) ledger.mistake(max.field, "min-above-max", message);
  return [min, { known: Math.max(1, min.known), written: null, field: null }];
}

/** Sets a value and accounts for the key it comes from. */
export function put(
  ledger: Ledger,
  group: NewMap,
  path: string,
  key: string,
  value: string | number,
  field: Field | null,
): void {
  set(group, key, value, field?.comments ?? []);
  ledger.carried(field, `${path}.${key}`);
}

/** Addresses of a pool, each with its prefix; a bare one is in a /24, as the older program took it. */
export function poolOf(ledger: Ledger, values: Values, field: Field | null): readonly string[] {
  if (field === null) return [];
  const pool: string[] = [];
  for (const text of values.texts(field)) {
    const whole = text.includes("/") || text.includes("${") ? text : `${text}/24`;
    const known = withDefaults(whole);
    const problem = known === null ? null : parsePool(known);
    if (typeof problem !== "string") pool.push(whole);
    else {
      ledger.defect(field, "bad-address", problem);
      ledger.note({ severity: "warning", code: "bad-address", key: field.path, message: problem, span: field.span });
    }
  }
  return [...new Set(pool)];
}

export function groupName(file: NewMap, wanted: string): string {
  const list = file.entries.get("groups")?.value;
  const taken = new Set<unknown>(Array.isArray(list) ? list.map(({ entries }) => entries.get("name")?.value) : []);
  const base = /^\d*$/u.test(wanted) ? `group-${wanted}`.replace(/-$/u, "") : wanted;
  let name = base;
  for (let number = 2; taken.has(name); number += 1) name = `${base}-${number}`;
  return name;
}

/** Translates one `HORIZONTAL_SCALING_GROUP_…`. */
export function writeHorizontalGroup(
  ledger: Ledger,
  values: Values,
  file: NewMap,
  section: Section,
  own: Field | null,
  interval: Figure,
): void {
  const source = section.take("base_snapshot_name");
  const template = values.vmid(source);
  section.know(
    "min_instances",
    "min_containers",
    "max_instances",
    "starting_clone_id",
    "group_tag",
    "lxc_containers",
    "clone_network_type",
    "static_ip_range",
  );
  if (template === null || source === null) {
    const message =
      "`base_snapshot_name` must be the CT id of the container that is cloned; without it nothing could be.";
    if (source !== null && !ledger.isSettled(source)) ledger.mistake(source, "bad-vmid", message);
    for (const key of section.keys()) {
      const field = section.take(key);
      if (field !== null && !ledger.isSettled(field))
        ledger.leftOut(field, "The group has no container to clone, so it could not be carried over.");
    }
    if (own !== null && section.keys().length === 0) ledger.mistake(own, "missing-key", message);
    return;
  }
  const group = newMap();
  aboutSection(group, own);
  const path = `groups[${append(file, "groups", group)}]`;
  set(group, "name", groupName(file, section.path.replace(/^HORIZONTAL_SCALING_GROUP_/iu, "")));
  set(group, "template.vmid", template, source.comments);
  set(group, "template.clone", "full");
  const cloned =
    "The key was called a snapshot but named the container that is cloned; the older program took a fresh snapshot each time and copied it.";
  comment(group, "template", [ledger.changed(source, `${path}.template.vmid`, cloned)]);

  const minField = section.take("min_instances") ?? section.take("min_containers");
  const both = section.take("min_instances") === null ? null : section.take("min_containers");
  if (both !== null) ledger.idle(both, "`min_containers` is the old name of `min_instances`, which is given too.");
  const [min, max] = instanceBounds(ledger, values, minField, section.take("max_instances"), [1, 5]);
  put(ledger, group, path, "instances.min", count(min), min.field);
  put(ledger, group, path, "instances.max", count(max), max.field);

  const addresses = writeNetwork(ledger, values, group, path, section);
  if (addresses !== null) boundInstances(ledger, group, path, [min, max], addresses);
  const [cpuUp, cpuLow] = thresholdPair(
    ledger,
    values,
    section.take("horiz_cpu_upper_threshold"),
    section.take("horiz_cpu_lower_threshold"),
    [80, 20],
  );
  const [memoryUp, memoryLow] = thresholdPair(
    ledger,
    values,
    section.take("horiz_memory_upper_threshold"),
    section.take("horiz_memory_lower_threshold"),
    [80, 20],
  );
  const out = values.figure(section.take("scale_out_grace_period"), 300, periods);
  const back = values.figure(section.take("scale_in_grace_period"), 600, periods);
  put(ledger, group, path, "scaleOut.cpu", percent(cpuUp), cpuUp.field);
  put(ledger, group, path, "scaleOut.memory", percent(memoryUp), memoryUp.field);
  set(group, "scaleOut.for", seconds(interval));
  put(ledger, group, path, "scaleOut.cooldown", seconds(out), out.field);
  put(ledger, group, path, "scaleIn.cpu", percent(cpuLow), cpuLow.field);
  put(ledger, group, path, "scaleIn.memory", percent(memoryLow), memoryLow.field);
  set(group, "scaleIn.for", seconds(interval));
  put(ledger, group, path, "scaleIn.cooldown", seconds(back), back.field);
  set(group, "scaleIn.action", "stop");

  ledger.leftOut(
    section.take("lxc_containers"),
    "Instances are known by a tag of their own here, so the containers that exist already are not taken over.",
  );
  ledger.idle(section.take("starting_clone_id"), "New instances get the next free CT id of the cluster.");
  ledger.idle(section.take("group_tag"), "It was never used; instances carry a tag of this program.");
}

/** The older program made no instance without an address, so there were never more of them than addresses. */
function boundInstances(
  ledger: Ledger,
  group: NewMap,
  path: string,
  bounds: readonly [Figure, Figure],
  addresses: number,
): void {
  for (const [index, key] of (["min", "max"] as const).entries()) {
    const bound = bounds[index];
    if (bound === undefined || bound.written?.includes("${") === true || bound.known <= addresses) continue;
    const message = `${key === "max" ? "At most" : "At least"} ${bound.known} instances were asked for, but the pool has ${addresses === 1 ? "one address" : `${addresses} addresses`}, and none could be made without one: with more addresses in \`pool\` raise it again.`;
    set(group, `instances.${key}`, addresses);
    if (bound.field === null) comment(group, "instances", [message]);
    else comment(group, "instances", [ledger.changed(bound.field, `${path}.instances.${key}`, message)]);
  }
}

/** Returns how many static addresses there are; `null` where they are not counted. */
function writeNetwork(ledger: Ledger, values: Values, group: NewMap, path: string, section: Section): number | null {
  const typeField = section.take("clone_network_type");
  const rangeField = section.take("static_ip_range");
  const type = values.choice(typeField, ["dhcp", "static"] as const, "dhcp");
  const pool = poolOf(ledger, values, rangeField);
  if (type === "static" && pool.length > 0) {
    put(ledger, group, path, "network.mode", "static", typeField);
    set(group, "network.pool", pool, rangeField?.comments ?? []);
    ledger.carried(rangeField, `${path}.network.pool`);
    comment(group, "network", ["The older program set no gateway: add `gateway` if the instances need one."]);
    return addressesIn(pool);
  }
  put(ledger, group, path, "network.mode", "dhcp", type === "dhcp" ? typeField : null);
  if (type === "static" && typeField !== null)
    ledger.leftOut(typeField, "Static addresses need `static_ip_range`, which names no usable one.");
  if (rangeField !== null && !ledger.isSettled(rangeField)) {
    if (type === "dhcp") ledger.idle(rangeField, "With `clone_network_type: dhcp` these addresses were not used.");
    else ledger.leftOut(rangeField, "No address of it could be read.");
  }
  return null;
}

/** `null` where a reference may give others. */
function addressesIn(pool: readonly string[]): number | null {
  let sum = 0;
  for (const text of pool) {
    const range = text.includes("${") ? "" : parsePool(text);
    if (typeof range === "string") return null;
    sum += range.last - range.first + 1;
  }
  return sum;
}
