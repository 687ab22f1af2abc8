import { forbidden, badParameters, failure } from "../http/problem.js";
import type { Identity } from "../access/permissions.js";
import type { Parameters } from "../http/parameters.js";
import { splitList } from "../http/parameters.js";
import type { Cluster } from "./cluster.js";
import { optionExists } from "./configuration-schema.js";
import type { Guest } from "./guest.js";
import { newHardwareAddress } from "./hardware-address.js";
import { newVolume } from "./new-volume.js";
import type { NewVolume } from "./new-volume.js";
import { formatVolumeSize } from "./size.js";
import { requireDiskStorage } from "./storage.js";
import { volidOf } from "./volumes.js";

/** Changed inside a running container at once; everything else that is not in {@link stored} waits for a restart. */
const live = /^(?:memory|swap|cpulimit|cpuunits|net\d+)$/u;
/** Only stored, so in force at once too. `cores` reaches the container with the next round of the statistics daemon. */
const stored: ReadonlySet<string> = new Set([
  "cores",
  "description",
  "hostname",
  "hookscript",
  "onboot",
  "protection",
  "startup",
  "tags",
  "lock",
]);

/** A change as `PUT …/config` takes it. */
interface Change {
  readonly values: ReadonlyMap<string, string>;
  readonly remove: readonly string[];
  readonly revert: readonly string[];
  readonly digest: string;
}

/** Carries out `PUT …/config`: checked, under the container's lock file, in force at once or pending. */
export async function changeConfiguration(
  cluster: Cluster,
  guest: Guest,
  parameters: Parameters,
  identity: Identity,
): Promise<void> {
  const change = readChange(cluster, parameters);
  const changes = new Map<string, string | null>([
    ...change.remove.map((key) => [key, null] as const),
    ...change.values,
  ]);
  requirePrivilegesFor(cluster, guest.vmid, changes, identity, guest.configuration.get("features"));
  await cluster.locks.hold(guest.vmid, () => {
    requireUnlocked(guest);
    requireDigest(guest, change.digest);
    requireChangeable(change);
    const volumes = newVolumesOf(cluster, change, identity);
    cluster.write(guest, () => apply(cluster, guest, change, volumes));
    requireHotplugged(guest, change);
  });
}

/** 500 `CT is locked (backup)`. */
export function requireUnlocked(guest: Guest): void {
  if (guest.lock !== null) throw failure(`CT is locked (${guest.lock})`);
}

/** Refuses a change that was planned on another version of the configuration; an empty digest matches any. */
export function requireDigest(guest: Guest, digest: string): void {
  if (digest !== "" && digest !== guest.configuration.digest()) {
    throw failure("detected modified configuration - file changed by other user? Try again.");
  }
}

function readChange(cluster: Cluster, parameters: Parameters): Change {
  const remove = parameters.list("delete");
  const revert = parameters.list("revert");
  const values = new Map<string, string>();
  for (const name of parameters.names()) {
    if (["node", "vmid", "digest", "delete", "revert"].includes(name)) continue;
    values.set(name, normalizeOption(name, parameters.text(name)));
  }
  if (remove.length === 0 && revert.length === 0 && values.size === 0) throw failure("no options specified");
  for (const [list, names] of [
    ["delete", remove],
    ["revert", revert],
  ] as const) {
    const unknown = names.find((name) => !optionExists(name, cluster.pve));
    if (unknown !== undefined) throw badParameters({ [list]: `unknown option '${unknown}'` });
    const twice = names.find((name) => values.has(name));
    if (twice !== undefined) {
      throw badParameters({ [list]: `you can't use '-${twice}' and '-${list} ${twice}' at the same time` });
    }
  }
  return { values, remove, revert, digest: parameters.text("digest") };
}

/** A value as it is written into the file. */
export function normalizeOption(name: string, value: string): string {
  if (name === "tags") return [...new Set(splitList(value.toLowerCase()))].sort().join(";");
  if (name === "description") return value === "" || value.endsWith("\n") ? value : `${value}\n`;
  if (/^net\d+$/u.test(name)) return normalizeNetwork(value);
  return value;
}

/** The name first, the rest in alphabetical order, with the type. */
function normalizeNetwork(value: string): string {
  const parts = new Map(value.split(",").map((part) => part.split("=", 2) as [string, string]));
  if (!parts.has("hwaddr")) parts.set("hwaddr", newHardwareAddress());
  parts.set("type", "veth");
  const name = parts.get("name") ?? "eth0";
  parts.delete("name");
  return [
    `name=${name}`,
    ...[...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, text]) => `${key}=${text}`),
  ].join(",");
}

/** 403 for what the identity may not change: each option has its own privilege, and some are for root@pam alone. */
export function requirePrivilegesFor(
  cluster: Cluster,
  vmid: number,
  changes: ReadonlyMap<string, string | null>,
  identity: Identity,
  features: string | null,
): void {
  for (const [key, value] of changes) requirePrivilegeFor(cluster, vmid, key, value, identity, features);
}

