import { afterEach, describe, expect, test, vi } from "vitest";
import type { Task } from "../../src/model/index.js";
import { historyOf } from "../../src/proxmox/api/history.js";
import { listedTaskOf, singleTaskOf } from "../../src/proxmox/api/tasks.js";
import type { NodeContainerRow, RecordedRow, TaskRow } from "../../src/proxmox/api/shapes.js";
import { ProxmoxError, waitForTask } from "../../src/proxmox/index.js";
import { failureOf } from "./support/failure-of.js";
import { recordedData } from "./support/recorded.js";
import { connectTo, startServer } from "./support/server.js";

const upid = "UPID:pve1:00000CFD:000CAA5D:6B00BFEC:vzshutdown:101:root@pam!full:";

describe("tasks", () => {
  test("a recorded list is read, with the token that started each", () => {
    const rows = recordedData("cluster-tasks") as readonly TaskRow[];
    const tasks = rows.map(listedTaskOf);
    expect(tasks).not.toContain(null);
    expect(tasks[0]).toEqual({
      upid,
      node: "pve1",
      type: "vzshutdown",
      id: "101",
      user: "root@pam!full",
      startedAt: 1795211244000,
      endedAt: 1795211247000,
      state: "ok",
      exitStatus: "OK",
    });
    expect(new Set(tasks.map((task) => task?.state))).toEqual(new Set(["ok", "warnings", "failed", "unknown"]));
  });

  test("a single one is running until it has an exit status", () => {
    expect(singleTaskOf(recordedData("task-status-running") as TaskRow)).toMatchObject({
      state: "running",
      exitStatus: null,
    });
    expect(singleTaskOf(recordedData("task-status-done") as TaskRow)).toMatchObject({ state: "ok", exitStatus: "OK" });
  });

  test.each([
    [{}, "running", null],
    [{ status: "RUNNING" }, "running", null],
    [{ status: "OK", endtime: 1 }, "ok", "OK"],
    [{ status: "WARNINGS: 2", endtime: 1 }, "warnings", "WARNINGS: 2"],
    [{ status: "job errors", endtime: 1 }, "failed", "job errors"],
    [{ status: "unexpected status", endtime: 1 }, "unknown", "unexpected status"],
    [{ endtime: 1 }, "unknown", null],
  ] as const)("%j is %s", (row, state, exitStatus) => {
    expect(listedTaskOf({ ...row, upid })).toMatchObject({ state, exitStatus });
  });

  test("a log longer than a page is read whole, and an empty one is empty", async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => ({ n: index + 1, t: `line ${index + 1}` }));
    let empty = false;
    await using server = await startServer(({ path }) => {
      if (empty) return { body: JSON.stringify({ data: [{ n: 1, t: "no content" }], total: 1 }) };
      const query = new URLSearchParams(path.split("?")[1]);
      const start = Number(query.get("start"));
      return { data: lines.slice(start, start + Number(query.get("limit"))) };
    });
    await using gateway = connectTo(server);
    const log = await gateway.taskLog(upid);
    expect(log).toHaveLength(2500);
    expect(log.at(-1)).toEqual({ number: 2500, text: "line 2500" });
    expect(await gateway.taskLog(upid, { from: 2499 })).toEqual([{ number: 2500, text: "line 2500" }]);
    empty = true;
    expect(await gateway.taskLog(upid)).toEqual([]);
  });
});

