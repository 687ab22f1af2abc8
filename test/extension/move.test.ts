import { describe, expect, it } from "vitest";
import { arrival } from "../../src/extension/containers/arrival.js";
import { closedTo, moveOf } from "../../src/extension/containers/move.js";
import type { Container } from "../../src/model/index.js";
import { container, inventory, node } from "./builders.js";

describe("a node that containers shall go to", () => {
  const cluster = inventory({ nodes: [node(), node({ name: "pve2" }), node({ name: "pve3", status: "offline" })] });

  it.each([
    ["pve2", cluster, null],
    ["pve9", cluster, "There is no node pve9."],
    // Proxmox itself would allow this one, and fail later.
    ["pve3", cluster, "pve3 is not online."],
    ["pve2", { ...cluster, quorate: false }, "The cluster has no quorum: nothing can be moved until it has one again."],
  ] as const)("%s", (to, of, why) => {
    expect(closedTo(of, to)).toBe(why);
  });
});

describe("containers that shall go to another node", () => {
  const nothingSaid = new Map<number, null>();

  it("go, whether they run or not", () => {
    const some = [container(), container({ vmid: 102, status: "stopped" })];
    expect(moveOf(some, "pve2", nothingSaid)).toEqual({ going: some, staying: [] });
  });

  it.each([
    [{ node: "pve2" }, "is there already"],
    [{ stale: true }, "its node pve1 is not online"],
    [{ status: "unknown" }, "its node pve1 is not online"],
    [{ lock: "backup" }, "it is locked for backup"],
    [{ status: "paused" }, "it is paused"],
    [{ haState: "error" }, "high availability says “error”"],
  ] as const)("stay with %j: %s", (changes, why) => {
    const one = container(changes);
    expect(moveOf([one], "pve2", nothingSaid)).toEqual({ going: [], staying: [{ container: one, why }] });
  });

  it("stay where Proxmox says why they can't go, in its words", () => {
    const one = container();
    const said = new Map([[101, { allowed: [], refused: [{ node: "pve2", reason: "storage 'fast' is not there" }] }]]);
    expect(moveOf([one], "pve2", said).staying).toEqual([{ container: one, why: "storage 'fast' is not there" }]);
    expect(moveOf([one], "pve3", said).going).toEqual([one]);
  });
});

describe("a move by high availability", () => {
  /** What is seen look by look; the last stays. */
  function lookout(...seen: readonly (Container | undefined)[]) {
    const waits: number[] = [];
    let count = -1;
    return {
      waits,
      look: () => Promise.resolve(seen[Math.min((count += 1), seen.length - 1)]),
      wait: (seconds: number) => Promise.resolve(waits.push(seconds)),
    };
  }

  it("is done when the container is there and no longer locked", async () => {
    const there = container({ node: "pve2", haState: "started" });
    const seen = lookout(container({ haState: "migrate" }), undefined, { ...there, lock: "migrate" }, there);
    await arrival("pve2", seen);
    expect(seen.waits).toEqual([3, 3, 3]);
  });

  it("has failed when high availability says so", async () => {
    const seen = lookout(container({ haState: "migrate" }), container({ haState: "error" }));
    await expect(arrival("pve2", seen)).rejects.toThrow("It is on pve1: high availability says “error”.");
    expect(seen.waits).toHaveLength(1);
  });

  it("is given up after ten minutes, and told as not done yet", async () => {
    const seen = lookout(container({ haState: "started" }));
    await expect(arrival("pve2", seen)).rejects.toThrow("It is on pve1: high availability has not moved it yet.");
    expect(seen.waits.reduce((sum, seconds) => sum + seconds, 0)).toBe(600);
  });
});
