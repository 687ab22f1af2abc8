import { formatDuration, formatPercent } from "../../model/index.js";
import { builtInNumber } from "../built-in.js";
import type { Group } from "../generated/autoscaler-file.js";
import type { Span } from "../document.js";
import { replacing } from "../remedy.js";
import type { Remedy } from "../remedy.js";
import type { CheckContext } from "./context.js";
import { compileMatch } from "../match.js";
import { entryPlace, intervalOf, later } from "./context.js";

/** Checks horizontal groups, each on its own and against each other. */
export function checkGroups(context: CheckContext): void {
  const groups = context.file.groups ?? [];
  for (const group of groups) {
    checkInstances(context, group);
    checkScaling(context, group);
    checkNetwork(context, group);
    checkHealth(context, group);
  }
  checkOverlaps(context, groups);
  checkPolicies(context, groups);
}

/**
 * Policies that size the instances of a group, which the group counts by the very same usage. An instance is a clone of the
 * template: it has its tags and pool, and a name after the group's.
 */
function checkPolicies(context: CheckContext, groups: readonly Group[]): void {
  const { file, inventory } = context;
  const policies = file.policies ?? [];
  for (const group of groups) {
    const template = inventory?.containers.find(({ vmid }) => vmid === group.template.vmid);
    if (group.name === undefined) continue;
    const instance = {
      vmid: Number.NaN,
      name: `${group.name}-1`,
      node: null,
      tags: template?.tags ?? null,
      pool: template === undefined ? undefined : template.pool,
    };
    for (const [index, { match, cpu, memory }] of policies.entries()) {
      const both = (["cpu", "memory"] as const).filter(
        (resource) =>
          ({ cpu, memory })[resource] !== undefined &&
          (group.scaleOut?.[resource] !== undefined || group.scaleIn?.[resource] !== undefined),
      );
      const [resource] = both;
      if (resource === undefined || !compileMatch(match).all(instance)) continue;
      const message = `This policy sizes the instances of group \`${group.name}\`, which adds and removes them by their ${resource === "cpu" ? "CPU" : "memory"} too: each undoes what the other does. Leave them to one of the two.`;
      context.report("overlapping-group", entryPlace(context, policies, index), message);
    }
  }
}

function checkInstances({ places, report }: CheckContext, { instances }: Group): void {
  if (instances.min <= instances.max) return;
  const place = later(places.value(instances, "min"), places.value(instances, "max"));
  const message = `\`min\` (${instances.min}) is above \`max\` (${instances.max}).`;
  report(
    "min-above-max",
    place,
    message,
    swapping("min", places.value(instances, "min"), "max", places.value(instances, "max")),
  );
}

/** Swaps two values, where both are in the file. */
function swapping(oneName: string, one: Span | null, otherName: string, other: Span | null): readonly Remedy[] {
  if (one === null || other === null) return [];
  return [{ kind: "swap", one, other, title: `Swap “${oneName}” and “${otherName}”`, certainty: "likely" }];
}

function checkScaling(context: CheckContext, { instances, scaleOut, scaleIn }: Group): void {
  const { file, places, report } = context;
  const interval = intervalOf(context);
  for (const scaling of [scaleOut, scaleIn]) {
    if (scaling?.for === undefined || !(scaling.for < interval)) continue;
    const message = `${formatDuration(scaling.for)} is shorter than the interval of ${formatDuration(interval)}: one sample alone decides.`;
    report(
      "window-shorter-than-interval",
      later(places.value(scaling, "for"), places.value(file, "interval")),
      message,
    );
  }
  for (const resource of ["cpu", "memory"] as const) {
    const [above, below] = [scaleOut?.[resource], scaleIn?.[resource]];
    if (scaleOut === undefined || scaleIn === undefined || above === undefined || below === undefined) continue;
    const place = later(places.value(scaleOut, resource), places.value(scaleIn, resource));
    if (below >= above) {
      const message = `\`${resource}\` of \`scaleIn\` (${formatPercent(below)}) must be less than that of \`scaleOut\` (${formatPercent(above)}).`;
      const both = [places.value(scaleOut, resource), places.value(scaleIn, resource)] as const;
      report("below-above-above", place, message, swapping("scaleOut", both[0], "scaleIn", both[1]));
      continue;
    }
    const least = Math.max(1, instances.min);
    const after = (above * least) / (least + 1);
    if (instances.max > least && after <= below) {
      const message = `With ${least + 1} instances in place of ${least}, usage of ${formatPercent(above)} becomes ${formatPercent(after)}, where \`scaleIn\` (${formatPercent(below)}) takes one away again.`;
      const lower = [5, 1].map((unit) => (Math.ceil((after * 100 - 1e-9) / unit) - 1) * unit).find((one) => one > 0);
      const span = places.value(scaleIn, resource);
      report("would-oscillate", place, message, [
        ...(lower === undefined || span === null
          ? []
          : [replacing(span, `${lower}%`, `Change “${resource}” of “scaleIn” to ${lower}%`)]),
      ]);
    }
  }
}

