import { describe, expect, it } from "vitest";
import { detailRows, networkRows } from "../../src/extension/containers/details.js";
import { fixedAddresses } from "../../src/extension/containers/network.js";
import type { ContainerConfiguration } from "../../src/model/index.js";
import { container } from "./builders.js";

const configuration: ContainerConfiguration = {
  cores: 2,
  cpulimit: 1.5,
  memory: 1024,
  swap: 512,
  volumes: [
    { volume: "rootfs", storage: "local-lvm", size: 8, readOnly: false },
    { volume: "mp0", storage: null, size: null, readOnly: true },
  ],
  digest: "x",
  protection: true,
  unprivileged: true,
  description: null,
  readAt: 0,
};

const lines = (changes: Partial<ContainerConfiguration> = {}, of = container()): readonly string[] =>
  detailRows(of, { ...configuration, ...changes }).map(({ label, description }) => `${label}: ${description}`);

describe("the network of a container", () => {
  const values = {
    net10: "name=eth9,bridge=vmbr1,ip=manual",
    net0: "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:13:C6:D8,ip=10.10.10.101/24,ip6=fd00::101/64,tag=30,type=veth",
    net1: "name=eth1,bridge=vmbr0,ip=dhcp,ip6=auto",
    memory: "512",
  };

  it("is listed by number, with its addresses, bridge and VLAN", () => {
    expect(networkRows(values).map(({ label, description }) => `${label}: ${description}`)).toEqual([
      "Network eth0: 10.10.10.101/24 · fd00::101/64 · vmbr0 · VLAN 30",
      "Network eth1: dhcp · auto · vmbr0",
      "Network eth9: manual · vmbr1",
    ]);
  });

  it("has those addresses alone that are set for good", () => {
    expect(fixedAddresses(values)).toEqual(["10.10.10.101", "fd00::101"]);
    expect(fixedAddresses({})).toEqual([]);
  });
});

describe("what stands below a container", () => {
  it("is what its configuration says, and what of it is in use", () => {
    expect(lines()).toEqual([
      "CPU: 2 cores · limited to 1.5",
      "Memory: 1 GiB · 512 MiB of swap",
      "Root file system: 25 % · 2.0/8.0 GiB · local-lvm",
      "Mount point 0: a folder or device of the node · read-only",
      "Unprivileged: protected against removal",
    ]);
  });

  it("names sizes instead of use where it does not run", () => {
    expect(lines({}, container({ status: "stopped" }))).toContain("Root file system: 8 GiB · local-lvm");
  });

  it("says what has no limit, and what waits for a restart", () => {
    expect(lines({ cores: null, cpulimit: null, swap: 0, unprivileged: false, pending: ["memory", "swap"] })).toEqual([
      "CPU: every core of its node",
      "Memory: 1 GiB",
      "Root file system: 25 % · 2.0/8.0 GiB · local-lvm",
      "Mount point 0: a folder or device of the node · read-only",
      "Privileged: protected against removal",
      "After its next restart: new values of memory, swap",
    ]);
  });

  it("has a key of its own for each line", () => {
    const keys = detailRows(container(), { ...configuration, pending: ["x"] }).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
