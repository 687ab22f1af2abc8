import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DiskSettings, Safety } from "../../src/config/index.js";
import { emptyState, type State } from "../../src/engine/index.js";
import type { Container, ContainerHistory, Sample, Storage, Volume } from "../../src/model/index.js";
import {
  config,
  configuration,
  container,
  effective,
  gibibyte,
  inventory,
  minutes,
  node,
  now,
  planFor,
  rulesOf,
  safety,
} from "./fixtures.js";

function disk(changes: Partial<DiskSettings> = {}): DiskSettings {
  return {
    volume: "rootfs",
    up: { threshold: 0.85, forSeconds: 300, step: 2, maxStep: 8 },
    max: 64,
    step: 1,
    forecast: null,
    cooldown: { upSeconds: 600 },
    pause: "none",
    ...changes,
  };
}

function volume(changes: Partial<Volume> = {}): Volume {
  return { volume: "rootfs", storage: "local-zfs", size: 16, readOnly: false, ...changes };
}

function storage(changes: Partial<Storage> = {}): Storage {
  return {
    name: "local-zfs",
    node: "pve1",
    shared: false,
    total: 1000 * gibibyte,
    used: 500 * gibibyte,
    available: 500 * gibibyte,
    ...changes,
  };
}

/** A root file system of so many GiB, by its share that is used. */
function full(share: number, size = 16, changes: Partial<Container> = {}): Container {
  return container({
    disk: share * size * gibibyte,
    diskLimit: size * gibibyte,
    configuration: configuration({ volumes: [volume({ size })] }),
    ...changes,
  });
}

function recorded(share: (minutesAgo: number) => number | null, size = 16, count = 30): ContainerHistory {
  const samples = minutes(count).samples.map((one, index): Sample => {
    const used = share(count - index);
    return { ...one, disk: used === null ? null : used * size * gibibyte, diskLimit: size * gibibyte };
  });
  return { stepSeconds: 60, samples };
}

interface Case {
  readonly containers: readonly Container[];
  readonly history?: ContainerHistory;
  readonly settings?: readonly DiskSettings[];
  readonly storages?: readonly Storage[];
  readonly safety?: Partial<Safety>;
  readonly state?: State;
  readonly priorities?: Readonly<Record<number, number>>;
}

function plan(given: Case) {
  const { containers, settings = [disk()], storages = [storage()] } = given;
  return planFor({
    config: config({ safety: { ...safety, ...given.safety } }),
    inventory: inventory({ containers, storages, nodes: [node(), node({ name: "pve2" })] }),
    history: new Map(containers.map(({ vmid }) => [vmid, given.history ?? recorded(() => 0.9)])),
    state: given.state ?? emptyState(),
    settings: ({ vmid }) => effective({ disks: settings, priority: given.priorities?.[vmid] ?? 0 }),
  });
}

function only(given: Case) {
  const { decisions } = plan(given);
  expect(decisions).toHaveLength(1);
  return decisions[0]!;
}

