import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { Container } from "../../src/model/index.js";
import { resourcesOf } from "../../src/proxmox/api/resources.js";
import { ApiGateway } from "../../src/proxmox/api/gateway.js";
import type { Clock } from "../../src/proxmox/api/clock.js";
import type { Gateway } from "../../src/proxmox/index.js";
import { recorded } from "./support/recorded.js";
import { failureOf } from "./support/failure-of.js";
import { refusal, startServer, token, type Handler, type Reply, type TestServer } from "./support/server.js";

type Routes = Readonly<Record<string, Reply | ((path: string) => Reply)>>;

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

/** A server that answers these paths, with a gateway to it whose clock the test moves. */
async function cluster(routes: Routes): Promise<{ server: TestServer; gateway: Gateway; clock: TestClock }> {
  const handler: Handler = ({ method, path }) => {
    const route = routes[`${method} ${path}`] ?? routes[`${method} ${path.split("?")[0] ?? ""}`];
    if (route === undefined) return refusal(501, `Method '${method} ${path}' not implemented`);
    return typeof route === "function" ? route(path) : route;
  };
  const server = await startServer(handler);
  const clock = new TestClock();
  const gateway = new ApiGateway(
    {
      endpoints: [server.url],
      trust: { kind: "fingerprints", fingerprints: [server.fingerprint] },
      credentials: { kind: "token", token },
    },
    clock,
  );
  open.push(gateway, server);
  return { server, gateway, clock };
}

class TestClock implements Clock {
  time = Date.UTC(2026, 10, 21);

  now(): number {
    return this.time;
  }

  after(): () => void {
    return () => undefined;
  }
}

const twoNodes: Routes = {
  "GET /cluster/status": recorded("cluster-status-of-two"),
  "GET /nodes": recorded("nodes-of-two"),
};

const withOfflineNode: Routes = {
  ...twoNodes,
  "GET /cluster/resources": recorded("offline-45s-resources"),
};

const byVmid = (containers: readonly Container[], vmid: number): Container | undefined =>
  containers.find((container) => container.vmid === vmid);

