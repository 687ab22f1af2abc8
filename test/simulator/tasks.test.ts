import { describe, expect, it } from "vitest";
import { listed, runTask, start, taskOf } from "./start.js";

const path = "/nodes/pve1/lxc/101";

describe("tasks", () => {
  it("run, are listed as running, and end", async () => {
    const { simulator, client } = await start();
    const upid = await client.data<string>(`${path}/status/stop`, { method: "POST" });
    expect(upid).toMatch(/^UPID:pve1:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:vzstop:101:root@pam!demo:$/u);
    expect((await taskOf(client, upid)).exitstatus).toBe("(running)");
    const active = await client.data<{ status: string; user: string }[]>("/nodes/pve1/tasks?source=active");
    expect(active).toMatchObject([{ status: "RUNNING", user: "root@pam!demo" }]);
    await simulator.clock.advance(5_000);
    expect(await taskOf(client, upid)).toEqual({ exitstatus: "OK", log: ["TASK OK"] });
    expect(simulator.control.isRunning(101)).toBe(false);
    expect(await client.data("/nodes/pve1/tasks?limit=0")).toEqual([]);
  });

  it("notice what can't be at once or only later, as Proxmox does", async () => {
    const { simulator, client } = await start();
    const post = (verb: string, vmid = 101) => client.ask(`/nodes/pve1/lxc/${vmid}/status/${verb}`, { method: "POST" });
    expect((await post("start")).reason).toBe("CT 101 already running");
    expect((await post("shutdown", 999)).reason).toBe("CT 999 not running");
    const unknown = await runTask(simulator, client, "/nodes/pve1/lxc/999/status/start");
    expect(unknown.exitstatus).toBe("Configuration file 'nodes/pve1/lxc/999.conf' does not exist");
    await runTask(simulator, client, `${path}/status/stop`);
    expect((await post("reboot")).reason).toBe("VM 101 not running");
    expect((await post("stop")).reason).toBe("CT 101 not running");
  });

  it("fail when a container ignores its shutdown, kill it on request, and reboot it anyway", async () => {
    const { simulator, client } = await start();
    simulator.control.ignoreShutdown(101);
    const asked = await runTask(simulator, client, `${path}/status/shutdown`, "timeout=4");
    expect(asked).toEqual({
      exitstatus: "container did not stop",
      log: ["command 'lxc-stop -n 101 --nokill --timeout 4' failed: exit code 1", "TASK ERROR: container did not stop"],
    });
    expect((await runTask(simulator, client, `${path}/status/reboot`, "timeout=4")).exitstatus).toBe("OK");
    const upid = await client.data<string>(`${path}/status/shutdown`, { method: "POST", data: "timeout=60" });
    const stopped = await runTask(simulator, client, `${path}/status/stop`, "overrule-shutdown=1");
    expect(stopped.log[0]).toBe(`overruled vzshutdown tasks: ${upid}`);
    expect(stopped.exitstatus).toBe("OK");
    expect(await taskOf(client, upid)).toEqual({
      exitstatus: "unexpected status",
      log: ["command 'lxc-stop -n 101 --nokill --timeout 60' failed: received interrupt"],
    });
  });

  it("can be stopped, and stay as they are once they have ended", async () => {
    const { simulator, client } = await start();
    simulator.control.ignoreShutdown(101);
    const upid = await client.data<string>(`${path}/status/shutdown`, { method: "POST" });
    const remove = () => client.ask(`/nodes/pve1/tasks/${encodeURIComponent(upid)}`, { method: "DELETE" });
    expect((await remove()).body).toBe('{"data":null}');
    expect((await taskOf(client, upid)).exitstatus).toBe("unexpected status");
    expect((await remove()).status).toBe(200);
    expect(simulator.control.isRunning(101)).toBe(true);
  });

  it("are slow, fail or warn on demand", async () => {
    const { simulator, client } = await start();
    simulator.control.addTaskFault({ type: "vzstop", fails: "the disk is on fire", times: 1 });
    expect((await runTask(simulator, client, `${path}/status/stop`)).exitstatus).toBe("the disk is on fire");
    simulator.control.addTaskFault({
      vmid: 101,
      warns: "Systemd 252 detected. You may need to enable nesting.",
      times: 1,
    });
    expect(await runTask(simulator, client, `${path}/status/reboot`)).toEqual({
      exitstatus: "WARNINGS: 1",
      log: ["WARN: Systemd 252 detected. You may need to enable nesting.", "TASK WARNINGS: 1"],
    });
    simulator.control.addTaskFault({ slower: 100 });
    const upid = await client.data<string>(`${path}/status/stop`, { method: "POST" });
    await simulator.clock.advance(99_000);
    expect((await taskOf(client, upid)).exitstatus).toBe("(running)");
    await simulator.clock.advance(2_000);
    expect((await taskOf(client, upid)).exitstatus).toBe("OK");
  });

  it("grow a disk and never shrink it", async () => {
    const { simulator, client } = await start();
    const before = await listed(client, 101);
    const put = (size: string) =>
      client.ask(`${path}/resize`, { method: "PUT", data: `disk=rootfs&size=${encodeURIComponent(size)}` });
    expect((await put("1M")).reason).toBe("unable to shrink disk size");
    const reply = await put("+2G");
    await simulator.clock.advance(20_000);
    expect((await taskOf(client, (JSON.parse(reply.body) as { data: string }).data)).exitstatus).toBe("OK");
    const after = (await listed(client, 101)) as { maxdisk?: number };
    expect(after.maxdisk).toBeGreaterThan((before as { maxdisk?: number }).maxdisk ?? Infinity);
    // What was recorded before keeps the size of its time.
    await simulator.clock.advance(180_000);
    const recorded = await client.data<{ maxdisk?: number; disk?: number }[]>(`${path}/rrddata?timeframe=hour`);
    const sizes = recorded.flatMap(({ maxdisk }) => maxdisk ?? []);
    expect([sizes[0], sizes.at(-1)]).toEqual([(before as { maxdisk?: number }).maxdisk, after.maxdisk]);
    expect(recorded.every(({ disk, maxdisk }) => (disk ?? 0) <= (maxdisk ?? 0))).toBe(true);
  });

  it("take snapshots, roll back to one and delete it", async () => {
    const { simulator, client } = await start();
    await runTask(simulator, client, `${path}/snapshot`, "snapname=before&description=first");
    const memory = async () => (await client.data<{ memory: number }>(`${path}/config`)).memory;
    const old = await memory();
    await client.ask(`${path}/config`, { method: "PUT", data: "memory=2222" });
    await runTask(simulator, client, `${path}/snapshot`, "snapname=after");
    expect(await client.data(`${path}/snapshot`)).toMatchObject([
      { name: "before", description: "first\n" },
      { name: "after", parent: "before" },
      { name: "current", parent: "after", running: 1 },
    ]);
    expect((await runTask(simulator, client, `${path}/snapshot/before/rollback`)).exitstatus).toBe("OK");
    expect([await memory(), simulator.control.isRunning(101)]).toEqual([old, false]);
    const upid = await client.data<string>(`${path}/snapshot/before`, { method: "DELETE" });
    await simulator.clock.advance(5_000);
    expect((await taskOf(client, upid)).exitstatus).toBe("OK");
    expect(await client.data(`${path}/snapshot`)).toMatchObject([{ name: "after" }, { name: "current" }]);
  });

  it("see their own and nobody else's without the privilege", async () => {
    const { simulator, client } = await start({
      tokens: { "dev@pve!t1": { privilegeSeparation: false } },
      grants: [{ path: "/vms", id: "dev@pve", role: "PVEVMUser" }],
    });
    const token = simulator.tokens["dev@pve!t1"] ?? "";
    await runTask(simulator, client, `${path}/status/stop`);
    const foreign = await client.data<{ upid: string }[]>("/nodes/pve1/tasks");
    expect(await client.data("/nodes/pve1/tasks", { token })).toEqual([]);
    const status = await client.ask(`/nodes/pve1/tasks/${foreign[0]?.upid ?? ""}/status`, { token });
    expect(status.reason).toBe("Permission check failed (/nodes/pve1, Sys.Audit)");
    await client.data(`${path}/status/start`, { method: "POST", token });
    await simulator.clock.advance(5_000);
    expect(await client.data("/nodes/pve1/tasks", { token })).toMatchObject([
      { type: "vzstart", user: "dev@pve", tokenid: "t1" },
    ]);
  });
});
