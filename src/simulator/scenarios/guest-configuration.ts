import { Configuration } from "../cluster/configuration.js";
import type { GuestSpec } from "../load/index.js";

/** The configuration that a container of a population was created with. */
export function configurationOf(guest: GuestSpec): Configuration {
  const values: [string, string][] = [
    ["arch", "amd64"],
    ["hostname", guest.name],
    ["memory", String(guest.memory)],
    ["net0", `name=eth0,bridge=vmbr0,hwaddr=${hardwareAddress(guest)},ip=dhcp,type=veth`],
    ["ostype", "debian"],
    ["rootfs", `local-btrfs:${guest.vmid}/vm-${guest.vmid}-disk-0.raw,size=${guest.disk}G`],
    ["swap", String(guest.swap)],
  ];
  if (guest.cores !== null) values.push(["cores", String(guest.cores)]);
  if (guest.cpulimit !== null) values.push(["cpulimit", String(guest.cpulimit)]);
  if (guest.onboot) values.push(["onboot", "1"]);
  if (guest.unprivileged) values.push(["unprivileged", "1"]);
  if (guest.template) values.push(["template", "1"]);
  if (guest.tags.length > 0) values.push(["tags", [...guest.tags].sort().join(";")]);
  if (guest.description !== null) values.push(["description", guest.description.replace(/\n?$/u, "\n")]);
  return new Configuration(values);
}

/** Below Proxmox's prefix, the same for the same container. */
function hardwareAddress(guest: GuestSpec): string {
  const tail = ((guest.vmid * 2654435761) % 2 ** 24).toString(16).toUpperCase().padStart(6, "0");
  return `BC:24:11:${tail.slice(0, 2)}:${tail.slice(2, 4)}:${tail.slice(4, 6)}`;
}
