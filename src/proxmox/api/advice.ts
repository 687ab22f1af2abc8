import { quoteWord } from "./quote-word.js";

/** Built-in roles of Proxmox VE 7 to 9 with the smallest reach that hold a privilege. */
const smallestRole: readonly (readonly [RegExp, string])[] = [
  [/\.Audit$/u, "PVEAuditor"],
  [/^VM\.(?:PowerMgmt|Console|Backup|Config\.CDROM|Config\.Cloudinit)$/u, "PVEVMUser"],
  [/^VM\./u, "PVEVMAdmin"],
  [/^Datastore\.AllocateSpace$/u, "PVEDatastoreUser"],
  [/^Datastore\./u, "PVEDatastoreAdmin"],
  [/^Pool\./u, "PVEPoolAdmin"],
  [/^(?:User|Group|Realm)\./u, "PVEUserAdmin"],
  [/^SDN\.Use$/u, "PVESDNUser"],
  [/^Sys\./u, "PVESysAdmin"],
];

/** A built-in role that holds one of the privileges; `Administrator` where no smaller one does. */
export function roleWith(privileges: readonly string[]): string {
  for (const [pattern, role] of smallestRole) {
    if (privileges.some((privilege) => pattern.test(privilege))) return role;
  }
  return "Administrator";
}

/** The line for a node's shell that gives `identity` (`user@realm` or `user@realm!token`) a role on a path. */
export function grantLine(path: string, identity: string | undefined, role: string): string {
  const kind = identity === undefined || identity.includes("!") ? "--tokens" : "--users";
  return `pveum acl modify ${quoteWord(path)} ${kind} '${identity ?? "user@realm!token"}' --roles ${role}`;
}