describe("one read", () => {
  test("is one bulk request; the state of the cluster is read once", async () => {
    const { gateway, server } = await cluster(withOfflineNode);
    await gateway.inventory();
    const first = server.lines();
    await gateway.inventory();
    expect([...first].sort()).toEqual(["GET /cluster/resources", "GET /cluster/status", "GET /nodes"]);
    expect(server.lines().slice(first.length)).toEqual(["GET /cluster/resources"]);
  });

  test("gives nodes with their fingerprints, and the name and quorum of the cluster", async () => {
    const { gateway } = await cluster(withOfflineNode);
    const { cluster: name, quorate, nodes, observedAt } = await gateway.inventory();
    expect({ name, quorate, observedAt }).toEqual({ name: "lab", quorate: true, observedAt: Date.UTC(2026, 10, 21) });
    expect(nodes).toEqual([
      {
        name: "pve1",
        status: "online",
        cpu: 0.174430128840436,
        cores: 2,
        memory: 1993117696,
        memoryLimit: 25276510208,
        memoryAvailable: null,
        uptime: 3327,
        fingerprint: "40:7A:9A:36:48:EE:6E:A8:08:CA:9E:9F:9C:56:4C:6B:75:17:55:75:08:91:4D:13:2A:90:1A:A2:83:53:06:EC",
      },
      {
        name: "pve2",
        status: "offline",
        cpu: null,
        cores: 2,
        memory: null,
        memoryLimit: 25276510208,
        memoryAvailable: null,
        uptime: null,
        fingerprint: "D7:7A:5F:C3:CB:CC:29:C1:B1:7F:8A:F3:32:30:D8:6C:F5:62:8D:92:F0:7C:96:F8:F0:D0:E6:AA:76:21:E5:53",
      },
    ]);
  });

  test("keeps the last figures of an offline node's containers, and calls them stale", async () => {
    const { gateway } = await cluster(withOfflineNode);
    const { containers, problems } = await gateway.inventory();
    expect(byVmid(containers, 201)).toMatchObject({ node: "pve2", status: "running", stale: true, memory: 753664 });
    expect(byVmid(containers, 204)).toMatchObject({ node: "pve1", status: "running", stale: false, memory: 741376 });
    expect(problems).toEqual([
      {
        node: "pve2",
        message: expect.stringMatching(
          /^Node pve2 is offline\. What is shown of its \d+ containers is the last/u,
        ) as string,
      },
    ]);
  });

  test("knows nothing of a container whose figures Proxmox has given up", async () => {
    const { gateway } = await cluster({ ...twoNodes, "GET /cluster/resources": recorded("offline-345s-resources") });
    const { containers, nodes } = await gateway.inventory();
    expect(byVmid(containers, 201)).toMatchObject({
      status: "unknown",
      tags: ["db", "prod"],
      cpu: null,
      cores: null,
      memory: null,
      memoryLimit: null,
      disk: null,
      uptime: null,
      stale: true,
    });
    expect(nodes[1]).toMatchObject({ name: "pve2", status: "offline", cores: null, memoryLimit: null });
  });

  test("takes no zero of a stopped container for a measurement", async () => {
    const { gateway } = await cluster({ ...twoNodes, "GET /cluster/resources": recorded("offline-45s-resources") });
    const { containers } = await gateway.inventory();
    expect(byVmid(containers, 101)).toMatchObject({
      status: "stopped",
      cpu: null,
      memory: null,
      disk: null,
      uptime: null,
      cores: 1,
      memoryLimit: 536870912,
      pool: "p1",
      stale: false,
    });
  });

  test("reads cores that come as text, tags however they are separated, locks and templates", async () => {
    const row = { type: "lxc", node: "pve1", status: "running", cpu: 0.5, mem: 1, maxmem: 2, id: "lxc/1" };
    const { gateway } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": {
        data: [
          { type: "node", node: "pve1", status: "online", maxmem: 1, id: "node/pve1" },
          { ...row, vmid: 110, maxcpu: "1.5", tags: "web, prod;blue", lock: "backup", hastate: "started" },
          { ...row, vmid: "111", maxcpu: "many", template: 1, cpu: "NaN", mem: -1 },
        ],
      },
    });
    const { containers } = await gateway.inventory();
    expect(containers).toHaveLength(2);
    expect(containers[0]).toMatchObject({
      vmid: 110,
      name: "CT110",
      cores: 1.5,
      tags: ["web", "prod", "blue"],
      lock: "backup",
      haState: "started",
      template: false,
    });
    expect(containers[1]).toMatchObject({
      vmid: 111,
      cores: null,
      cpu: null,
      memory: null,
      lock: null,
      template: true,
    });
  });
});

