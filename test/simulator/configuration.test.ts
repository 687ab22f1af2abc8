import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Client } from "./client.js";
import { listed, runTask, start, taskOf } from "./start.js";

const path = "/nodes/pve1/lxc/101";

type Values = Readonly<Record<string, string | number>>;

const read = (client: Client) => client.data<Values>(`${path}/config`);
const put = (client: Client, data: string) => client.ask(`${path}/config`, { method: "PUT", data });

describe("the configuration of a container", () => {
  it("has the SHA-1 of its file as digest, and refuses a change planned on another one", async () => {
    const { simulator, client } = await start();
    const before = await read(client);
    const file = simulator.control.configuration(101);
    expect(before["digest"]).toBe(createHash("sha1").update(file).digest("hex"));
    expect((await put(client, `cores=3&digest=${before["digest"] ?? ""}`)).status).toBe(200);
    const second = await put(client, `cores=4&digest=${before["digest"] ?? ""}`);
    expect([second.status, second.reason]).toEqual([
      500,
      "detected modified configuration - file changed by other user? Try again.",
    ]);
    expect((await read(client))["cores"]).toBe(3);
    expect((await put(client, "cores=5&digest=")).status).toBe(200);
  });

  it("lets one of many changes with the same digest win", async () => {
    const { client } = await start();
    const digest = (await read(client))["digest"] ?? "";
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) => put(client, `memory=${600 + index}&digest=${digest}`)),
    );
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
  });

  it("changes memory at once, and cores with the next round of the statistics daemon", async () => {
    const { simulator, client } = await start();
    await put(client, "cores=8&memory=4096");
    const now = await client.data<Values>(`${path}/status/current`);
    expect([now["cpus"], now["maxmem"]]).toEqual([8, 4096 * 1024 ** 2]);
    expect((await listed(client, 101)).maxcpu).not.toBe(8);
    await simulator.clock.advance(10_000);
    expect((await listed(client, 101)).maxcpu).toBe(8);
  });

  it("gives a container the CPU of new cores only after the round", async () => {
    const { simulator, client } = await start({ containers: 20, scenario: "rush" });
    const busy = (
      await client.data<{ vmid: number; node: string; cpu: number; maxcpu: number }[]>("/cluster/resources?type=vm")
    )
      .filter((container) => container.cpu > 0.95)
      .at(0);
    if (busy === undefined) throw new Error("nobody is busy");
    const used = async () => {
      const { cpu = 0, maxcpu = 0 } = await listed(client, busy.vmid);
      return cpu * maxcpu;
    };
    await client.ask(`/nodes/${busy.node}/lxc/${busy.vmid}/config`, {
      method: "PUT",
      data: `cores=${busy.maxcpu * 4}`,
    });
    await simulator.clock.advance(10_000);
    const during = await used();
    await simulator.clock.advance(20_000);
    expect(during).toBeLessThanOrEqual(busy.maxcpu * 1.001);
    expect(await used()).toBeGreaterThan(busy.maxcpu);
  });

  it("keeps what a running container can't take for its restart, and takes it back on request", async () => {
    const { simulator, client } = await start();
    await put(client, "nameserver=1.1.1.1&searchdomain=lan");
    await put(client, "revert=searchdomain");
    const pending = await client.data<{ key: string; pending?: string }[]>(`${path}/pending`);
    expect(pending.filter((entry) => entry.pending !== undefined)).toEqual([{ key: "nameserver", pending: "1.1.1.1" }]);
    expect(simulator.control.configuration(101)).toContain("\n[pve:pending]\nnameserver: 1.1.1.1\n");
    await runTask(simulator, client, `${path}/status/reboot`);
    expect(simulator.control.configuration(101)).not.toContain("pve:pending");
    expect((await read(client))["nameserver"]).toBe("1.1.1.1");
  });

  it("counts CPU against cpulimit, as a text, where there are no cores", async () => {
    const { client } = await start();
    await put(client, "cpulimit=1.5&delete=cores");
    expect((await client.data<Values>(`${path}/status/current`))["cpus"]).toBe("1.5");
    await put(client, "delete=cpulimit,swap");
    const now = await client.data<Values>(`${path}/status/current`);
    expect([typeof now["cpus"], now["maxswap"]]).toEqual(["number", 0]);
  });

  it("keeps tags sorted, once each and in lower case", async () => {
    const { client } = await start();
    await put(client, "tags=Zebra,alpha%3Balpha");
    expect((await read(client))["tags"]).toBe("alpha;zebra");
  });

  it.each([
    ["cores=99000", "cores", "value must have a maximum value of 8192"],
    ["cpulimit=9000", "cpulimit", "value must have a maximum value of 8192"],
    ["memory=8", "memory", "value must have a minimum value of 16"],
    ["onboot=maybe", "onboot", "type check ('boolean') failed - got 'maybe'"],
    ["tags=%C3%BCml", "tags", "invalid format - invalid characters in tag\n"],
    ["startup=up%3Dx", "startup", "invalid format - unable to parse startup options\n"],
    [
      "net99=name%3Deth0",
      "net99",
      "property is not defined in schema and the schema does not allow additional properties",
    ],
  ])("refuses %s", async (data, parameter, text) => {
    const { client } = await start();
    const reply = await put(client, data);
    expect(reply.status).toBe(400);
    expect((JSON.parse(reply.body) as { errors: unknown }).errors).toEqual({ [parameter]: text });
  });
});

describe("locks", () => {
  it("refuse a change at once and a start in its task", async () => {
    const { simulator, client } = await start();
    simulator.control.setRunning(101, false);
    simulator.control.lock(101, "backup");
    expect((await put(client, "cores=2")).reason).toBe("CT is locked (backup)");
    expect((await put(client, "delete=lock")).reason).toBe("CT is locked (backup)");
    expect((await listed(client, 101)).lock).toBe("backup");
    const task = await runTask(simulator, client, `${path}/status/start`);
    expect(task).toEqual({ exitstatus: "CT is locked (backup)", log: ["TASK ERROR: CT is locked (backup)"] });
  });

  it("make a change wait for the lock file, ten seconds at most", async () => {
    const { simulator, client } = await start();
    const release = await simulator.control.holdLockFile(101);
    const before = simulator.clock.now();
    const reply = await put(client, "cores=2");
    expect([reply.status, reply.reason]).toEqual([
      500,
      "can't lock file '/run/lock/lxc/pve-config-101.lock' - got timeout",
    ]);
    expect(simulator.clock.now() - before).toBe(10_000);
    release();
    expect((await put(client, "cores=2")).status).toBe(200);
  });

  it("make a change wait for the end of a shutdown", async () => {
    const { simulator, client } = await start();
    const upid = await client.data<string>(`${path}/status/shutdown`, { method: "POST" });
    expect((await put(client, "cores=2")).status).toBe(200);
    expect((await taskOf(client, upid)).exitstatus).toBe("OK");
    expect(simulator.control.isRunning(101)).toBe(false);
  });
});
