import { describe, expect, it } from "vitest";
import { Client } from "./client.js";
import { listed, runTask, start } from "./start.js";

const onOther = "/nodes/pve2/lxc/102";

describe("a node that is gone", () => {
  it("makes requests for it fail with 595, after the time that takes", async () => {
    const { simulator, client } = await start();
    simulator.control.takeNodeDown("pve2");
    const before = simulator.clock.now();
    const first = await client.ask(`${onOther}/status/current`);
    expect([first.status, first.reason, first.body]).toEqual([595, "Connection timed out", ""]);
    expect(simulator.clock.now() - before).toBe(30_000);
    const second = await client.ask(`${onOther}/config`, { method: "PUT", data: "cores=2" });
    expect([second.status, second.reason]).toEqual([595, "No route to host"]);
  });

  it("keeps the last figures of its containers, running included, for five minutes", async () => {
    const { simulator, client } = await start();
    const before = await listed(client, 102);
    simulator.control.takeNodeDown("pve2");
    await simulator.clock.advance(5_000);
    const node = (await client.data<Record<string, unknown>[]>("/nodes")).find((entry) => entry["node"] === "pve2");
    expect(Object.keys(node ?? {}).sort()).toEqual(
      ["id", "level", "maxcpu", "maxdisk", "maxmem", "node", "ssl_fingerprint", "status", "type"].sort(),
    );
    expect(node?.["status"]).toBe("offline");
    await simulator.clock.advance(294_000);
    expect(await listed(client, 102)).toEqual(before);
    await simulator.clock.advance(2_000);
    const forgotten = Object.keys(await listed(client, 102)).filter((key) => key !== "pool");
    expect(forgotten.sort()).toEqual(["id", "node", "status", "type", "vmid"]);
    expect((await listed(client, 102)).status).toBe("unknown");
    expect((await client.ask(`${onOther}/rrddata?timeframe=hour`)).status).toBe(200);
  });

  it("comes back with fresh figures", async () => {
    const { simulator, client } = await start();
    simulator.control.takeNodeDown("pve2");
    await simulator.clock.advance(400_000);
    simulator.control.bringNodeUp("pve2");
    await simulator.clock.advance(10_000);
    expect((await listed(client, 102)).status).toBe("running");
    expect((await client.ask(`${onOther}/status/current`)).status).toBe(200);
  });

  it("leaves a gap in what is recorded", async () => {
    const { simulator, client } = await start();
    simulator.control.takeNodeDown("pve2");
    await simulator.clock.advance(600_000);
    simulator.control.bringNodeUp("pve2");
    await simulator.clock.advance(300_000);
    for (const path of [onOther, "/nodes/pve2"]) {
      const points = await client.data<{ time: number; cpu?: number }[]>(`${path}/rrddata?timeframe=hour`);
      const gaps = points.slice(-14).map((point) => point.cpu === undefined);
      expect(gaps.filter((gap) => gap)).toHaveLength(10);
      expect(gaps.at(-1)).toBe(false);
    }
  });

  it.each([
    ["refused", 595, "Connection refused", 0],
    ["hung", 596, "Connection timed out", 30_000],
  ] as const)("whose proxy is %s answers %i, its figures stay fresh", async (how, status, reason, after) => {
    const { simulator, client } = await start();
    simulator.control.takeNodeDown("pve2", how);
    const before = simulator.clock.now();
    const reply = await client.ask(`${onOther}/status/current`);
    expect([reply.status, reply.reason]).toEqual([status, reason]);
    expect(simulator.clock.now() - before).toBe(after);
    const { uptime = 0 } = await listed(client, 102);
    await simulator.clock.advance(10_000);
    expect((await listed(client, 102)).uptime).toBe(uptime + 10);
  });

  it("whose daemon is stopped still answers what needs no root", async () => {
    const { simulator, client } = await start();
    simulator.control.takeNodeDown("pve1", "daemon");
    expect((await client.ask("/nodes/pve1/lxc/101/config")).status).toBe(200);
    expect((await client.ask("/cluster/resources")).status).toBe(200);
    expect((await client.ask("/nodes/pve1/lxc/101/status/current")).status).toBe(595);
    expect((await client.ask("/nodes/pve1/lxc/101/config", { method: "PUT", data: "cores=2" })).status).toBe(595);
  });

  it("refuses connections to itself, while the others answer", async () => {
    const { simulator } = await start({ listeners: 2 });
    const [first, second] = simulator.endpoints.map((endpoint) => new Client(endpoint.url, simulator.token));
    simulator.control.takeNodeDown("pve1");
    await expect(first?.ask("/version")).rejects.toThrow();
    const status = await second?.data<{ name: string; local?: number; type: string }[]>("/cluster/status");
    expect(status?.filter((entry) => entry.local === 1).map((entry) => entry.name)).toEqual(["pve2"]);
    first?.close();
    second?.close();
  });

  it("is not found where it does not exist, nor a container on the wrong node", async () => {
    const { client } = await start();
    expect((await client.ask("/nodes/nonode/lxc")).reason).toMatch(/^hostname lookup 'nonode' failed/u);
    expect((await client.ask("/nodes/pve2/lxc/101/config")).reason).toBe(
      "Configuration file 'nodes/pve2/lxc/101.conf' does not exist",
    );
  });
});

describe("a cluster without quorum", () => {
  it("is what is left of two nodes when one is gone", async () => {
    const { simulator, client } = await start({ nodes: 2 });
    simulator.control.takeNodeDown("pve2");
    await simulator.clock.advance(5_000);
    const [cluster] = await client.data<Record<string, unknown>[]>("/cluster/status");
    expect([cluster?.["nodes"], cluster?.["quorate"]]).toEqual([2, 0]);
  });

  it("reads, logs in and stops, and writes nothing", async () => {
    const { simulator, client } = await start();
    simulator.control.setQuorum(false);
    expect((await client.ask("/nodes/pve1/lxc/101/config")).status).toBe(200);
    expect((await client.ask("/nodes/pve1/lxc/101/status/current")).status).toBe(200);
    const put = await client.ask("/nodes/pve1/lxc/101/config", { method: "PUT", data: "memory=700" });
    expect(put.status).toBe(500);
    expect(put.reason).toMatch(
      /^unable to open file '\/etc\/pve\/nodes\/pve1\/lxc\/101\.conf\.tmp\.\d+' - Permission denied$/u,
    );
    expect(await runTask(simulator, client, "/nodes/pve1/lxc/101/status/stop")).toEqual({
      exitstatus: "OK",
      log: ["TASK OK"],
    });
    expect((await client.ask("/nodes/pve1/lxc/101/status/start", { method: "POST" })).reason).toBe(
      "cluster not ready - no quorum?",
    );
    const before = simulator.clock.now();
    expect((await client.ask("/access/users/root@pam/token/nq", { method: "POST" })).reason).toBe(
      "generating token failed: cfs-lock 'file-user_cfg' error: no quorum!",
    );
    expect(
      (await client.ask("/access/acl", { method: "PUT", data: "path=/&users=root@pam&roles=PVEAuditor" })).reason,
    ).toBe("ACL update failed: cfs-lock 'file-user_cfg' error: no quorum!");
    expect(simulator.clock.now() - before).toBe(19_800);
  });
});
