import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Cluster } from "../../src/extension/cluster/cluster.js";
import { ContainerDetails } from "../../src/extension/containers/container-details.js";
import { Glimpses } from "../../src/extension/containers/glimpses.js";
import type { Container, Outcome } from "../../src/model/index.js";
import { startSimulator, type SimulatorOptions } from "../../src/simulator/index.js";

const open: (() => unknown)[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function connected(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ clock: "manual", ...options });
  open.push(() => simulator.close());
  const records = await mkdtemp(join(tmpdir(), "lxc-autoscaler-"));
  open.push(() => rm(records, { recursive: true }));
  const [tokenId = "", secret = ""] = simulator.token.split("=");
  const cluster = new Cluster(
    {
      id: "x",
      label: "demo",
      endpoints: [simulator.url],
      fingerprints: [simulator.fingerprint],
      tokenId,
      demo: true,
    },
    {
      secret: () => Promise.resolve(secret),
      refreshSeconds: () => 10,
      timeoutSeconds: () => 5,
      recordsDirectory: () => records,
    },
  );
  open.push(() => cluster.dispose());
  await cluster.inventory.refresh();
  return { simulator, cluster };
}

function one(cluster: Cluster, vmid: number): Container {
  const found = cluster.container(vmid);
  if (found === undefined) throw new Error(`there is no ${vmid}`);
  return found;
}

const requestsTo = (simulator: Awaited<ReturnType<typeof startSimulator>>, part: string): number =>
  simulator.control.requests().filter(({ path }) => path.includes(part)).length;

describe("what a hover tells of a container", () => {
  it("is its past hour, its policy, and no change where none is recorded", async () => {
    const { simulator, cluster } = await connected();
    const glimpses = new Glimpses(() => Promise.resolve("web"));
    const glimpse = await glimpses.of(cluster, one(cluster, 101), never);
    expect(glimpse.pastHour?.cpu.length).toBeGreaterThan(50);
    expect(glimpse.pastHour?.memory.some((share) => share !== null && share > 0 && share <= 1)).toBe(true);
    // Those of the demo come by DHCP.
    expect(glimpse).toMatchObject({ policy: "web", lastChange: null, addresses: [] });
    const once = requestsTo(simulator, "/lxc/101/");
    await glimpses.of(cluster, one(cluster, 101), never);
    expect(requestsTo(simulator, "/lxc/101/")).toBe(once);
  });

  it("has the last change that was carried out, with its time", async () => {
    const { cluster } = await connected();
    const { audit } = await cluster.records();
    const outcome: Outcome = {
      vmid: 101,
      node: "pve1",
      name: "web-1",
      policy: null,
      policies: [],
      resource: "cores",
      unit: "cores",
      action: "scale-up",
      from: 2,
      to: 3,
      uncapped: 3,
      reasons: [],
      outcome: "applied",
      verified: true,
    };
    await audit.append(cluster.name, "run-1", 1000, { event: "outcome", outcome });
    await audit.append(cluster.name, "run-1", 2000, { event: "outcome", outcome: { ...outcome, outcome: "skipped" } });
    const { lastChange } = await new Glimpses(() => Promise.resolve(null)).of(cluster, one(cluster, 101), never);
    expect(lastChange).toEqual({ time: 1000, words: "▲ web-1 cores 2 → 3" });
  });

  it("leaves out what can't be had", async () => {
    const { simulator, cluster } = await connected();
    await simulator.close();
    const glimpses = new Glimpses(() => Promise.reject(new Error("line 3")));
    expect(await glimpses.of(cluster, one(cluster, 101), never)).toEqual({
      pastHour: null,
      addresses: null,
      policy: undefined,
      lastChange: null,
    });
  });

  it("draws nothing of what does not run", async () => {
    const { simulator, cluster } = await connected();
    const stopped = cluster.inventory.inventory?.containers.find(({ status }) => status === "stopped");
    if (stopped === undefined) throw new Error("all of them run");
    const glimpse = await new Glimpses(() => Promise.resolve(null)).of(cluster, stopped, never);
    expect(glimpse.pastHour).toBeNull();
    expect(requestsTo(simulator, "rrddata")).toBe(0);
  });
});

describe("what is read when a container is opened", () => {
  it("is asked for once, again after a minute, and at once when its size is another", async () => {
    const { simulator, cluster } = await connected();
    const details = new ContainerDetails();
    const container = one(cluster, 101);
    const labels = (await details.rows(cluster, container, 0)).map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(["CPU", "Memory", "Root file system", "Network eth0"]));
    const once = requestsTo(simulator, "/lxc/101/");
    await details.rows(cluster, container, 59_000);
    expect(requestsTo(simulator, "/lxc/101/")).toBe(once);
    await details.rows(cluster, container, 61_000);
    expect(requestsTo(simulator, "/lxc/101/")).toBe(2 * once);
    await details.rows(cluster, { ...container, cores: 7 }, 62_000);
    expect(requestsTo(simulator, "/lxc/101/")).toBe(3 * once);
  });

  it("has its snapshots before all else, the newest first", async () => {
    const { simulator, cluster } = await connected();
    const gateway = await cluster.gateway();
    const container = one(cluster, 101);
    for (const name of ["before", "after"]) {
      await gateway.snapshots?.create(container, { name, description: `${name} the upgrade` });
      await simulator.control.advance(60_000);
    }
    const rows = await new ContainerDetails().rows(cluster, container);
    expect(rows.slice(0, 2).map(({ label, icon, context }) => [label, icon, context])).toEqual([
      ["after", "git-commit", "snapshot"],
      ["before", "circle-outline", "snapshot"],
    ]);
    expect(rows[0]?.description).toMatch(/ · after the upgrade$/u);
  });

  it("says in Proxmox's words why it can't be read", async () => {
    const { simulator, cluster } = await connected();
    await simulator.close();
    const [only, ...others] = await new ContainerDetails().rows(cluster, one(cluster, 101));
    expect(only).toMatchObject({ icon: "warning", key: "problem" });
    expect(only?.label.length).toBeGreaterThan(20);
    expect(others).toEqual([]);
  });
});