describe("what can't be seen", () => {
  test("an empty list without VM.Audit is a problem with its remedy, and permissions are read once", async () => {
    const { gateway, server } = await cluster({
      "GET /cluster/resources": {
        data: [{ type: "node", id: "node/pve1", status: "online", node: "pve1", level: "" }],
      },
      "GET /nodes": recorded("nodes-as-nosep"),
      "GET /cluster/status": refusal(403, "Permission check failed (/, Sys.Audit)"),
      "GET /access/permissions": { data: {} },
    });
    const { problems, quorate, cluster: name } = await gateway.inventory();
    expect({ quorate, name }).toEqual({ quorate: null, name: "pve1" });
    expect(problems.map(({ advice }) => advice)).toEqual([
      "pveum acl modify /nodes --tokens 'root@pam!test' --roles PVEAuditor",
      "pveum acl modify / --tokens 'root@pam!test' --roles PVEAuditor",
    ]);
    expect(problems[1]?.message).toContain("root@pam!test sees no containers");
    await gateway.inventory();
    expect(server.lines().filter((line) => line === "GET /access/permissions")).toHaveLength(1);
  });

  test("an empty list with VM.Audit is an empty cluster", async () => {
    const { gateway } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": { data: [{ type: "node", node: "pve1", status: "online", maxmem: 1 }] },
      "GET /access/permissions": recorded("perm-privsep-token"),
    });
    expect((await gateway.inventory()).problems).toEqual([]);
  });

  test("the quorum is watched more closely while a node is away", async () => {
    let quorate = true;
    const { gateway, clock, server } = await cluster({
      "GET /cluster/resources": recorded("offline-45s-resources"),
      "GET /nodes": recorded("noquorum-nodes"),
      "GET /cluster/status": () => recorded(quorate ? "cluster-status-of-two" : "noquorum-cluster-status"),
    });
    expect((await gateway.inventory()).quorate).toBe(true);
    quorate = false;
    clock.time += 29_000;
    await gateway.inventory();
    expect(server.lines().filter((line) => line === "GET /cluster/status")).toHaveLength(1);
    clock.time += 1000;
    expect((await gateway.inventory()).quorate).toBe(false);
  });

  test("a lost quorum is a problem, and asked about until it is back", async () => {
    let quorate = false;
    const { gateway } = await cluster({
      "GET /cluster/resources": recorded("resources-as-privsep"),
      "GET /nodes": recorded("noquorum-nodes"),
      "GET /cluster/status": () => recorded(quorate ? "cluster-status-of-two" : "noquorum-cluster-status"),
    });
    const lost = await gateway.inventory();
    expect(lost.quorate).toBe(false);
    expect(lost.problems.map(({ message }) => message).join()).toContain("lost its quorum");
    quorate = true;
    expect((await gateway.inventory()).quorate).toBe(true);
  });
});

