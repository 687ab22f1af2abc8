import { expect, test, vi } from "vitest";
import { offered } from "../../../src/proxmox/index.js";
import { ended, nounContract, refusal } from "./noun.js";

export const clusterStateContract = nounContract("the state of the cluster", (world) => {
  const port = () => ({
    ...world(),
    clusterState: offered(world().gateway, "clusterState"),
    lifecycle: offered(world().gateway, "lifecycle"),
  });
  const statusOf = async (vmid: number) =>
    (await world().gateway.inventory()).containers.find((container) => container.vmid === vmid)?.status;

  test("says who is a member and whether they are enough", async () => {
    const { clusterState, control } = port();
    expect(await clusterState.status()).toEqual({
      name: "demo",
      quorate: true,
      nodes: [
        { name: "pve1", online: true, local: true, address: "10.10.10.1" },
        { name: "pve2", online: true, local: false, address: "10.10.10.2" },
      ],
    });
    control.setQuorum(false);
    expect((await clusterState.status()).quorate).toBe(false);
    control.setQuorum(null);
  });

  test("under high availability a stop ends well at once and happens later, as does a start", async () => {
    const { gateway, clusterState, running, control } = port();
    control.manage(running.vmid, "started");
    expect(await clusterState.managed()).toEqual([
      { vmid: running.vmid, requested: "started", state: "started", comment: null },
    ]);
    expect(await ended(gateway, gateway.power(running, "stop"))).toMatchObject({ type: "hastop", exitStatus: "OK" });
    await vi.waitFor(async () => expect(await statusOf(running.vmid)).toBe("stopped"), 5000);
    expect((await clusterState.managed())[0]).toMatchObject({ requested: "stopped", state: "stopped" });
    // What was really done is the manager's, and came later.
    const tasks = await gateway.tasks();
    const [asked, done] = ["hastop", "vzstop"].map((type) => tasks.find((task) => task.type === type));
    expect(done?.user).toBe("root@pam");
    expect((done?.startedAt ?? 0) - (asked?.endedAt ?? Infinity)).toBeGreaterThanOrEqual(10_000);
    expect(await ended(gateway, gateway.power(running, "start"))).toMatchObject({ type: "hastart" });
    await vi.waitFor(async () => expect(await statusOf(running.vmid)).toBe("running"), 5000);
  });

  test("a managed container in error is asked for nothing, and not destroyed without purge", async () => {
    const { gateway, lifecycle, stopped, control } = port();
    control.manage(stopped.vmid, "error");
    const upid = await gateway.power(stopped, "start");
    const error = await refusal(gateway, Promise.resolve(upid));
    expect(error.message).toContain(
      `command 'ha-manager set ct:${stopped.vmid} --state started' failed: exit code 255`,
    );
    const log = (await gateway.taskLog(upid)).map(({ text }) => text);
    expect(log).toContain(`service 'ct:${stopped.vmid}' in error state, must be disabled and fixed first`);
    const refused = await refusal(gateway, lifecycle.destroy(stopped, {}));
    expect(refused.message).toContain("used in HA resources and purge parameter not set");
    control.unmanage(stopped.vmid);
  });

  test("names the containers whose disks are copied elsewhere", async () => {
    const { clusterState, stopped, control } = port();
    expect(await clusterState.replication()).toEqual([]);
    control.replicate(stopped.vmid, "pve1");
    expect(await clusterState.replication()).toEqual([
      {
        id: `${stopped.vmid}-0`,
        vmid: stopped.vmid,
        target: "pve1",
        schedule: "*/15",
        enabled: true,
        comment: null,
      },
    ]);
  });
});
