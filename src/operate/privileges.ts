import type { Container, Decision } from "../model/index.js";
import { quoteArgument } from "../model/index.js";
import type { Permissions } from "../proxmox/index.js";

/** Something a person wants to do, and the privileges it takes on what. */
export interface Feature {
  readonly id: "observe" | "resize" | "disks" | "lease" | "nodes" | "power";
  /** Completes "may …" and "may not …". */
  readonly ability: string;
  readonly privileges: readonly string[];
  readonly on: "containers" | "nodes";
  /** What the role needs for it on other things than those, and is not looked at there. */
  readonly elsewhere?: readonly string[];
  /** True where the program is of little use without it. */
  readonly required: boolean;
}

export const features: readonly Feature[] = [
  {
    id: "observe",
    ability: "see containers and their usage",
    privileges: ["VM.Audit"],
    on: "containers",
    required: true,
  },
  {
    id: "resize",
    ability: "change CPU and memory of containers",
    privileges: ["VM.Config.CPU", "VM.Config.Memory"],
    on: "containers",
    required: true,
  },
  {
    id: "disks",
    ability: "grow disks of containers",
    privileges: ["VM.Config.Disk"],
    on: "containers",
    elsewhere: ["Datastore.AllocateSpace"],
    required: false,
  },
  {
    id: "lease",
    ability: "say in the notes of a container which program scales the cluster, without which a loop only recommends",
    privileges: ["VM.Config.Options"],
    on: "containers",
    required: false,
  },
  {
    id: "nodes",
    ability: "see how much memory nodes have left, and whether the cluster has quorum",
    privileges: ["Sys.Audit"],
    on: "nodes",
    required: false,
  },
  {
    id: "power",
    ability: "start, shut down, stop and reboot containers",
    privileges: ["VM.PowerMgmt"],
    on: "containers",
    required: false,
  },
];

/** The role that holds all privileges of {@link features} and nothing else. */
export const roleName = "LXCAutoscaler";

/**
 * The lines to run as root on any node so that a token has every privilege of {@link features}. A token with
 * privilege separation has what it and its user both have, so both get the role (root@pam needs none).
 * `identity` is `user@realm!name` or `user@realm`.
 */
export function pveumLines(identity: string): readonly string[] {
  const privileges = [
    ...new Set(features.flatMap(({ privileges: needed, elsewhere = [] }) => [...needed, ...elsewhere])),
  ].join(" ");
  const lines = [`pveum role add ${roleName} --privs "${privileges}"`];
  const user = identity.split("!")[0] ?? identity;
  if (user !== "root@pam") {
    lines.push(`pveum acl modify / --users ${quoteArgument(user)} --roles ${roleName}`);
  }
  // Its ! comes out quoted: bare, it is history expansion in an interactive shell.
  if (identity.includes("!")) lines.push(`pveum acl modify / --tokens ${quoteArgument(identity)} --roles ${roleName}`);
  return lines;
}

/** What is missing for a feature, and where. */
export interface FeatureGap {
  readonly feature: Feature;
  /** `none`: nowhere allowed; `some`: allowed in places, `where` lists those it is not. */
  readonly extent: "complete" | "some" | "none";
  readonly missing: readonly string[];
  readonly where: readonly string[];
}

/**
 * Holds each feature against the privileges, on every container or node that can be seen. Where none can
 * be seen the folder itself (`/vms`, `/nodes`) is looked at.
 */
export function featureGaps(
  permissions: Permissions,
  containers: readonly Pick<Container, "vmid">[],
  nodes: readonly { readonly name: string }[],
): readonly FeatureGap[] {
  return features.map((feature) => {
    const targets =
      feature.on === "containers"
        ? containers.map(({ vmid }) => ({ path: `/vms/${vmid}`, label: String(vmid) }))
        : nodes.map(({ name }) => ({ path: `/nodes/${name}`, label: name }));
    const asked =
      targets.length > 0 ? targets : [{ path: feature.on === "containers" ? "/vms" : "/nodes", label: "any" }];
    const gaps = asked.map(({ path, label }) => ({
      label,
      missing: feature.privileges.filter((privilege) => !privilegesAt(permissions, path).has(privilege)),
    }));
    const lacking = gaps.filter(({ missing }) => missing.length > 0);
    return {
      feature,
      extent: lacking.length === 0 ? "complete" : lacking.length === gaps.length ? "none" : "some",
      missing: [...new Set(lacking.flatMap(({ missing }) => missing))],
      where: lacking.map(({ label }) => label),
    };
  });
}

/** The nearest path that is listed decides: `/vms/101`, else `/vms`, else `/`. */
export function privilegesAt(permissions: Permissions, path: string): ReadonlySet<string> {
  for (let place = path; ; place = place.slice(0, place.lastIndexOf("/"))) {
    const found = permissions.get(place === "" ? "/" : place);
    if (found !== undefined) return found;
    if (place === "" || place === "/") return new Set();
  }
}

/** True where the credentials can see no container anywhere: an empty list then means "not allowed", not "none". */
export function seesNothing(permissions: Permissions): boolean {
  return ![...permissions].some(
    ([path, privileges]) =>
      (path === "/" || path.startsWith("/vms") || path.startsWith("/pool")) && privileges.has("VM.Audit"),
  );
}

/**
 * What the credentials lack to carry out any of the changes; empty where at least one of them is allowed, because then
 * Proxmox itself says which are not.
 */
export function lackingForAll(permissions: Permissions, changes: readonly Decision[]): readonly string[] {
  const lacking = changes.map(({ vmid, resource }) => {
    const needed =
      resource === "memory" || resource === "swap"
        ? "VM.Config.Memory"
        : resource === "cores" || resource === "cpulimit"
          ? "VM.Config.CPU"
          : "VM.Config.Disk";
    return privilegesAt(permissions, `/vms/${vmid}`).has(needed) ? null : needed;
  });
  return lacking.includes(null) ? [] : [...new Set(lacking.filter((privilege) => privilege !== null))];
}