describe("configurations", () => {
  const resources = (cores: number): Reply => ({
    data: [
      { type: "node", node: "pve1", status: "online", maxmem: 1 },
      { type: "node", node: "pve2", status: "offline" },
      ...[101, 102, 103].map((vmid) => ({
        type: "lxc",
        vmid,
        node: "pve1",
        status: "running",
        maxcpu: cores,
        maxmem: 2 ** 29,
      })),
      { type: "lxc", vmid: 201, node: "pve2", status: "running", maxcpu: 1, maxmem: 2 ** 29 },
    ],
  });
  const managed = ({ vmid }: Container): boolean => vmid !== 103;

  test("are read for the wanted containers alone, never from an offline node, and kept", async () => {
    const { gateway, server } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": resources(1),
      "GET /nodes/pve1/lxc/101/config?current=1": recorded("config"),
      "GET /nodes/pve1/lxc/102/config?current=1": {
        data: { cpulimit: "1.5", digest: "d", protection: 1, description: "hello\n" },
      },
    });
    const { containers } = await gateway.inventory({ configurationOf: managed });
    expect(byVmid(containers, 101)?.configuration).toEqual({
      cores: 99,
      cpulimit: null,
      memory: 512,
      swap: 256,
      digest: "3bbfae2709905862b6f829d5e1ff582fbc810954",
      volumes: [{ volume: "rootfs", storage: "local-btrfs", size: 1.5, readOnly: false }],
      protection: false,
      unprivileged: true,
      description: null,
      readAt: Date.UTC(2026, 10, 21),
    });
    expect(byVmid(containers, 101)?.swapLimit).toBe(256 * 2 ** 20);
    expect(byVmid(containers, 102)?.configuration).toMatchObject({
      cores: null,
      cpulimit: 1.5,
      memory: 512,
      swap: 0,
      protection: true,
      description: "hello\n",
    });
    expect(byVmid(containers, 103)?.configuration).toBeNull();
    expect(byVmid(containers, 201)?.configuration).toBeNull();
    const before = server.requests.length;
    await gateway.inventory({ configurationOf: managed });
    expect(server.lines().slice(before)).toEqual(["GET /cluster/resources"]);
  });

  test("are read again when a size changes, after ten minutes, and after our own write", async () => {
    let cores = 1;
    const { gateway, server, clock } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": () => resources(cores),
      "GET /nodes/pve1/lxc/101/config?current=1": recorded("config"),
      "PUT /nodes/pve1/lxc/101/config": { data: null },
    });
    const reads = async (): Promise<number> => {
      const before = server.requests.length;
      await gateway.inventory({ configurationOf: ({ vmid }) => vmid === 101 });
      return server
        .lines()
        .slice(before)
        .filter((line) => line.endsWith("/config?current=1")).length;
    };
    expect(await reads()).toBe(1);
    expect(await reads()).toBe(0);
    cores = 2;
    expect(await reads()).toBe(1);
    clock.time += 10 * 60 * 1000;
    expect(await reads()).toBe(1);
    expect(await reads()).toBe(0);
    await gateway.resize({ vmid: 101, node: "pve1" }, { cores: 2 }, "abc");
    expect(await reads()).toBe(1);
  });

  test("are believed as long as a loop wants, and then renewed a few at a time", async () => {
    const vmids = Array.from({ length: 60 }, (_, index) => 100 + index);
    const rows = vmids.map((vmid) => ({ type: "lxc", id: `lxc/${vmid}`, vmid, node: "pve1", status: "running" }));
    const { gateway, server, clock } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": { data: [{ type: "node", id: "node/pve1", node: "pve1", status: "online" }, ...rows] },
      ...Object.fromEntries(vmids.map((vmid) => [`GET /nodes/pve1/lxc/${vmid}/config?current=1`, recorded("config")])),
    });
    const reads: number[] = [];
    for (let minute = 0; minute <= 60; minute += 1) {
      const before = server.requests.length;
      await gateway.inventory({ configurationOf: () => true, configurationAge: 3600 });
      const configurations = server.lines().slice(before);
      reads.push(configurations.filter((line) => line.endsWith("/config?current=1")).length);
      clock.time += 60_000;
    }
    expect(reads[0]).toBe(60);
    expect(reads.slice(1, 45).every((count) => count === 0)).toBe(true);
    expect(reads.slice(45).reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(Math.max(...reads.slice(45))).toBeLessThanOrEqual(6);
  });

  test("one that can't be read leaves the rest whole", async () => {
    const { gateway } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": resources(1),
      "GET /nodes/pve1/lxc/101/config?current=1": recorded("config"),
      "GET /nodes/pve1/lxc/102/config?current=1": refusal(403, "Permission check failed (/vms/102, VM.Audit)"),
    });
    const { containers, problems } = await gateway.inventory({ configurationOf: managed });
    expect(byVmid(containers, 101)?.configuration).not.toBeNull();
    expect(problems.at(-1)).toMatchObject({
      node: "pve1",
      message: expect.stringContaining("VM.Audit on /vms/102") as string,
    });
  });

  test("a fresh read passes the cache by with one request each time", async () => {
    const { gateway, server } = await cluster({
      "GET /nodes/pve1/lxc/101/config?current=1": recorded("config"),
      "GET /nodes/pve1/lxc/999/config?current=1": recorded("config-unknown"),
    });
    const container = { vmid: 101, node: "pve1" };
    expect(await gateway.configuration(container)).toEqual(await gateway.configuration(container));
    expect(server.lines()).toEqual(Array.from({ length: 2 }, () => "GET /nodes/pve1/lxc/101/config?current=1"));
    expect((await failureOf(gateway.configuration({ vmid: 999, node: "pve1" }))).kind).toBe("not-found");
  });

  test("no more than six requests are under way at once", async () => {
    let active = 0;
    let most = 0;
    const rows = Array.from({ length: 40 }, (_, index) => ({
      type: "lxc",
      vmid: 100 + index,
      node: "pve1",
      status: "running",
    }));
    const server = await startServer(async ({ path }) => {
      if (path === "/cluster/resources") return { data: [{ type: "node", node: "pve1", status: "online" }, ...rows] };
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      return { data: { digest: "d", memory: 512 } };
    });
    const gateway = new ApiGateway({
      endpoints: [server.url],
      trust: { kind: "fingerprints", fingerprints: [server.fingerprint] },
      credentials: { kind: "token", token },
    });
    open.push(gateway, server);
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on("warning", onWarning);
    const { signal } = new AbortController();
    const { containers } = await gateway.inventory({ configurationOf: () => true, nodeMemory: true, signal });
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
    expect(containers.every(({ configuration }) => configuration?.digest === "d")).toBe(true);
    expect(most).toBeLessThanOrEqual(6);
    expect(server.connections()).toBeLessThanOrEqual(6);
  });
});

