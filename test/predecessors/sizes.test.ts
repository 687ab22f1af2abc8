import { describe, expect, it } from "vitest";
import { advance, emptyState } from "../../src/engine/index.js";
import { configuration, container, gibibyte, mebibyte, minutes, node, now } from "../engine/fixtures.js";
import { decision, decisions, file, rules } from "./world.js";

const cpuLines =
  "cpu: { min: 1, max: 4, scaleUp: { above: 80%, for: 2m, step: 2, maxStep: 2 }, scaleDown: { below: 20%, for: 5m, step: 1 } }";

function sized(cores: number, memory = 1024) {
  return { cores, memoryLimit: memory * mebibyte, configuration: configuration({ cores, memory }) };
}

describe("sizes, as the predecessors chose them", () => {
  it("proxmox-lxc-autoscale: with 3 of 4 cores and a step of 2 it did nothing, in place of going to 4 (23, 25)", () => {
    const [current, increment, most] = [3, 2, 4];
    const theirs = current + increment <= most ? current + increment : current;
    expect(theirs).toBe(3);

    const present = { ...sized(3), cpu: 0.95 };
    const ours = decision({
      text: file(cpuLines),
      containers: [container(present)],
      history: new Map([[101, minutes(10, { cpu: 0.95, cores: 3 })]]),
    });
    expect(ours).toMatchObject({ action: "scale-up", from: 3, to: 4, uncapped: 5 });
    expect(rules(ours)).toContain("max");
  });

  it("proxmox-lxc-autoscale: memory had no ceiling, because nobody read max_memory", () => {
    const theirs = 8192 + Math.max(256, Math.trunc(((95 - 80) * 256) / 1.5));
    expect(theirs).toBe(8192 + 2560);

    const present = { ...sized(4, 8192), memory: 7900 * mebibyte };
    const ours = decision(
      {
        text: file("memory: { max: 8GiB, scaleUp: { above: 80%, for: 2m, step: 256MiB, maxStep: 4GiB } }"),
        containers: [container(present)],
        history: new Map([[101, minutes(10, { memory: 7900 * mebibyte, memoryLimit: 8192 * mebibyte })]]),
      },
      "memory",
    );
    expect(ours).toMatchObject({ action: "blocked", from: 8192, to: 8192 });
    expect(rules(ours)).toContain("max");
  });

  it("proxmox-lxc-autoscale: a decrement was raised to its least after it had been held to the minimum, and went below it", () => {
    const [current, least, chunk] = [300, 256, 128];
    const decrement = Math.max(Math.min(current - least, 10), chunk);
    const theirs = current - decrement;
    expect(theirs).toBeLessThan(least);

    const present = { ...sized(4, 320), memory: 20 * mebibyte };
    const ours = decision(
      {
        text: file("memory: { min: 256MiB, max: 8GiB, scaleDown: { below: 20%, for: 5m, step: 128MiB } }"),
        containers: [container(present)],
        history: new Map([[101, minutes(10, { memory: 20 * mebibyte, memoryLimit: 320 * mebibyte })]]),
      },
      "memory",
    );
    expect(ours).toMatchObject({ action: "scale-down", from: 320, to: 256 });
  });

  it("proxmox-lxc-autoscale: memory was taken away without a look at what is in use", () => {
    const [current, chunk, inUse] = [1024, 1024 - 256, 250];
    const theirs = current - chunk;
    expect(theirs).toBeLessThan(inUse * 1.2);

    const present = { ...sized(4, 1024), memory: 250 * mebibyte };
    const ours = decision(
      {
        text: file(
          "memory: { min: 256MiB, max: 8GiB, scaleDown: { below: 25%, for: 5m, step: 768MiB, maxStep: 768MiB } }",
        ),
        containers: [container(present)],
        history: new Map([[101, minutes(10, { memory: 250 * mebibyte })]]),
      },
      "memory",
    );
    // 250 MiB and 20 % are 300, in grains of 64.
    expect(ours).toMatchObject({ action: "scale-down", from: 1024, to: 320 });
    expect(rules(ours)).toContain("memory-floor");
  });

  it("proxmox-lxc-autoscale: boosts went past max_cores", () => {
    const theirs = Math.ceil(4 * 1.5);
    expect(theirs).toBeGreaterThan(4);
    const present = { ...sized(4), cpu: 1 };
    const ours = decision({
      text: file("cpu: { min: 1, max: 4, boost: { above: 95%, samples: 3, factor: 1.5 } }"),
      containers: [container(present)],
      history: new Map([[101, minutes(10, { cpu: 1 })]]),
    });
    expect(ours).toMatchObject({ action: "blocked", from: 4, to: 4, uncapped: 6 });
    expect(rules(ours)).toEqual(expect.arrayContaining(["boost", "max"]));
  });

  it("proxmox-lxc-autoscale: there was no pause between two changes of one container", () => {
    const present = { ...sized(4), cpu: 0.95 };
    const situation = {
      text: file("cpu: { max: 8, scaleUp: { above: 80%, for: 2m, step: 1 }, cooldown: { up: 10m } }"),
      containers: [container(present)],
      history: new Map([[101, minutes(10, { cpu: 0.95 })]]),
    };
    const first = decision(situation);
    expect(first).toMatchObject({ from: 4, to: 5 });
    const state = advance(emptyState(), [{ ...first, reasons: [], outcome: "applied", verified: true }], now - 60_000);
    const grown = { ...sized(5), cpu: 0.95 };
    const second = decision({ ...situation, containers: [container(grown)], state });
    expect(second).toMatchObject({ action: "blocked", from: 5, to: 5 });
    expect(rules(second)).toContain("cooldown");
  });

  it("lxc_autoscaler: a failed change used up the cooldown as if it had succeeded", () => {
    const present = { ...sized(4), cpu: 0.95 };
    const situation = {
      text: file("cpu: { max: 8, scaleUp: { above: 80%, for: 2m, step: 1 }, cooldown: { up: 10m } }"),
      containers: [container(present)],
      history: new Map([[101, minutes(10, { cpu: 0.95 })]]),
    };
    const first = decision(situation);
    const state = advance(emptyState(), [{ ...first, reasons: [], outcome: "failed", verified: false }], now - 60_000);
    expect(decision({ ...situation, state })).toMatchObject({ action: "scale-up", from: 4, to: 5 });
  });

  it("lxc_autoscaler: CPU at its maximum kept memory from growing, and CPU at its minimum kept memory from shrinking", () => {
    const text = file(
      [
        "cpu: { min: 4, max: 4, scaleUp: { above: 80%, for: 2m, step: 1 }, scaleDown: { below: 30%, for: 5m, step: 1 } }",
        "memory: { min: 256MiB, max: 8GiB, scaleUp: { above: 85%, for: 2m, step: 256MiB }, scaleDown: { below: 40%, for: 5m, step: 256MiB } }",
      ].join("\n"),
    );
    const busy = { ...sized(4), cpu: 0.95, memory: 950 * mebibyte };
    const short = decisions({
      text,
      containers: [container(busy)],
      history: new Map([[101, minutes(10, { cpu: 0.95, memory: 950 * mebibyte })]]),
    });
    expect(short.map(({ resource, action }) => `${resource} ${action}`)).toEqual(["cores blocked", "memory scale-up"]);
    const quiet = { ...sized(4), cpu: 0.05, memory: 100 * mebibyte };
    const idle = decisions({
      text,
      containers: [container(quiet)],
      history: new Map([[101, minutes(10, { cpu: 0.05, memory: 100 * mebibyte })]]),
    });
    expect(idle.map(({ resource, action }) => `${resource} ${action}`)).toEqual(["cores blocked", "memory scale-down"]);
  });

  it("proxmox-lxc-autoscale: a container without `cores` was an error in every cycle", () => {
    const unlimited = container({ cores: 32, configuration: configuration({ cores: null }) });
    const ours = decision({ text: file(cpuLines), containers: [unlimited] });
    expect(ours).toMatchObject({ action: "hold" });
    expect(ours.reasons[0]).toMatchObject({ rule: "unlimited" });
  });

  it("proxmox-lxc-autoscale: off-peak set the minimum by a second write, against the decision of the same cycle", () => {
    const text = file(
      "cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1 }, scaleDown: { below: 20%, for: 5m, step: 1 } }",
    ).concat(
      'schedules:\n  - name: off-peak\n    match: { names: ["*"] }\n    when: { from: "22:00", to: "06:00" }\n    cpu: { atMinimum: true }\n',
    );
    const at = Date.parse("2026-11-21T23:00:00Z");
    const history = minutes(10, { cpu: 0.95 });
    const shifted = { ...history, samples: history.samples.map((one) => ({ ...one, time: one.time + (at - now) })) };
    const theirs = ["4 → 5", "5 → 1"];
    expect(theirs).toHaveLength(2);
    // One decision, and none that takes away what is in use.
    const ours = decisions({
      text,
      at,
      containers: [container({ ...sized(4), cpu: 0.95 })],
      history: new Map([[101, shifted]]),
    });
    expect(ours).toHaveLength(1);
    expect(ours[0]).toMatchObject({ from: 4, to: 5 });
  });
});

