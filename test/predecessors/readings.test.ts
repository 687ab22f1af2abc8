import { describe, expect, it } from "vitest";
import type { Container, Sample } from "../../src/model/index.js";
import { configuration, container, mebibyte, minutes, node, sample } from "../engine/fixtures.js";
import { decision, file, rules } from "./world.js";

/** Each test is named after what a predecessor did; `theirs` is its formula, worked out beside ours. */
const both = file(
  [
    "cpu: { min: 1, max: 8, scaleUp: { above: 80%, for: 2m, step: 1, maxStep: 2 }, scaleDown: { below: 20%, for: 5m, step: 1 } }",
    "memory: { min: 256MiB, max: 8GiB, scaleUp: { above: 80%, for: 2m, step: 256MiB }, scaleDown: { below: 20%, for: 5m, step: 256MiB } }",
  ].join("\n"),
);

describe("readings, as the predecessors took them", () => {
  it("proxmox-lxc-autoscale: a failed reading became 0 %, and a busy container was made smaller", () => {
    const theirs = (reading: Sample["cpu"]): number => ((reading ?? 0) < 0.2 ? 4 - 1 : 4);
    expect(theirs(null)).toBe(3);

    const blind = container({ cpu: null, memory: null });
    const history = new Map([[101, minutes(60, { cpu: null, memory: null })]]);
    const cores = decision({ text: both, containers: [blind], history });
    expect(cores).toMatchObject({ action: "hold", from: 4, to: 4 });
    expect(rules(cores)).toEqual(["missing-reading"]);
    const memory = decision({ text: both, containers: [blind], history }, "memory");
    expect(memory).toMatchObject({ action: "hold", from: 1024, to: 1024 });
    expect(rules(memory)).toEqual(["missing-reading"]);
  });

  it("proxmox-lxc-autoscale: pvesh said 0.0 of a container that was not there, which hid the other ways to read it", () => {
    const gone = container({ status: "unknown", cpu: null, memory: null, stale: true });
    const held = decision({ text: both, containers: [gone] });
    expect(held).toMatchObject({ action: "hold", to: held.from });
    expect(rules(held)).toContain("stale");
  });

  it("proxmox-lxc-autoscale over SSH: the first cycle had no sample yet, took that for 0 %, and took a core from every container", () => {
    const theirs = Array.from({ length: 20 }, () => Math.max(1, 4 - 1));
    expect(theirs.every((cores) => cores === 3)).toBe(true);

    // Ours has one idle reading of now, and wants five minutes of them.
    const idle = container({ cpu: 0.01, memory: 100 * mebibyte });
    const first = decision({ text: both, containers: [idle] });
    expect(first).toMatchObject({ action: "hold", to: 4 });
    expect(rules(first)).toContain("insufficient-data");
  });

  it("the fork: it asked for a picture (/rrd) in place of the data, so that every container was at 0 %", () => {
    const history = new Map([[101, { stepSeconds: 60, samples: [] }]]);
    const held = decision({ text: both, containers: [container({ cpu: null })], history });
    expect(held.action).toBe("hold");
  });

  it("lxc_autoscaler: the last point of the records, not complete yet, counted as 0 %", () => {
    const busy = minutes(10, { cpu: 0.9 });
    const incomplete = { ...busy, samples: [...busy.samples, sample(1, { cpu: null, memory: null })] };
    const theirs = incomplete.samples.at(-1)?.cpu ?? 0;
    expect(theirs).toBe(0);

    const grown = decision({
      text: both,
      containers: [container({ cpu: 0.9 })],
      history: new Map([[101, incomplete]]),
    });
    // What is live is newer than the hole in the record: 3.6 of 4 cores for two minutes.
    expect(grown).toMatchObject({ action: "scale-up", from: 4, to: 5 });
  });

  it("lxc_autoscaler: the health loop fed the same reading into the average again", () => {
    // Twice the same second is one reading: the window still lacks the others it expects.
    const now = minutes(1, { cpu: 0.95 }).samples[0];
    const samples = now === undefined ? [] : [now, now, now];
    const held = decision({
      text: file("cpu: { max: 8, scaleUp: { above: 80%, for: 10m, step: 1 } }"),
      containers: [container({ cpu: 0.95 })],
      history: new Map([[101, { stepSeconds: 60, samples }]]),
    });
    expect(rules(held)).toContain("insufficient-data");
    expect(held.action).toBe("hold");
  });

  it("proxmox-lxc-autoscale: the load average of the host was taken for the container's own, 100 % everywhere (23, 25)", () => {
    const theirs = Math.min(1, 9 / 4); // load 9 of the host, 4 cores of the container
    expect(theirs).toBe(1);
    const quiet = decision({
      text: both,
      containers: [container({ cpu: 0.5 })],
      history: new Map([[101, minutes(60, { cpu: 0.5 })]]),
      nodes: [node({ cpu: 0.9, load: 9 })],
    });
    expect(quiet).toMatchObject({ action: "hold", to: 4 });
  });

  it("proxmox-lxc-autoscale: page cache counted as used memory, so that nothing ever became smaller (51)", () => {
    // Proxmox's own figure is without it: 100 of 1024 MiB.
    const present = { memory: 100 * mebibyte };
    const theirs = (100 + 800) / 1024; // 800 MiB of cache
    expect(theirs).toBeGreaterThan(0.8);
    const smaller = decision(
      { text: both, containers: [container(present)], history: new Map([[101, minutes(60, present)]]) },
      "memory",
    );
    expect(smaller).toMatchObject({ action: "scale-down", from: 1024, to: 768 });
  });

  it("the fork: it divided the percentage of memory by what was allocated once more", () => {
    const present = { memory: 900 * mebibyte };
    const theirs = ((900 / 1024) * 100) / 1024; // 0.09 %
    expect(theirs).toBeLessThan(0.2);
    const larger = decision(
      { text: both, containers: [container(present)], history: new Map([[101, minutes(60, present)]]) },
      "memory",
    );
    expect(larger).toMatchObject({ action: "scale-up", from: 1024 });
  });

  it("the fork: results of a batch were given to the wrong container", () => {
    const containers = [
      container({ vmid: 101, cpu: 0.95 }),
      container({ vmid: 102, status: "stopped", cpu: null }),
      container({ vmid: 103, cpu: 0.05 }),
    ];
    const history = new Map([
      [101, minutes(60, { cpu: 0.95 })],
      [103, minutes(60, { cpu: 0.05 })],
    ]);
    // Theirs left the stopped one out of the batch, so that 103 was read at the place of 102.
    for (const order of [containers, containers.toReversed()]) {
      const of = (vmid: number) => decision({ text: both, containers: order, history }, "cores", vmid);
      expect(of(101)).toMatchObject({ action: "scale-up" });
      expect(of(102)).toMatchObject({ action: "hold", reasons: [{ rule: "stopped" }] });
      expect(of(103)).toMatchObject({ action: "scale-down" });
    }
  });

  it("the ML program: CPU was the mean since the start of the container, so nothing that happens now showed", () => {
    const week = 7 * 24 * 60;
    const theirs = (0.05 * week + 0.95 * 10) / (week + 10);
    expect(theirs).toBeLessThan(0.06);
    const quiet = minutes(600, { cpu: 0.05 });
    const busy = quiet.samples.map((one, index) => (index >= 590 ? { ...one, cpu: 0.95 } : one));
    const grown = decision({
      text: both,
      containers: [container({ cpu: 0.95 })],
      history: new Map([[101, { ...quiet, samples: busy }]]),
    });
    expect(grown).toMatchObject({ action: "scale-up" });
  });

  it("the ML program: an anomaly took a container to its maximum at once", () => {
    const grown = decision({
      text: both,
      containers: [container({ cpu: 0.85, cores: 2, configuration: configuration({ cores: 2 }) })],
      history: new Map([[101, minutes(60, { cpu: 0.85, cores: 2 })]]),
    });
    // 1.7 of 2 cores: 3 bring it to 57 %, not 8.
    expect(grown).toMatchObject({ action: "scale-up", from: 2, to: 3 });
  });

  it("the service autoscaler: its averages were 0 for ever, and nothing was ever changed, without a word", () => {
    const unread: Container = container({ cpu: null });
    expect(decision({ text: both, containers: [unread] }).reasons[0]?.text).toMatch(/no figure for CPU/u);
  });
});
