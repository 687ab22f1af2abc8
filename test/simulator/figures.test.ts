import { describe, expect, it } from "vitest";
import { listed, start } from "./start.js";

type Point = Readonly<Record<string, number>>;

describe("figures", () => {
  it("are renewed every ten seconds in the list of everything, and not in between", async () => {
    const { simulator, client } = await start({ nodes: 1, start: 1_795_000_000_000 });
    const uptimes: (number | undefined)[] = [];
    for (let second = 0; second < 21; second += 1) {
      uptimes.push((await listed(client, 101)).uptime);
      await simulator.clock.advance(1_000);
    }
    const changes = uptimes.flatMap((uptime, index) => (index > 0 && uptime !== uptimes[index - 1] ? [index] : []));
    expect(changes).toEqual([10, 20]);
  });

  it("do not know the CPU when a worker is asked for the first time, and average since its last question after", async () => {
    const { simulator, client } = await start({ containers: 20 });
    const cpu = async () => (await client.data<{ cpu: number }>("/nodes/pve1/lxc/101/status/current")).cpu;
    expect([await cpu(), await cpu(), await cpu()]).toEqual([0, 0, 0]);
    await simulator.clock.advance(3_000);
    const later = await cpu();
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThanOrEqual(1);
  });

  it("are the same for the same seed, and others for another", async () => {
    const figures = async (seed: number) => {
      const { simulator, client } = await start({ seed, containers: 12 });
      await simulator.clock.advance(600_000);
      return JSON.stringify(await client.data("/cluster/resources?type=vm"));
    };
    const [first, second, other] = [await figures(1), await figures(1), await figures(2)];
    expect(first).toBe(second);
    expect(first).not.toBe(other);
  });

  it("do not depend on how often somebody looks", async () => {
    const run = async (looks: number) => {
      const { simulator, client } = await start({ containers: 12 });
      for (let look = 0; look < looks; look += 1) {
        await simulator.clock.advance(600_000 / looks);
        await client.data("/cluster/resources");
        await client.data("/nodes/pve1/lxc");
      }
      return client.data<{ vmid: number; netin: number; cpu: number }[]>("/cluster/resources?type=vm");
    };
    const [often, once] = [await run(60), await run(1)];
    for (const [index, container] of often.entries()) {
      expect(container.cpu).toBeCloseTo(once[index]?.cpu ?? -1, 6);
    }
  });

  it.each([
    ["hour", 59, 60],
    ["day", 1439, 60],
    ["week", 335, 1800],
    ["month", 1439, 1800],
    ["year", 1439, 21_600],
  ])("of the past %s are %i points, %i s apart", async (timeframe, count, step) => {
    const { client } = await start();
    const points = await client.data<Point[]>(`/nodes/pve1/lxc/101/rrddata?timeframe=${timeframe}&cf=AVERAGE`);
    expect(points).toHaveLength(count);
    expect(
      new Set(points.slice(1).map((point, index) => (point["time"] ?? 0) - (points[index]?.["time"] ?? 0))),
    ).toEqual(new Set([step]));
    expect(points.every((point) => (point["time"] ?? 1) % step === 0)).toBe(true);
    const kinds = new Set(points.map((point) => (point["cpu"] === undefined ? "gap" : "filled")));
    expect(kinds.has("filled")).toBe(true);
  });

  it("of the past follow what a change did", async () => {
    const { simulator, client } = await start();
    await client.ask("/nodes/pve1/lxc/101/config", { method: "PUT", data: "cores=7&memory=3000" });
    await simulator.clock.advance(10 * 60_000);
    const points = await client.data<Point[]>("/nodes/pve1/lxc/101/rrddata?timeframe=hour");
    expect(points.at(-1)?.["maxcpu"]).toBe(7);
    expect(points.at(-1)?.["maxmem"]).toBe(3000 * 1024 ** 2);
    expect(points[0]?.["maxcpu"]).not.toBe(7);
  });

  it("of a node are the sum of its containers and its own", async () => {
    const { client } = await start();
    const status = await client.data<{ memory: Record<string, number>; loadavg: string[] }>("/nodes/pve1/status");
    const { total = 0, used = 0, free = 0, available = 0 } = status.memory;
    expect(used + free).toBe(total);
    expect(available).toBeGreaterThan(0);
    expect(status.loadavg).toHaveLength(3);
    const points = await client.data<Point[]>("/nodes/pve1/rrddata?timeframe=hour");
    expect(points.at(-1)?.["memtotal"]).toBe(total);
  });
});