describe("storages", () => {
  const resources: Reply = {
    data: [
      { type: "node", node: "pve1", status: "online" },
      { type: "node", node: "pve2", status: "online" },
      { type: "node", node: "pve3", status: "offline" },
      { type: "lxc", vmid: 101, node: "pve1", status: "running" },
      { type: "lxc", vmid: 201, node: "pve2", status: "running" },
      { type: "lxc", vmid: 301, node: "pve3", status: "running" },
    ],
  };

  test("have what the server says is available, which is less than what is not used", async () => {
    const { gateway } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": resources,
      "GET /nodes/pve1/storage": recorded("storages"),
    });
    const { storages } = await gateway.inventory({ storageOf: ({ vmid }) => vmid === 101 });
    expect(storages).toEqual([
      { name: "local-btrfs", node: "pve1", shared: false, total: 8589934592, used: 461836288, available: 7580807168 },
      { name: "local", node: "pve1", shared: false, total: 270553174016, used: 30837248000, available: 78107045888 },
    ]);
  });

  test("that are not active have no figures, a node that refuses is a problem, and one that is off is not asked", async () => {
    const { gateway, server } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": resources,
      "GET /nodes/pve1/storage": {
        data: [{ storage: "nfs", shared: 1, active: 0, enabled: 1, total: 0, used: 0, avail: 0 }],
      },
      "GET /nodes/pve2/storage": refusal(500, "got timeout"),
    });
    const { storages, problems } = await gateway.inventory({ storageOf: () => true });
    expect(storages).toEqual([{ name: "nfs", node: "pve1", shared: true, total: null, used: null, available: null }]);
    expect(problems.at(-1)).toMatchObject({ node: "pve2", message: expect.stringContaining("storages") as string });
    expect(server.lines().filter((line) => line.includes("/storage"))).toHaveLength(2);
  });
});

describe("memory of nodes", () => {
  const resources: Reply = {
    data: [
      { type: "node", node: "pve1", status: "online", maxmem: 64 * 2 ** 30 },
      { type: "node", node: "pve2", status: "online", maxmem: 64 * 2 ** 30 },
      { type: "lxc", vmid: 101, node: "pve1", status: "running", maxcpu: 1, maxmem: 2 ** 29 },
    ],
  };

  test("is what the kernel calls available, on the nodes of the wanted containers", async () => {
    const { gateway, server } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": resources,
      "GET /nodes/pve1/lxc/101/config?current=1": recorded("config"),
      "GET /nodes/pve1/status": recorded("node-status"),
      "GET /nodes/pve1/rrddata": recorded("node-rrddata"),
    });
    const { nodes } = await gateway.inventory({ nodeMemory: true, configurationOf: () => true });
    expect(nodes.map(({ memoryAvailable }) => memoryAvailable)).toEqual([23764254720, null]);
    await gateway.inventory({ nodeMemory: true, configurationOf: () => true });
    // Without a ZFS cache it isn't asked for the next time.
    expect(server.lines().filter((line) => line.startsWith("GET /nodes/pve1/rrddata"))).toHaveLength(1);
  });

  test("counts the ZFS cache above what ZFS keeps for itself", async () => {
    const { gateway } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": resources,
      "GET /nodes/pve1/status": {
        data: { memory: { available: 10 * 2 ** 30, total: 64 * 2 ** 30, used: 54 * 2 ** 30 } },
      },
      "GET /nodes/pve1/rrddata": { data: [{ time: 2, arcsize: 30 * 2 ** 30 }, { time: 1, arcsize: 1 }, { time: 3 }] },
      "GET /nodes/pve2/status": { data: { memory: { total: 64 * 2 ** 30, used: 60 * 2 ** 30, free: 4 * 2 ** 30 } } },
      "GET /nodes/pve2/rrddata": { data: [{ time: 1 }] },
    });
    const { nodes } = await gateway.inventory({ nodeMemory: true });
    // 10 GiB available and 30 GiB of cache, of which 2 GiB (1/32 of 64 GiB) stay; Proxmox VE 8 has total and used alone.
    expect(nodes.map(({ memoryAvailable }) => (memoryAvailable ?? 0) / 2 ** 30)).toEqual([38, 4]);
  });

  test("without Sys.Audit it stays unknown, and that is said", async () => {
    const { gateway } = await cluster({
      ...twoNodes,
      "GET /cluster/resources": resources,
      "GET /nodes/pve1/status": recorded("node-status-noperm"),
      "GET /nodes/pve1/rrddata": recorded("node-rrddata"),
      "GET /nodes/pve1/lxc/101/config?current=1": recorded("config"),
    });
    const { nodes, problems } = await gateway.inventory({ nodeMemory: true, configurationOf: () => true });
    expect(nodes[0]?.memoryAvailable).toBeNull();
    expect(problems[0]?.message).toContain("Sys.Audit on /nodes/pve1");
  });
});

