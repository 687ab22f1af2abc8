import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { SampleStore, type Lease } from "../../src/operate/index.js";
import { bench, configuration } from "./harness.js";
import { loop, type Line } from "./loop-harness.js";

/** Wants container 101 to have so many cores, and nothing of anybody else. */
const fixed = (cores: number, more = "mode: apply"): string =>
  `version: 1\ninterval: 60s\n${more}\npolicies: [{ match: { vmids: [101] }, cpu: { min: 1, max: 16, fixed: ${cores} }, cooldown: { up: 0s, down: 0s } }]`;

/** Watches everything, and finds everything in order. */
const calm = `version: 1
interval: 60s
mode: apply
ignore: { vmids: [102] }
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 64, scaleUp: { above: 100%, for: 2h } }
    memory: { min: 16MiB, max: 64GiB, scaleUp: { above: 100%, for: 2h } }
`;

const names = (lines: readonly Line[]): readonly string[] => lines.map(({ event }) => event);

describe("the control loop", () => {
  it("asks Proxmox for one thing a cycle while nothing changes", async () => {
    const on = await bench({ containers: 40, scenario: "quiet" });
    const { requests, result, of } = await loop(on, { text: calm, cycles: 8 });
    expect(of("cycle").at(-1)).toMatchObject({ containers: 40, scaleUp: 0, scaleDown: 0, applied: 0 });
    // The first learns configurations and the usage before it; from then on there is the bulk read alone.
    expect(requests[0]?.filter((request) => request.endsWith("/rrddata")).length).toBeGreaterThan(30);
    expect(requests.slice(1)).toEqual(Array.from({ length: 7 }, () => ["GET /cluster/resources"]));
    expect(result).toMatchObject({ cycles: 8, missed: 0, results: [] });
  });

  it("reads a configuration anew where the bulk read shows a change, and no other", async () => {
    const on = await bench({ containers: 40, scenario: "quiet" });
    const { requests } = await loop(on, {
      text: calm,
      cycles: 20,
      before: (cycle) => {
        if (cycle === 10) on.simulator.control.setConfiguration(105, { memory: 3072 });
      },
    });
    const configurations = requests.map((ofCycle) => ofCycle.filter((request) => request.endsWith("/config")));
    expect(configurations[0]).toHaveLength(40);
    expect(configurations.slice(1).flat()).toEqual([expect.stringMatching(/\/lxc\/105\/config$/u)]);
  });

  it("reads, writes and reads back a container that changes, and nobody else", async () => {
    const on = await bench();
    const text = fixed(3);
    const { requests, of, lines } = await loop(on, { text, cycles: 4 });
    expect(of("outcome")).toMatchObject([{ vmid: 101, resource: "cores", to: 3, outcome: "applied", verified: true }]);
    expect(on.puts()).toHaveLength(0);
    expect(requests[0]?.filter((request) => request.startsWith("PUT"))).toEqual(["PUT /nodes/pve1/lxc/101/config"]);
    // The first cycle knows no configuration yet; the change itself takes three requests.
    expect(requests[0]?.filter((request) => /\/lxc\/101\/(?!rrddata)/u.test(request))).toEqual([
      "GET /nodes/pve1/lxc/101/config",
      "GET /nodes/pve1/lxc/101/config",
      "PUT /nodes/pve1/lxc/101/config",
      "GET /nodes/pve1/lxc/101/config",
    ]);
    // Our own write makes its configuration be read once more; that is all.
    expect(requests[1]).toEqual(["GET /cluster/resources", "GET /nodes/pve1/lxc/101/config"]);
    expect(requests.slice(2)).toEqual([["GET /cluster/resources"], ["GET /cluster/resources"]]);
    expect(names(lines)).toEqual([
      "started",
      "decision",
      "outcome",
      "cycle",
      "cycle",
      "cycle",
      "cycle",
      "stopping",
      "stopped",
    ]);
    expect(of("stopped")).toMatchObject([{ cycles: 4, applied: 1, failed: 0, missed: 0 }]);
  });

  it("asks a node what memory it has left only when something is to grow there", async () => {
    const on = await bench();
    const grow = `${calm}  - { match: { vmids: [104] }, memory: { fixed: 640MiB }, cooldown: { up: 0s, down: 0s } }\n`;
    const { containers } = await on.gateway.inventory();
    const { node } = containers.find(({ vmid }) => vmid === 104)!;
    const { requests } = await loop(on, {
      text: grow,
      cycles: 3,
      before: (cycle) => {
        if (cycle === 2) on.simulator.control.setConfiguration(104, { memory: 256 });
      },
    });
    expect(requests.map((ofCycle) => ofCycle.filter((request) => request.endsWith("/status")))).toEqual([
      expect.any(Array),
      [`GET /nodes/${node}/status`],
      [],
    ]);
  });

  it("asks what room storages have only on the node where a volume is to grow", async () => {
    const on = await bench();
    const text = `version: 1
interval: 60s
policies:
  - match: { vmids: [101, 102] }
    rootfs: { scaleUp: { above: 95%, for: 2m, step: 1GiB }, cooldown: { up: 1h } }
  - match: { vmids: [101] }
    rootfs: { scaleUp: { above: 5% } }
`;
    const { requests, of } = await loop(on, { text, cycles: 4 });
    const { containers } = await on.gateway.inventory();
    const { node } = containers.find(({ vmid }) => vmid === 101)!;
    const asked = requests.map((ofCycle) => ofCycle.filter((request) => request.endsWith("/storage")));
    expect(of("decision")).toMatchObject([{ vmid: 101, resource: "rootfs", action: "scale-up" }]);
    expect(asked.at(-1)).toEqual([`GET /nodes/${node}/storage`]);
    expect(new Set(asked.flat()).size).toBe(1);
  });

  it("names its cycles in the audit log as in its lines", async () => {
    const on = await bench();
    const { of } = await loop(on, { text: fixed(3), cycles: 2 });
    const audited = await on.auditLines();
    expect(audited.map(({ event }) => event)).toEqual(["run-started", "write", "outcome", "run-ended"]);
    expect(new Set(audited.map(({ run }) => run))).toEqual(new Set([of("outcome")[0]?.run]));
    expect(of("cycle")[0]?.run).toBe(of("outcome")[0]?.run);
    expect(of("cycle")[1]?.run).not.toBe(of("outcome")[0]?.run);
  });

  it("decides as a one-shot does on the same history", async () => {
    const on = await bench({ scenario: "rush" });
    const text = `version: 1
interval: 60s
policies:
  - match: { names: ["*"] }
    cpu: { min: 1, max: 16, scaleUp: { above: 60%, for: 3m }, scaleDown: { below: 30%, for: 10m } }
    memory: { min: 128MiB, max: 16GiB, scaleUp: { above: 70%, for: 3m, step: 64MiB }, scaleDown: { below: 50%, for: 10m, step: 64MiB } }
`;
    await loop(on, { text, cycles: 12 });
    const { plan } = await on.dryRun(configuration(text));
    const once = await loop(on, { text, cycles: 1, options: { once: true } });
    const summary = once.of("cycle")[0];
    expect({ ...plan.summary }).toMatchObject({
      containers: summary?.containers,
      scaleUp: summary?.scaleUp,
      scaleDown: summary?.scaleDown,
      hold: summary?.hold,
      blocked: summary?.blocked,
    });
    expect(plan.summary.scaleUp + plan.summary.scaleDown).toBeGreaterThan(0);
    const wanted = plan.decisions.filter(({ action }) => action !== "hold");
    expect(
      once.of("decision").map(({ vmid, resource, action, from, to }) => ({ vmid, resource, action, from, to })),
    ).toEqual(wanted.map(({ vmid, resource, action, from, to }) => ({ vmid, resource, action, from, to })));
  });

  it("never writes in mode recommend, says a decision once, and only observes in mode paused", async () => {
    const on = await bench();
    const recommend = await loop(on, { text: fixed(3, "mode: recommend"), cycles: 4 });
    expect(recommend.of("decision")).toHaveLength(1);
    expect(recommend.of("cycle").map(({ scaleUp, scaleDown }) => scaleUp + scaleDown)).toEqual([1, 1, 1, 1]);
    const paused = await loop(on, { text: fixed(3, "mode: paused"), cycles: 3 });
    expect(paused.of("decision")).toEqual([]);
    expect(paused.of("cycle")).toHaveLength(3);
    expect(
      paused.requests
        .concat(recommend.requests)
        .flat()
        .filter((request) => !request.startsWith("GET")),
    ).toEqual([]);
    // What it has seen is kept all the same.
    const samples = new SampleStore({ directory: on.directory, endpoint: on.simulator.url });
    const history = await samples.read("demo", { from: 0, to: Number.MAX_SAFE_INTEGER });
    expect(history.get(101)?.samples).toHaveLength(6);
    expect(history.get(101)?.stepSeconds).toBe(60);
  });

  it("holds everything while Proxmox can't be read, asks ever more rarely, and says when it is over", async () => {
    const on = await bench();
    const { control } = on.simulator;
    const times: number[] = [];
    const { of, requests } = await loop(on, {
      text: fixed(3),
      cycles: 7,
      before: async (cycle) => {
        times.push(control.now());
        if (cycle === 1) control.addFault({ kind: "status", status: 503, reason: "Service Unavailable" });
        if (cycle === 5) control.clearFaults();
        await Promise.resolve();
      },
    });
    const failed = of("unreadable");
    expect(failed.map(({ failures }) => failures)).toEqual([1, 2, 3, 4]);
    expect(times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1000)).toEqual([
      60, 120, 120, 120, 60, 60,
    ]);
    expect(failed.map(({ retry }) => retry)).toEqual([60, 120, 120, 120]);
    expect(of("readable")).toMatchObject([{ failures: 4 }]);
    // Waiting longer on purpose is no missed tick.
    expect(of("missed")).toEqual([]);
    expect(
      requests
        .slice(0, 4)
        .flat()
        .filter((request) => request.startsWith("PUT")),
    ).toEqual([]);
    expect(of("outcome")).toHaveLength(1);
    const samples = new SampleStore({ directory: on.directory, endpoint: on.simulator.url });
    expect((await samples.read("demo", { from: 0, to: Number.MAX_SAFE_INTEGER })).get(101)?.samples).toHaveLength(3);
  });

  it("ends at once where the first contact fails for good", async () => {
    const on = await bench({}, ({ token }) => `${token.slice(0, -4)}0000`);
    await expect(
      loop(on, {
        text: fixed(3),
        cycles: 5,
        options: { openClock: () => on.gateway.serverTime().then((t) => () => t) },
      }),
    ).rejects.toMatchObject({
      kind: "not-authenticated",
    });
  });

  it("counts the ticks that a long cycle takes, and does not make up for them", async () => {
    const on = await bench();
    const { control } = on.simulator;
    const { of, result } = await loop(on, {
      text: calm,
      cycles: 3,
      options: {
        // The history of a first cycle takes two minutes and a half to read.
        source: () => async () => {
          await control.advance(150_000);
          return { history: new Map(), problems: [] };
        },
      },
    });
    expect(of("missed")).toMatchObject([{ ticks: 2, total: 2, took: 150 }]);
    expect(result).toMatchObject({ cycles: 3, missed: 2 });
    const times = of("cycle").map(({ time }) => time);
    expect(times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1000)).toEqual([30, 60]);
  });

  it("takes a new version of its file whole, and keeps the old one where the new one is wrong", async () => {
    const on = await bench();
    const { of, requests } = await loop(on, {
      text: fixed(2, "mode: recommend"),
      cycles: 6,
      change: (cycle) =>
        cycle === 3
          ? { kind: "rejected", error: "autoscaler.yaml can't be used: 1 error.", findings: [] }
          : cycle === 4
            ? { kind: "accepted", config: configuration(fixed(5).replace("60s", "30s")), notes: [] }
            : null,
    });
    expect(of("rejected")).toHaveLength(1);
    expect(of("reloaded")).toMatchObject([{ mode: "apply", interval: 30 }]);
    expect(requests.map((ofCycle) => ofCycle.some((request) => request.startsWith("PUT")))).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
    const times = of("cycle").map(({ time }) => time);
    expect(times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1000)).toEqual([60, 60, 60, 30, 30]);
  });

  it("reads its file anew while it waits, when somebody asks", async () => {
    const on = await bench();
    let reload: (() => void) | null = null;
    let asked = 0;
    const { of } = await loop(on, {
      text: fixed(2, "mode: recommend"),
      cycles: 3,
      options: {
        onReload: (listener) => {
          reload = listener;
          return () => undefined;
        },
      },
      before: (cycle) => {
        if (cycle === 2) reload?.();
      },
      change: () => {
        asked += 1;
        return asked === 1 ? { kind: "accepted", config: configuration(fixed(2, "mode: paused")), notes: [] } : null;
      },
    });
    expect(of("reloaded")).toHaveLength(1);
    expect(of("cycle").map(({ mode }) => mode)).toEqual(["recommend", "paused", "paused"]);
  });

  it("only recommends while another program holds the lease, and says so once", async () => {
    const on = await bench();
    let left = 150;
    let holder: string | null = "lxc-autoscaler run on pve2 scales this cluster";
    let released = 0;
    const lease: Lease = {
      hold: () => {
        left -= 40;
        return Promise.resolve(holder === null ? null : `${holder}: it lasts 1m${left}s more.`);
      },
      release: () => {
        released += 1;
        return Promise.resolve();
      },
    };
    const { of, requests } = await loop(on, {
      text: fixed(3),
      cycles: 5,
      options: { lease },
      before: (cycle) => {
        if (cycle === 4) holder = null;
      },
    });
    expect(of("lease")).toMatchObject([
      { held: false, error: "lxc-autoscaler run on pve2 scales this cluster: it lasts 1m110s more." },
      { held: true, error: null },
    ]);
    expect(requests.map((ofCycle) => ofCycle.some((request) => request.startsWith("PUT")))).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(released).toBe(1);
  });

  it("finishes and reports the write in flight when it is stopped, and begins nothing new", async () => {
    const on = await bench();
    const stop = new AbortController();
    const text = fixed(3)
      .replace("vmids: [101]", 'names: ["*"]')
      .replace("mode: apply", "mode: apply\nsafety: { maxConcurrent: 1, maxChangesPerCycle: 20 }");
    on.simulator.control.addFault({ kind: "latency", milliseconds: 100, method: "PUT" });
    const lines: Line[] = [];
    const running = loop(on, {
      text,
      cycles: 5,
      options: {
        signal: stop.signal,
        tell: (event, run, time) => {
          lines.push({ ...event, run, time });
          return Promise.resolve();
        },
      },
    });
    while (!on.simulator.control.requests().some(({ method }) => method === "PUT")) await new Promise(setImmediate);
    stop.abort();
    await running;
    const outcomes = lines.filter((line) => line.event === "outcome");
    const applied = outcomes.filter((line) => "outcome" in line && line.outcome === "applied");
    expect(applied.length).toBeGreaterThan(0);
    expect(outcomes.length).toBeGreaterThan(applied.length);
    expect(outcomes.filter((line) => "outcome" in line && line.outcome === "unknown")).toEqual([]);
    expect(names(lines).slice(-2)).toEqual(["stopping", "stopped"]);
    const done = (await on.auditLines()).filter(({ event }) => event === "write");
    expect(done).toHaveLength(new Set(applied.map((line) => ("vmid" in line ? line.vmid : 0))).size);
  });

  it("goes on while memory is taken away in stages, and leaves that container alone meanwhile", async () => {
    const on = await bench();
    const { control } = on.simulator;
    control.setConfiguration(101, { memory: 8192 });
    const text = `version: 1
interval: 60s
mode: apply
policies:
  - { match: { vmids: [101] }, memory: { min: 512MiB, max: 16GiB, fixed: 4GiB }, cooldown: { up: 0s, down: 0s } }
`;
    // Each wait between two writes ends with a cycle of the loop.
    const waiting: (() => void)[] = [];
    let ended = false;
    const { of } = await loop(on, {
      text,
      cycles: 12,
      options: {
        wait: (_seconds, signal) =>
          new Promise((resolve) => {
            if (signal.aborted) resolve(false);
            waiting.push(() => resolve(true));
            signal.addEventListener("abort", () => resolve(false), { once: true });
          }),
      },
      onLine: ({ event }) => {
        ended ||= event === "outcome";
      },
      before: async () => {
        const next = waiting.shift();
        next?.();
        while (next !== undefined && waiting.length === 0 && !ended) await new Promise(setImmediate);
      },
    });
    const busy = of("cycle").map((cycle) => cycle.busy);
    expect(busy[1]).toBe(1);
    expect(busy.at(-1)).toBe(0);
    expect(of("stage").length).toBeGreaterThan(2);
    const sizes = of("stage").map(({ reached }) => reached);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(of("outcome")).toMatchObject([{ vmid: 101, resource: "memory", from: 8192, to: 4096, outcome: "applied" }]);
    expect(of("decision").filter(({ action }) => action !== "blocked")).toHaveLength(1);
  });

  it("writes nothing while its records can't be written, and says which", async () => {
    const on = await bench();
    // A file where the folder should be; root is kept out by it as well.
    await rm(on.directory, { recursive: true });
    await writeFile(on.directory, "in the way");
    const { of, requests } = await loop(on, {
      text: fixed(3),
      cycles: 4,
      before: async (cycle) => {
        if (cycle !== 3) return;
        await rm(on.directory);
        await mkdir(on.directory);
        await chmod(on.directory, 0o700);
      },
    });
    expect(of("problem").map(({ error }) => error)).toEqual(
      expect.arrayContaining([expect.stringMatching(/Samples could not be added/u)]),
    );
    expect(requests.map((ofCycle) => ofCycle.some((request) => request.startsWith("PUT")))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it("survives a cluster whose clock jumps, and containers that come, go and give their number away", async () => {
    const on = await bench();
    const { control } = on.simulator;
    let offset = 0;
    const { of } = await loop(on, {
      text: calm,
      cycles: 12,
      options: {
        openClock: () => {
          const set = offset;
          return Promise.resolve(() => control.now() + set);
        },
        wall: () => control.now() + offset,
      },
      before: (cycle) => {
        if (cycle === 4) offset = 3600_000;
        if (cycle === 8) offset = -7200_000;
        if (cycle === 6) control.takeNodeDown("pve2");
        if (cycle === 10) control.bringNodeUp("pve2");
        if (cycle === 5) control.lock(101, "backup");
        if (cycle === 7) control.setRunning(102, false);
      },
    });
    expect(of("clock").map(({ seconds }) => seconds)).toEqual([3600, -10_800]);
    expect(of("cycle")).toHaveLength(12);
    expect(of("outcome")).toEqual([]);
    expect(of("problem").some(({ error }) => error.startsWith("Node pve2 is offline"))).toBe(true);
  });

  it("goes by the time that the answers tell where the cluster's clock runs at another speed", async () => {
    const on = await bench();
    const { control } = on.simulator;
    const begin = control.now();
    const own = (): number => begin + (control.now() - begin) / 60;
    const seen: number[] = [];
    const clocks: number[] = [];
    const stop = new AbortController();
    await loop(on, {
      text: calm,
      cycles: 5,
      options: {
        timer: {
          now: own,
          wait: async (milliseconds, signal) => {
            if (seen.length >= 5) stop.abort();
            await control.advance(milliseconds * 60);
            return !signal.aborted;
          },
        },
        openClock: () => {
          const [there, here] = [control.now(), own()];
          return Promise.resolve(() => Math.round(there + own() - here));
        },
        wall: own,
        signal: stop.signal,
        tell: (event, _run, time) => {
          if (event.event === "cycle") seen.push(time - control.now());
          else if (event.event === "clock") clocks.push(event.seconds);
          return Promise.resolve();
        },
      },
    });
    expect(seen).toHaveLength(5);
    // Five hours have passed there, and five minutes here.
    expect(Math.max(...seen.map(Math.abs))).toBeLessThan(2500);
    expect(clocks).toHaveLength(1);
  });
});
