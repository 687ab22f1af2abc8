import { expect, test } from "vitest";
import { followTask, offered, waitForTask } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { ended, nounContract, refusal } from "./noun.js";

export const taskArchiveContract = nounContract("the tasks of a node", (world) => {
  const port = () => ({ ...world(), taskArchive: offered(world().gateway, "taskArchive") });

  test("are found by container, type, outcome and time, page by page", async () => {
    const { gateway, taskArchive, running, stopped, control } = port();
    await ended(gateway, gateway.power(running, "stop"));
    await ended(gateway, gateway.power(running, "start"));
    control.addTaskFault({ type: "vzstop", fails: "the disk is on fire", times: 1 });
    await refusal(gateway, gateway.power(running, "stop"));
    const { node, vmid } = running;
    const types = async (filter: Parameters<typeof taskArchive.list>[1]) =>
      (await taskArchive.list(node, { vmid, ...filter })).map(({ type }) => type);
    expect(await types({})).toEqual(["vzstop", "vzstart", "vzstop"]);
    expect(await types({ type: "vzstart" })).toEqual(["vzstart"]);
    expect(await types({ outcome: "error", which: "ended" })).toEqual(["vzstop"]);
    expect(await types({ start: 1, limit: 1 })).toEqual(["vzstart"]);
    expect(await types({ user: "nobody" })).toEqual([]);
    expect(await types({ since: Date.UTC(2099, 0) })).toEqual([]);
    expect(await types({ until: Date.UTC(2099, 0) })).toHaveLength(3);
    const [failed] = await taskArchive.list(node, { vmid, outcome: "error" });
    expect(failed).toMatchObject({ state: "failed", exitStatus: "the disk is on fire" });
    expect(await taskArchive.list(stopped.node, { vmid: 999 })).toEqual([]);
  });

  test("run on until they are stopped, and are told apart from those that ended", async () => {
    const { gateway, taskArchive, running, control } = port();
    control.ignoreShutdown(running.vmid);
    const upid = await gateway.power(running, "shutdown");
    const active = await taskArchive.list(running.node, { which: "running" });
    expect(active).toMatchObject([{ upid, state: "running", endedAt: null }]);
    await gateway.stopTask(upid);
    expect(await taskArchive.list(running.node, { which: "running" })).toEqual([]);
    expect(await taskArchive.list(running.node, { outcome: "unknown" })).toMatchObject([{ upid, state: "unknown" }]);
    control.ignoreShutdown(running.vmid, false);
  });

  test("write logs that are read in pages, and followed to their end", async () => {
    const { gateway, taskArchive, running } = port();
    const backups = offered(gateway, "backups");
    const upid = await backups.create(running, { storage: "local", mode: "stop" });
    const told: string[] = [];
    const states: (string | undefined)[] = [];
    for await (const { task, lines } of followTask(gateway, upid, { pause: 20 })) {
      states.push(task?.state);
      told.push(...lines.map(({ text }) => text));
    }
    expect(states.slice(0, -1).every((state) => state === "running")).toBe(true);
    expect(states.at(-1)).toBe("ok");
    const whole = (await gateway.taskLog(upid)).map(({ text }) => text);
    expect(told).toEqual(whole);
    expect(told.at(-1)).toBe("TASK OK");
    const page = await taskArchive.log(upid, { from: 2, limit: 3 });
    expect(page.map(({ text }) => text)).toEqual(whole.slice(2, 5));
    expect(page.map(({ number }) => number)).toEqual([3, 4, 5]);
    expect(await taskArchive.log(upid, { from: whole.length, limit: 10 })).toEqual([]);
    expect((await failureOf(taskArchive.log("hello", { from: 0, limit: 1 }))).kind).toBe("invalid-parameter");
    await waitForTask(gateway, upid);
  });

  test("are followed no longer once that is cancelled", async () => {
    const { gateway, running, control } = port();
    control.ignoreShutdown(running.vmid);
    const upid = await gateway.power(running, "shutdown");
    const controller = new AbortController();
    const following = (async () => {
      for await (const { task } of followTask(gateway, upid, { signal: controller.signal, pause: 20 })) {
        if (task?.state === "running") controller.abort();
      }
    })();
    expect((await failureOf(following)).kind).toBe("cancelled");
    expect((await gateway.task(upid)).state).toBe("running");
    await gateway.stopTask(upid);
  });
});