function inside(address: number, { first, last }: { readonly first: number; readonly last: number }): boolean {
  return first <= address && address <= last;
}

function removingKey(key: Span | null, name: string): readonly Remedy[] {
  return key === null ? [] : [{ kind: "remove", key, title: `Remove “${name}”`, certainty: "possible" }];
}

function checkNetwork({ places, report }: CheckContext, group: Group): void {
  const { network, instances } = group;
  if (network === undefined) return;
  const { mode, pool, gateway } = network;
  if (mode === "static" && places.of(network, "pool") === null) {
    report("missing-key", places.key(group, "network"), "`pool` is missing: `mode: static` takes addresses from it.");
  }
  const dhcp = mode === "dhcp" || places.of(network, "mode") === null;
  if (dhcp && pool !== undefined) {
    report(
      "never-wins",
      places.key(network, "pool"),
      "With `mode: dhcp` the network assigns addresses, and `pool` has no effect.",
      removingKey(places.key(network, "pool"), "pool"),
    );
  }
  if (pool === undefined || pool.length === 0 || !places.isComplete(pool) || mode !== "static") return;
  const address = gateway === undefined ? null : addressOf(gateway);
  if (address !== null) {
    const place = later(places.value(network, "gateway"), places.value(network, "pool"));
    const network24 = pool.find(
      ({ first, prefix }) => Math.floor(first / 2 ** (32 - prefix)) !== Math.floor(address / 2 ** (32 - prefix)),
    );
    if (pool.some((range) => inside(address, range))) {
      report("bad-address", place, `The gateway ${gateway ?? ""} is in \`pool\`: an instance would get its address.`);
    } else if (network24 !== undefined) {
      report(
        "bad-address",
        place,
        `The gateway ${gateway ?? ""} is not in the network of \`pool\`, so instances can't reach it.`,
      );
    }
  }
  const addresses = pool.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (addresses < instances.max) {
    const place = later(places.value(network, "pool"), places.value(instances, "max"));
    report("unreachable-bound", place, `\`pool\` has ${addresses} addresses, too few for ${instances.max} instances.`);
  }
}

function addressOf(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function checkHealth({ places, report }: CheckContext, group: Group): void {
  const { health } = group;
  if (health === undefined) return;
  if (places.of(health, "http") === null && places.of(health, "tcp") === null) {
    report("missing-key", places.key(group, "health"), "`http` or `tcp` is missing: what is checked?");
  }
  const durationOf = (key: "interval" | "timeout"): number =>
    health[key] ?? (places.of(health, key) === null ? builtInNumber(`groups.health.${key}`) : Number.NaN);
  const interval = durationOf("interval");
  const timeout = durationOf("timeout");
  if (timeout > interval) {
    const place = later(places.value(health, "interval"), places.value(health, "timeout"));
    const message = `The \`timeout\` (${formatDuration(timeout)}) of a check is longer than the \`interval\` between two (${formatDuration(interval)}).`;
    const both = [places.value(health, "interval"), places.value(health, "timeout")] as const;
    report("out-of-range", place, message, swapping("interval", both[0], "timeout", both[1]));
  }
}

function checkOverlaps({ places, report }: CheckContext, groups: readonly Group[]): void {
  const seen: { readonly range: { readonly first: number; readonly last: number }; readonly name: string }[] = [];
  const backends = new Map<string, string>();
  for (const [index, group] of groups.entries()) {
    const name = group.name ?? `groups[${index}]`;
    const pool = group.network?.pool ?? [];
    for (const [entry, range] of pool.entries()) {
      const other = seen.find(({ range: before }) => before.first <= range.last && range.first <= before.last);
      if (other !== undefined) {
        const whose = other.name === name ? "another entry of this pool" : `the pool of group \`${other.name}\``;
        report("overlapping-group", places.value(pool, entry), `Some of these addresses are in ${whose} too.`);
      }
      seen.push({ range, name });
    }
    const haproxy = group.loadBalancer?.haproxy;
    const owner = haproxy === undefined ? undefined : backends.get(haproxy.backend);
    if (haproxy !== undefined && owner !== undefined) {
      const message = `Group \`${owner}\` has the backend \`${haproxy.backend}\` too; each would throw out the other's instances.`;
      report("overlapping-group", places.value(haproxy, "backend"), message);
    }
    if (haproxy !== undefined) backends.set(haproxy.backend, owner ?? name);
  }
}
