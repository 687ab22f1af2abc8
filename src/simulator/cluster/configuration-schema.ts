import { flag, formats, optionalText, propertyString } from "../http/formats.js";
import type { Parameter, Schema } from "../http/parameters.js";

const volumeKeys = [
  "acl",
  "backup",
  "keepattrs",
  "mountoptions",
  "mp",
  "quota",
  "replicate",
  "ro",
  "shared",
  "size",
  "volume",
];
const networkKeys = [
  "bridge",
  "firewall",
  "gw",
  "gw6",
  "host-managed",
  "hwaddr",
  "ip",
  "ip6",
  "link_down",
  "mtu",
  "name",
  "rate",
  "tag",
  "trunks",
  "type",
];
const featureKeys = ["force_rw_sys", "fuse", "keyctl", "mknod", "mount", "nesting"];

const choice = (...values: string[]): Parameter => ({ type: "string", optional: true, enum: values });
const volume: Parameter = {
  type: "string",
  optional: true,
  format: propertyString({ defaultKey: "volume", keys: volumeKeys }),
};

/** Options of a container, by the API schema of Proxmox VE 9. */
const options9: Schema = {
  arch: choice("amd64", "i386", "arm64", "armhf", "riscv32", "riscv64"),
  cmode: choice("shell", "console", "tty"),
  console: flag,
  cores: { type: "integer", optional: true, minimum: 1, maximum: 8192 },
  cpulimit: { type: "number", optional: true, minimum: 0, maximum: 8192 },
  cpuunits: { type: "integer", optional: true, minimum: 0, maximum: 500_000 },
  debug: flag,
  description: { type: "string", optional: true, maxLength: 8192 },
  "dev[n]": {
    type: "string",
    optional: true,
    format: propertyString({ defaultKey: "path", keys: ["deny-write", "gid", "mode", "path", "uid"] }),
  },
  entrypoint: optionalText,
  env: optionalText,
  features: { type: "string", optional: true, format: propertyString({ defaultKey: null, keys: featureKeys }) },
  hookscript: optionalText,
  hostname: { type: "string", optional: true, maxLength: 255, format: formats.dnsName },
  lock: choice(
    "backup",
    "create",
    "destroyed",
    "disk",
    "fstrim",
    "migrate",
    "mounted",
    "rollback",
    "snapshot",
    "snapshot-delete",
  ),
  memory: { type: "integer", optional: true, minimum: 16 },
  "mp[n]": volume,
  nameserver: { type: "string", optional: true, format: formats.addressList },
  "net[n]": { type: "string", optional: true, format: propertyString({ defaultKey: null, keys: networkKeys }) },
  onboot: flag,
  ostype: choice(
    "debian",
    "devuan",
    "ubuntu",
    "centos",
    "fedora",
    "opensuse",
    "archlinux",
    "alpine",
    "gentoo",
    "nixos",
    "unmanaged",
  ),
  protection: flag,
  rootfs: volume,
  searchdomain: { type: "string", optional: true, format: formats.dnsName },
  startup: { type: "string", optional: true, format: formats.startupOrder },
  swap: { type: "integer", optional: true, minimum: 0 },
  tags: { type: "string", optional: true, format: formats.tagList },
  template: flag,
  timezone: optionalText,
  tty: { type: "integer", optional: true, minimum: 0, maximum: 6 },
  unprivileged: flag,
  "unused[n]": optionalText,
};

/** Options that only Proxmox VE 9 knows. */
const newIn9: ReadonlySet<string> = new Set(["entrypoint", "env"]);

/** The options of a container that a version of Proxmox VE takes. */
export function optionSchema(pve: 8 | 9): Schema {
  return pve === 9 ? options9 : Object.fromEntries(Object.entries(options9).filter(([name]) => !newIn9.has(name)));
}

/** True for a name such as `cores` or `net0`. */
export function optionExists(name: string, pve: 8 | 9): boolean {
  const schema = optionSchema(pve);
  return name in schema || `${name.replace(/\d+$/u, "")}[n]` in schema;
}
