import { parseConfiguration } from "../cluster/configuration.js";
import type { GuestSpec } from "../load/index.js";
import type { Inhabitants } from "./scenario.js";

/** Simulated time at which the recordings of HTTP began, milliseconds since the epoch. */
export const recordedStart = 1_795_210_930_000;

/** From this time on something had been recorded there (milliseconds since the epoch): the host was young. */
const recordedSince = 1_795_210_440_000;

const debian = "arch: amd64\nostype: debian\nunprivileged: 1\n";

/** Configuration files as the recordings found them. */
const files: Readonly<Record<number, string>> = {
  101: `${debian}cores: 99
cpuunits: 2048
hostname: newname
memory: 512
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:13:C6:D8,ip=10.10.10.101/24,type=veth
parent: before
rootfs: local-btrfs:101/vm-101-disk-0.raw,size=1536M
swap: 256

[before]
#before update
#line two
${debian}cores: 99
cpuunits: 2048
hostname: newname
memory: 512
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:13:C6:D8,ip=10.10.10.101/24,type=veth
rootfs: local-btrfs:101/vm-101-disk-0.raw,size=1536M
snaptime: 1795210757
swap: 256
`,
  102: `#a database
#second line
${debian}cores: 2
cpulimit: 1.5
hostname: db
memory: 256
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:BA:4D:CA,ip=10.10.10.102/24,type=veth
rootfs: local:102/vm-102-disk-0.raw,size=2G
swap: 0
tags: db;prod
`,
  103: `${debian}cores: 1
hostname: snap
memory: 128
rootfs: local-btrfs:103/vm-103-disk-0.raw,size=4G
swap: 0
`,
  104: `arch: i386
ostype: debian
unprivileged: 1
cores: 1
features: nesting=0
hostname: deb
memory: 512
net0: name=eth0,bridge=vmbr0,gw=10.10.10.1,hwaddr=BC:24:11:43:C2:DF,ip=10.10.10.144/24,type=veth
onboot: 0
rootfs: local-btrfs:104/vm-104-disk-0.raw,size=2G
startup: order=2
swap: 512
`,
  105: `#before update
#line two
${debian}cores: 99
cpuunits: 2048
hostname: copy
memory: 512
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:7F:26:5C,ip=10.10.10.101/24,type=veth
rootfs: local-btrfs:105/vm-105-disk-0.raw,size=1536M
swap: 256
`,
  107: `#a database
#second line
${debian}cores: 2
cpulimit: 1.5
hostname: db
memory: 256
net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:30:2B:04,ip=10.10.10.102/24,type=veth
rootfs: local:107/vm-107-disk-0.raw,size=2G
swap: 0
tags: db;prod
`,
};

const running: ReadonlySet<number> = new Set([101, 104]);

/** The single host of the recordings with its containers. */
export function recordedCluster(): Inhabitants {
  return {
    name: null,
    nodes: [{ name: "pve1", cores: 2, memory: 25_276_502_016 }],
    guests: Object.entries(files).map(([id, text]) => {
      const configuration = parseConfiguration(text);
      const vmid = Number(id);
      const specification: GuestSpec = {
        vmid,
        node: "pve1",
        name: configuration.get("hostname") ?? "",
        cores: configuration.number("cores"),
        cpulimit: null,
        memory: configuration.number("memory") ?? 512,
        swap: configuration.number("swap") ?? 0,
        disk: 1,
        tags: [],
        pool: null,
        status: running.has(vmid) ? "running" : "stopped",
        template: false,
        description: null,
        onboot: false,
        unprivileged: true,
        load: "idle",
        seed: vmid,
      };
      return { specification, configuration };
    }),
    uptimeSeconds: 7_993,
    recordedSince,
  };
}