describe("the node, as the predecessors saw it", () => {
  const grows = file(
    "memory: { max: 16GiB, scaleUp: { above: 80%, for: 2m, step: 1GiB, maxStep: 4GiB } }",
    "safety: { reserve: { cpu: 10%, memory: 2GiB } }\n",
  );
  const short = (vmid: number) => container({ vmid, ...sized(4, 4096), memory: 3900 * mebibyte });
  const history = (vmids: readonly number[]) =>
    new Map(vmids.map((vmid) => [vmid, minutes(10, { memory: 3900 * mebibyte, memoryLimit: 4096 * mebibyte })]));

  it("proxmox-lxc-autoscale: the reserve was taken off twice", () => {
    const theirs = 8 - 2 - 2; // GiB to give, of 8 available with a reserve of 2
    expect(theirs).toBe(4);
    // 5 GiB are available, 2 kept: 3 containers may have one each.
    const available = node({ memoryLimit: 64 * gibibyte, memory: 59 * gibibyte, memoryAvailable: 5 * gibibyte });
    const vmids = [101, 102, 103, 104];
    const text = grows.replace(
      "reserve: { cpu: 10%, memory: 2GiB }",
      "reserve: { cpu: 10%, memory: 2GiB }, nodeLimits: { memory: 100% }",
    );
    const ours = decisions({ text, containers: vmids.map(short), nodes: [available], history: history(vmids) });
    expect(ours.map(({ action }) => action)).toEqual(["scale-up", "scale-up", "scale-up", "blocked"]);
  });

  it("proxmox-lxc-autoscale: what guests hold was never taken off, and growth never summed up (97)", () => {
    const full = node({ memoryLimit: 64 * gibibyte, memory: 61.5 * gibibyte, memoryAvailable: 2.5 * gibibyte });
    const theirs = 64 - 2; // GiB to give, whatever is in use
    expect(theirs).toBeGreaterThan(2.5);
    const vmids = [101, 102];
    const text = grows.replace(
      "reserve: { cpu: 10%, memory: 2GiB }",
      "reserve: { cpu: 10%, memory: 2GiB }, nodeLimits: { memory: 100% }",
    );
    const ours = decisions({ text, containers: vmids.map(short), nodes: [full], history: history(vmids) });
    const given = ours.reduce((sum, { from, to }) => sum + ((to ?? 0) - (from ?? 0)), 0);
    expect(given).toBeLessThanOrEqual(512);
    expect(ours.some((one) => rules(one).includes("node-reserve"))).toBe(true);
  });

  it("lxc_autoscaler: one busy node stopped everything everywhere, shrinking included", () => {
    const text = file(
      "cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1 }, scaleDown: { below: 20%, for: 5m, step: 1 } }",
    );
    const containers = [
      container({ vmid: 101, ...sized(4), cpu: 0.05 }),
      container({ vmid: 102, ...sized(4), cpu: 0.95 }),
      container({ vmid: 103, ...sized(4), cpu: 0.95, node: "pve2" }),
    ];
    const nodes = [node({ cpu: 0.99 }), node({ name: "pve2" })];
    const usage = new Map([
      [101, minutes(10, { cpu: 0.05 })],
      [102, minutes(10, { cpu: 0.95 })],
      [103, minutes(10, { cpu: 0.95 })],
    ]);
    const ours = decisions({ text, containers, nodes, history: usage });
    expect(ours.map(({ vmid, action }) => `${vmid} ${action}`)).toEqual([
      "101 scale-down",
      "102 blocked",
      "103 scale-up",
    ]);
  });

  it("lxc_autoscaler: the cores of the cluster were the number of its load averages", () => {
    const theirs = [0.5, 0.4, 0.3].length;
    expect(theirs).toBe(3);
    const text = file("cpu: { min: 1, max: 64, fixed: 40 }", "safety: { reserve: { cpu: 0% } }\n");
    const ours = decision({ text, containers: [container(sized(4))], nodes: [node({ cores: 32, cpu: 0 })] });
    expect(ours.to).toBe(32);
  });

  it("the fork: the lowest priority came first", () => {
    const text = `version: 1
timezone: UTC
safety: { reserve: { cpu: 0%, memory: 0MiB }, nodeLimits: { memory: 100% } }
policies:
  - name: all
    match: { names: ["*"] }
    memory: { max: 16GiB, scaleUp: { above: 80%, for: 2m, step: 1GiB } }
  - name: important
    match: { vmids: [102] }
    priority: 10
`;
    const room = node({ memoryLimit: 64 * gibibyte, memory: 63 * gibibyte, memoryAvailable: gibibyte });
    const ours = decisions({ text, containers: [101, 102].map(short), nodes: [room], history: history([101, 102]) });
    expect(ours.map(({ vmid, action }) => `${vmid} ${action}`)).toEqual(["101 blocked", "102 scale-up"]);
  });
});