describe("a root file system", () => {
  it("grows to the size that brings its usage below the threshold, at least by a step", () => {
    // 14.4 of 16 GiB; 14.4 / 0.85 is 16.94
    expect(only({ containers: [full(0.9)] })).toMatchObject({
      resource: "rootfs",
      unit: "GiB",
      action: "scale-up",
      from: 16,
      to: 18,
      reasons: [
        {
          rule: "above",
          text: "90 % of 16 GiB is 14.4 in use, at or above 85 % for 5m; 18 brings it below",
        },
      ],
    });
    // 99 % of 100 GiB takes 117 at 85 %: no more than maxStep at once.
    const large = only({
      containers: [full(0.99, 100)],
      history: recorded(() => 0.99, 100),
      settings: [disk({ max: null })],
    });
    expect(large).toMatchObject({ to: 108, uncapped: 117 });
    expect(rulesOf(large)).toEqual(["above", "max-step"]);
  });

  it("reckons that a file system is some percent smaller than its volume", () => {
    const ext4 = full(0.9, 16, { disk: 0.9 * 15.2 * gibibyte, diskLimit: 15.2 * gibibyte });
    const volumes = [volume({ size: 16 })];
    const decision = only({
      containers: [{ ...ext4, configuration: configuration({ volumes }) }],
      settings: [disk({ up: { threshold: 0.7, forSeconds: 0, step: 1, maxStep: 16 } })],
    });
    // 13.68 GiB in use take 19.54 of file system, which is 20.57 of volume.
    expect(decision.to).toBe(21);
  });

  it("is not grown again where its file system did not follow the volume", () => {
    // As it was met: a volume of 1.5 GiB with 1020702720 bytes on it, because resize2fs was not permitted.
    const volumes = [volume({ size: 1.5 })];
    const stuck = full(0.9, 1, { disk: 1e9, diskLimit: 1_020_702_720, configuration: configuration({ volumes }) });
    expect(only({ containers: [stuck] })).toMatchObject({
      action: "hold",
      to: 1.5,
      reasons: [
        {
          rule: "volume-not-taken-up",
          text:
            "its volume has 1.5 GiB, but the file system on it only 0.95 GiB: it has to be grown by hand before the " +
            "volume is grown again",
        },
      ],
    });
  });

  it("waits for all of its time, and holds where readings are missing", () => {
    const short = only({ containers: [full(0.9)], history: recorded((ago) => (ago > 2 ? 0.8 : 0.9)) });
    expect(short).toMatchObject({ action: "hold", to: 16 });
    expect(rulesOf(short)).toEqual(["thresholds"]);
    const gap = only({ containers: [full(0.9)], history: recorded((ago) => (ago < 4 ? null : 0.9)) });
    expect(rulesOf(gap)).toEqual(["insufficient-data"]);
    expect(rulesOf(only({ containers: [full(0.9, 16, { disk: null })] }))).toEqual(["missing-reading"]);
    expect(rulesOf(only({ containers: [full(0.9, 16, { disk: 0 })] }))).toEqual(["impossible-reading"]);
    expect(only({ containers: [full(1.5)] }).reasons[0]?.text).toBe(
      "the newest reading of the root file system can't be: 25769803776 of 17179869184 bytes",
    );
  });

  it("never shrinks, and grows no further than its maximum", () => {
    expect(only({ containers: [full(0.05)], history: recorded(() => 0.05) })).toMatchObject({ action: "hold", to: 16 });
    const near = only({ containers: [full(0.9)], settings: [disk({ max: 17 })] });
    expect(near).toMatchObject({ action: "scale-up", to: 17, uncapped: 18 });
    const there = only({ containers: [full(0.9)], settings: [disk({ max: 16 })] });
    expect(there).toMatchObject({ action: "blocked", to: 16 });
    // Already larger than its maximum: it stays.
    expect(only({ containers: [full(0.9)], settings: [disk({ max: 8 })] })).toMatchObject({
      action: "blocked",
      to: 16,
    });
  });

  it("grows ahead of time where the trend fills it", () => {
    // Half a percent of 16 GiB a minute: from 65 % now to full in 70 minutes.
    const growing = recorded((ago) => 0.65 - ago * 0.005, 16, 120);
    const settings = (withinSeconds: number) => [disk({ forecast: { withinSeconds, overSeconds: 7200 } })];
    const soon = only({ containers: [full(0.65)], history: growing, settings: settings(7200) });
    // In two hours 0.65 + 0.6 of 16 GiB are 20 GiB, which take more than 23.5.
    expect(soon).toMatchObject({ action: "scale-up", to: 24 });
    expect(soon.reasons[1]?.rule).toBe("forecast");
    expect(soon.reasons[1]?.text).toContain("full in 1h10m");
    expect(only({ containers: [full(0.65)], history: growing, settings: settings(3600) }).action).toBe("hold");
  });

  it("has a cooldown from its last growth", () => {
    const state: State = {
      version: 1,
      containers: { 101: { rootfs: { up: { time: now - 60_000, from: 14, to: 16 } } } },
    };
    expect(rulesOf(only({ containers: [full(0.9)], state }))).toEqual(["above", "cooldown"]);
  });

  it("is left alone like everything else of its container", () => {
    expect(rulesOf(only({ containers: [full(0.9, 16, { lock: "backup" })] }))).toEqual(["locked"]);
    expect(rulesOf(only({ containers: [full(0.9, 16, { status: "stopped" })] }))).toEqual(["stopped"]);
    expect(rulesOf(only({ containers: [full(0.9, 16, { tags: ["autoscaler-paused-up"] })] }))).toEqual([
      "above",
      "paused",
    ]);
  });
});

describe("a disk that can't be judged", () => {
  it("is a mount point, of whose use Proxmox tells nothing", () => {
    const volumes = [volume(), volume({ volume: "mp0", size: 100 })];
    const held = only({
      containers: [full(0.5, 16, { configuration: configuration({ volumes }) })],
      settings: [disk({ volume: "mp0" })],
    });
    expect(held).toMatchObject({ resource: "mp0", unit: "GiB", action: "hold", from: 100, to: 100 });
    expect(held.reasons).toEqual([
      {
        rule: "disk-use-unknown",
        text: "Proxmox tells how much of the root file system is in use, but not how much of mp0",
      },
    ]);
  });

  it("has no size in the configuration, or is not there", () => {
    for (const volumes of [[], [volume({ size: null })], [volume({ size: 0 })]]) {
      const held = only({ containers: [full(0.9, 16, { configuration: configuration({ volumes }) })] });
      expect(held).toMatchObject({ action: "hold", from: null, to: null });
      expect(rulesOf(held)).toEqual(["size-unknown"]);
    }
    const unread = only({ containers: [full(0.9, 16, { configuration: null })] });
    expect(unread.reasons[0]?.text).toBe("its configuration has not been read, so it is not known how large rootfs is");
    const none = plan({ containers: [full(0.5)], settings: [disk({ volume: "mp0" })] });
    expect(none).toMatchObject({ decisions: [], summary: { containers: 1 } });
  });
});

