import { describe, expect, it } from "vitest";
import type { GuestSpec } from "../../src/simulator/index.js";
import { listed, start } from "./start.js";

const gibibyte = 2 ** 30;

const leaking: GuestSpec = {
  vmid: 700,
  node: "host",
  name: "leaking",
  cores: 2,
  cpulimit: 1.5,
  memory: 512,
  swap: 0,
  disk: 4,
  tags: ["a"],
  pool: null,
  status: "running",
  template: false,
  description: null,
  onboot: false,
  unprivileged: true,
  load: "leak",
  seed: 5,
};
const population = { nodes: [{ name: "host", cores: 4, memory: 8 * gibibyte }], guests: [leaking] };

interface NodeStatus {
  readonly cpu: number;
  readonly memory: { readonly used: number; readonly available: number; readonly total: number };
}

describe("a population of one's own", () => {
  it("is the cluster, with its nodes and containers and nothing else", async () => {
    const { simulator, client } = await start({ population });
    expect(simulator).toMatchObject({ nodes: ["host"], containers: 1 });
    expect(await listed(client, 700)).toMatchObject({ node: "host", maxcpu: 2, maxmem: gibibyte / 2 });
    expect(simulator.control.configuration(700)).toContain("cpulimit: 1.5");
  });

  it("tells what a container really uses, and how often the kernel has killed it", async () => {
    const { simulator, client } = await start({ population });
    const before = simulator.control.meters(700);
    expect(before.oomKills).toBe(0);
    expect(before.memory).toBe((await client.data<{ mem: number }>("/nodes/host/lxc/700/status/current")).mem);
    await simulator.clock.advance(60 * 3600_000);
    expect(simulator.control.meters(700).oomKills).toBeGreaterThan(0);
  });

  it("shows on the node what something beside the containers takes, from the next round until it ends", async () => {
    const { simulator, client } = await start({ population });
    const status = () => client.data<NodeStatus>("/nodes/host/status");
    const before = await status();
    simulator.control.occupy("host", { memory: 5 * gibibyte, cores: 2 });
    expect((await status()).memory).toEqual(before.memory);
    await simulator.clock.advance(10_000);
    const taken = await status();
    expect(taken.memory.used - before.memory.used).toBeGreaterThan(4.9 * gibibyte);
    expect(taken.cpu - before.cpu).toBeGreaterThan(0.4);
    simulator.control.occupy("host", null);
    await simulator.clock.advance(10_000);
    expect((await status()).memory.used).toBeLessThan(taken.memory.used - 4.9 * gibibyte);
  });
});