function requirePrivilegeFor(
  cluster: Cluster,
  vmid: number,
  key: string,
  value: string | null,
  identity: Identity,
  features: string | null,
): void {
  // Only a ticket of root@pam is exempt: a token's name differs.
  if (identity.user === "root@pam" && identity.token === null) return;
  const path = `/vms/${vmid}`;
  const need = (privilege: string) => cluster.permissions.require(identity, path, [privilege]);
  if (/^(?:cores|cpuunits|cpulimit)$/u.test(key)) need("VM.Config.CPU");
  else if (/^(?:rootfs|mp\d+)$/u.test(key)) {
    if (value?.startsWith("/") === true) throw forbidden("mount point type bind is only allowed for root@pam");
    need("VM.Config.Disk");
  } else if (/^(?:memory|swap)$/u.test(key)) need("VM.Config.Memory");
  else if (/^(?:net\d+|nameserver|searchdomain|hostname)$/u.test(key)) need("VM.Config.Network");
  else if (key === "hookscript") throw forbidden("changing the hookscript is only allowed for root@pam");
  else if (/^dev\d+$/u.test(key)) throw forbidden("configuring device passthrough is only allowed for root@pam");
  else if (key === "features") {
    if (!onlyNesting(features, value)) {
      throw forbidden("changing feature flags (except nesting) is only allowed for root@pam");
    }
    need("VM.Allocate");
  } else need("VM.Config.Options");
}

function onlyNesting(before: string | null, after: string | null): boolean {
  const others = (text: string | null) =>
    (text ?? "")
      .split(",")
      .filter((part) => part !== "" && !part.startsWith("nesting="))
      .sort()
      .join(",");
  return others(before) === others(after);
}

function requireChangeable(change: Change): void {
  const required = change.remove.find((key) => key === "memory" || key === "rootfs");
  if (required !== undefined) throw failure(`unable to delete required option '${required}'`);
  if (change.remove.includes("unprivileged")) throw failure("unable to delete read-only option: 'unprivileged'");
  if (change.values.has("unprivileged")) throw failure("unable to modify read-only option: 'unprivileged'");
}

/** A limit that the kernel does not take from a running container. */
function isRefused({ running, hotplugError }: Guest, key: string): boolean {
  return running && hotplugError !== null && /^(?:memory|swap|cpulimit|cpuunits)$/u.test(key);
}

/** What could not be changed inside the container is answered as an error, and stays pending all the same. */
function requireHotplugged(guest: Guest, change: Change): void {
  const refused = [...change.values.keys()].filter(
    (key) => isRefused(guest, key) && guest.configuration.pending.has(key),
  );
  if (refused.length === 0) return;
  throw badParameters(
    Object.fromEntries(refused.map((key) => [key, `unable to hotplug ${key}: ${guest.hotplugError}`])),
  );
}

/** Disks that are asked for as `storage:4`: on storages that are there and may be used. */
function newVolumesOf(cluster: Cluster, change: Change, identity: Identity): ReadonlyMap<string, NewVolume> {
  const wanted = new Map<string, NewVolume>();
  for (const [key, value] of change.values) {
    const volume = /^mp\d+$/u.test(key) ? newVolume(value) : null;
    if (volume === null) continue;
    requireDiskStorage(cluster, volume.storage);
    cluster.permissions.require(identity, `/storage/${volume.storage}`, ["Datastore.AllocateSpace"]);
    wanted.set(key, volume);
  }
  return wanted;
}

/** Keeps a volume that nothing mounts any more. */
export function addUnused(guest: Guest, volid: string): void {
  const { current } = guest.configuration;
  let number = 0;
  while (current.has(`unused${number}`)) number += 1;
  current.set(`unused${number}`, volid);
}

/** A mount point that goes leaves its volume unused; an unused one that goes is deleted. */
function removeDisk(cluster: Cluster, guest: Guest, key: string): void {
  const volid = volidOf(guest.configuration.get(key) ?? "");
  guest.configuration.current.delete(key);
  if (volid === null) return;
  if (key.startsWith("unused")) cluster.volumes.remove(guest.node.name, volid);
  else addUnused(guest, volid);
}

function apply(cluster: Cluster, guest: Guest, change: Change, volumes: ReadonlyMap<string, NewVolume>): void {
  const { configuration } = guest;
  const atOnce = (key: string) =>
    !guest.running ||
    stored.has(key) ||
    (/^mp\d+$/u.test(key) && !configuration.current.has(key)) ||
    (live.test(key) && !isRefused(guest, key));
  for (const key of change.revert) {
    configuration.pending.delete(key);
    configuration.pendingDelete.delete(key);
  }
  for (const key of change.remove) {
    configuration.pending.delete(key);
    if (!configuration.current.has(key)) continue;
    if (key.startsWith("unused") || (!guest.running && /^mp\d+$/u.test(key))) removeDisk(cluster, guest, key);
    else if (atOnce(key)) configuration.current.delete(key);
    else configuration.pendingDelete.add(key);
  }
  for (const [key, given] of change.values) {
    const volume = volumes.get(key);
    const value =
      volume === undefined
        ? given
        : `${cluster.volumes.allocate(guest.node.name, requireDiskStorage(cluster, volume.storage), guest.vmid)}${volume.options},size=${formatVolumeSize(volume.bytes)}`;
    configuration.pendingDelete.delete(key);
    configuration.pending.delete(key);
    if (configuration.get(key) === value) continue;
    if (value === "" && key !== "tags") configuration.current.delete(key);
    else if (atOnce(key)) configuration.current.set(key, value);
    else configuration.pending.set(key, value);
  }
  if (!guest.running) guest.applyCores();
}