test("swap and pressure come from the nodes' own lists where they are asked for", async () => {
  const { gateway } = await cluster({
    ...twoNodes,
    "GET /cluster/resources": {
      data: [
        { type: "node", node: "pve1", status: "online", maxmem: 1 },
        { type: "lxc", vmid: 101, node: "pve1", status: "running", maxmem: 1 },
        { type: "lxc", vmid: 102, node: "pve1", status: "stopped", maxmem: 1 },
      ],
    },
    "GET /nodes/pve1/lxc": {
      data: [
        { vmid: 101, status: "running", swap: 5, maxswap: 10, pressurecpusome: 1.5, pressureiofull: "0.25" },
        { vmid: 102, status: "stopped", swap: 0, maxswap: 20 },
      ],
    },
  });
  const { containers } = await gateway.inventory({ swapAndPressure: true });
  expect(containers[0]).toMatchObject({
    swap: 5,
    swapLimit: 10,
    pressure: { cpuSome: 1.5, memorySome: null, memoryFull: null, ioSome: null, ioFull: 0.25 },
  });
  expect(containers[1]).toMatchObject({ swap: null, swapLimit: 20, pressure: null });
});

test("an answer that is no list is no empty cluster", async () => {
  const { gateway } = await cluster({ ...twoNodes, "GET /cluster/resources": { data: null } });
  const error = await failureOf(gateway.inventory());
  expect(error.message).toContain("read the inventory");
});

test("whatever stands in the entries, figures are plausible or unknown", () => {
  const value = fc.oneof(fc.double(), fc.integer(), fc.string(), fc.constant(null), fc.constant("1.5"), fc.boolean());
  const names = [
    "node",
    "status",
    "cpu",
    "maxcpu",
    "mem",
    "maxmem",
    "disk",
    "maxdisk",
    "uptime",
    "vmid",
    "tags",
    "name",
  ];
  const row = fc.record(
    {
      type: fc.constantFrom("node", "lxc", "qemu", "storage"),
      status: fc.constantFrom<unknown>("online", "offline", "running", "stopped", "unknown", 1),
      ...Object.fromEntries(names.filter((name) => name !== "status").map((name) => [name, value])),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const { nodes, containers } = resourcesOf(rows);
      for (const { cpu, cores, memory, memoryLimit, disk, diskLimit, uptime } of containers) {
        for (const figure of [cpu, memory, disk, uptime]) expect(figure ?? 0).toBeGreaterThanOrEqual(0);
        for (const limit of [cores, memoryLimit, diskLimit]) expect(limit ?? 1).toBeGreaterThan(0);
      }
      for (const node of nodes) {
        if (node.status !== "online") expect([node.cpu, node.memory, node.uptime]).toEqual([null, null, null]);
      }
    }),
  );
});
