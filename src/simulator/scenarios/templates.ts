import type { Cluster } from "../cluster/cluster.js";
import { requireStorage } from "../cluster/storage.js";

/** A template as it lies on a storage. */
interface Template {
  readonly file: string;
  /** Seconds since the epoch; null: some weeks ago. */
  readonly ctime: number | null;
  /** Bytes. */
  readonly size: number;
}

/** A template that can be downloaded. */
export interface OfferedTemplate extends Template {
  readonly package: string;
  readonly version: string;
  readonly os: string;
  readonly section: "system" | "mail";
  readonly headline: string;
}

const system = (name: string, version: string, os: string, size: number, headline: string): OfferedTemplate => ({
  file: `${name}_${version}_amd64.tar.${os === "alpine" ? "xz" : "zst"}`,
  ctime: null,
  size,
  package: name,
  version,
  os,
  section: "system",
  headline,
});

/** What `GET …/aplinfo` offers. The first two lie on every node's `local` from the start. */
export const offeredTemplates: readonly OfferedTemplate[] = [
  system("debian-13-standard", "13.1-2", "debian-13", 129_710_398, "Debian 13 Trixie (standard)"),
  system("alpine-3.22-default", "20250617", "alpine", 3_342_972, "LXC default image for alpine 3.22 (20250617)"),
  system("debian-12-standard", "12.12-1", "debian-12", 126_129_049, "Debian 12 Bookworm (standard)"),
  system("ubuntu-24.04-standard", "24.04-2", "ubuntu-24.04", 141_589_318, "Ubuntu 24.04 Noble (standard)"),
  system("rockylinux-10-default", "20251001", "rockylinux-10", 128_311_296, "LXC default image for rockylinux 10"),
  {
    ...system("proxmox-mail-gateway-9.0-standard", "9.0-1", "debian-13", 398_458_880, "Proxmox Mail Gateway 9.0"),
    section: "mail",
  },
];

/** The templates of the recordings. */
export const recordedTemplates: readonly Template[] = [
  { file: "debian-12-standard_12.11-1_amd64.tar.zst", ctime: 1_795_210_619, size: 124_944_980 },
  { file: "debian-12-tiny_12.11-1_amd64.tar.gz", ctime: 1_795_210_364, size: 1_037_173 },
];

/** `txz`, `tzst`, `tgz` of a file's name. */
export function templateFormat(file: string): string {
  return `t${/\.(xz|zst|gz)$/u.exec(file)?.[1] ?? "ar"}`;
}

/** Puts templates onto `local` of every node. */
export function addTemplates(cluster: Cluster, templates: readonly Template[]): void {
  for (const node of cluster.nodes.values()) {
    for (const template of templates) addTemplate(cluster, node.name, "local", template);
  }
}

/** Puts a template onto a storage. */
export function addTemplate(cluster: Cluster, node: string, storage: string, { file, ctime, size }: Template): void {
  cluster.volumes.addFile(node, requireStorage(cluster, storage), {
    volid: `${storage}:vztmpl/${file}`,
    content: "vztmpl",
    format: templateFormat(file),
    ctime: ctime ?? cluster.clock.seconds() - 40 * 86_400,
    size,
    vmid: null,
    notes: "",
    protected: false,
    verification: null,
    configuration: "",
    damaged: false,
  });
}