describe("a storage", () => {
  it("keeps its reserve, and gives the rest by priority and vmid", () => {
    const containers = [full(0.9, 16, { vmid: 101 }), full(0.9, 16, { vmid: 102 }), full(0.9, 16, { vmid: 103 })];
    // 10 % of 1000 GiB are kept; 103 are left: 3 for three times 2.
    const storages = [storage({ available: 103 * gibibyte })];
    const shared = plan({ containers, storages, priorities: { 103: 5 } });
    expect(shared.decisions.map(({ to }) => to)).toEqual([17, 16, 18]);
    expect(shared.decisions.map(({ action }) => action)).toEqual(["scale-up", "blocked", "scale-up"]);
    expect(shared.decisions[1]?.reasons[1]).toEqual({
      rule: "storage-reserve",
      text: "storage local-zfs has 0 GiB to give beside the reserve of 10 %",
    });
  });

  it("is counted once where nodes share it, and for each where they do not", () => {
    const containers = [full(0.9, 16, { vmid: 101 }), full(0.9, 16, { vmid: 102, node: "pve2" })];
    const both = (shared: boolean) => [
      storage({ shared, available: 102 * gibibyte }),
      storage({ shared, node: "pve2", available: 102 * gibibyte }),
    ];
    expect(plan({ containers, storages: both(true) }).decisions.map(({ to }) => to)).toEqual([18, 16]);
    expect(plan({ containers, storages: both(false) }).decisions.map(({ to }) => to)).toEqual([18, 18]);
  });

  it("whose room is not known lets nothing grow, and neither does none at all", () => {
    for (const storages of [[], [storage({ available: null })]]) {
      const held = only({ containers: [full(0.9)], storages });
      expect(held).toMatchObject({ action: "blocked", to: 16 });
      expect(held.reasons.at(-1)?.text).toBe("how much room storage local-zfs has on node pve1 is not known");
    }
    const volumes = [volume({ storage: null })];
    const bound = only({ containers: [full(0.9, 16, { configuration: configuration({ volumes }) })] });
    expect(bound.reasons.at(-1)?.text).toBe("it lies on no storage of Proxmox, which could not grow it");
  });

  it("that is full names another one of the node that has room", () => {
    const storages = [
      storage({ available: 100 * gibibyte }),
      storage({ name: "big", available: 900 * gibibyte }),
      storage({ name: "far", node: "pve2", available: 900 * gibibyte }),
    ];
    expect(only({ containers: [full(0.9)], storages }).reasons.at(-1)).toEqual({
      rule: "would-unblock",
      text: "storage big has 800 GiB to give",
    });
  });

  it("never gives more than it has, and nothing for what is put off", () => {
    const sizes = fc.array(
      fc.record({ size: fc.integer({ min: 4, max: 64 }), share: fc.integer({ min: 50, max: 100 }) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 90, max: 130 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 }),
        (disks, available, most, priorities) => {
          const containers = disks.map(({ size, share }, index) => full(share / 100, size, { vmid: 100 + index }));
          const { decisions } = plan({
            containers,
            settings: [disk({ up: { threshold: 0.85, forSeconds: 0, step: 2, maxStep: 8 } })],
            storages: [storage({ available: available * gibibyte })],
            safety: { maxChangesPerCycle: most },
            priorities: Object.fromEntries(priorities.map((priority, index) => [100 + index, priority])),
          });
          const grown = decisions.filter(({ action }) => action === "scale-up");
          const taken = grown.reduce((sum, { from, to }) => sum + (to ?? 0) - (from ?? 0), 0);
          expect(taken).toBeLessThanOrEqual(Math.max(0, available - 100) + 1e-9);
          expect(grown.length).toBeLessThanOrEqual(most);
          // Where room is left for a whole step, nobody was told that there is none.
          if (available - 100 - taken >= 8) {
            expect(decisions.flatMap((one) => rulesOf(one))).not.toContain("storage-reserve");
          }
          expect(decisions.every(({ from, to }) => (to ?? 0) >= (from ?? 0))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