describe("waiting for a task", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const running: Task = {
    upid,
    node: "pve1",
    type: "vzstart",
    id: "101",
    user: "root@pam",
    startedAt: 0,
    endedAt: null,
    state: "running",
    exitStatus: null,
  };

  /** Gives these one after the other, the last for ever. */
  function gatewayOf(...answers: readonly (Task | ProxmoxError)[]): { task: () => Promise<Task>; calls: () => number } {
    let calls = 0;
    return {
      task: () => {
        const answer = answers[Math.min(calls, answers.length - 1)] ?? running;
        calls += 1;
        return answer instanceof ProxmoxError ? Promise.reject(answer) : Promise.resolve(answer);
      },
      calls: () => calls,
    };
  }

  async function waited<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.finally(() => vi.useRealTimers());
    await vi.advanceTimersByTimeAsync(600_000);
    return settled;
  }

  test.each(["ok", "warnings"] as const)("%s is a success", async (state) => {
    vi.useFakeTimers();
    const gateway = gatewayOf(running, running, { ...running, state, exitStatus: "x" });
    expect((await waited(waitForTask(gateway, upid))).state).toBe(state);
    expect(gateway.calls()).toBe(3);
  });

  test("a node that is away for a moment does not end the wait", async () => {
    vi.useFakeTimers();
    const away = new ProxmoxError("node-offline", "away");
    const gateway = gatewayOf(running, away, away, { ...running, state: "ok", exitStatus: "OK" });
    expect((await waited(waitForTask(gateway, upid))).state).toBe("ok");
  });

  test("a failure has Proxmox's words", async () => {
    const gateway = gatewayOf({ ...running, state: "failed", exitStatus: "CT is locked (backup)" });
    const error = await failureOf(waitForTask(gateway, upid));
    expect(error.kind).toBe("task-failed");
    expect(error.message).toBe("Task vzstart 101 on pve1 failed: CT is locked (backup)");
    expect(error.details).toMatchObject({ upid, answer: "CT is locked (backup)" });
  });

  test("an end without words is an unknown outcome", async () => {
    const error = await failureOf(waitForTask(gatewayOf({ ...running, state: "unknown" }), upid));
    expect(error.kind).toBe("outcome-unknown");
  });

  test("the wait has a limit, and asks ever more seldom", async () => {
    vi.useFakeTimers();
    const gateway = gatewayOf(running);
    const error = await waited(failureOf(waitForTask(gateway, upid, { timeoutSeconds: 60 })));
    expect(error.kind).toBe("timed-out");
    expect(error.message).toContain("It goes on");
    expect(gateway.calls()).toBeLessThan(30);
  });

  test("the wait can be cancelled", async () => {
    const controller = new AbortController();
    const waiting = failureOf(waitForTask(gatewayOf(running), upid, { signal: controller.signal }));
    setImmediate(() => controller.abort());
    expect((await waiting).kind).toBe("cancelled");
  });
});

describe("recorded usage", () => {
  test("skips gaps, keeps the step of the source, and scales times", () => {
    const rows = recordedData("rrddata") as readonly RecordedRow[];
    const history = historyOf(rows);
    const filled = rows.filter((row) => row.maxmem !== undefined);
    expect(history.stepSeconds).toBe(60);
    expect(history.samples).toHaveLength(filled.length);
    expect(history.samples[0]?.time).toBe(Number(filled[0]?.time) * 1000);
    expect(history.samples.at(-1)).toMatchObject({ cores: filled.at(-1)?.maxcpu, memoryLimit: filled.at(-1)?.maxmem });
  });

  test("orders, drops doubles, and leaves unknown figures unknown", () => {
    const rows: readonly RecordedRow[] = [
      { time: 1800, cpu: 0.5, maxcpu: "1.5" },
      { time: 0, mem: 10, maxmem: 20 },
      { time: 1800, cpu: 0.25, maxcpu: 2 },
      { time: 3600 },
      { time: "nonsense", cpu: 1 },
    ];
    expect(historyOf(rows)).toEqual({
      stepSeconds: 1800,
      samples: [
        { time: 0, cpu: null, cores: null, memory: 10, memoryLimit: 20 },
        { time: 1_800_000, cpu: 0.25, cores: 2, memory: null, memoryLimit: null },
      ],
    });
    expect(historyOf([])).toEqual({ stepSeconds: 60, samples: [] });
  });
});

test("the names of what Proxmox VE 9 added are those of its answers", () => {
  const rows = recordedData("lxc-list") as readonly NodeContainerRow[];
  const running = rows.find(({ status }) => status === "running");
  expect(Object.keys(running ?? {})).toEqual(
    expect.arrayContaining([
      "pressurecpusome",
      "pressurememorysome",
      "pressurememoryfull",
      "pressureiosome",
      "pressureiofull",
    ]),
  );
});
