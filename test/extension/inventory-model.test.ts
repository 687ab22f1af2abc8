import { describe, expect, it } from "vitest";
import { InventoryModel } from "../../src/extension/cluster/inventory-model.js";
import type { Inventory } from "../../src/model/index.js";
import { ProxmoxError } from "../../src/proxmox/index.js";
import { HandClock, inventory, node } from "./builders.js";

/** A model whose reads are answered by hand. */
function setUp(answers: readonly (Inventory | Error)[] = []) {
  const clock = new HandClock();
  const queue = [...answers];
  const changes: (Inventory | null)[] = [];
  const signals: AbortSignal[] = [];
  const model = new InventoryModel({
    read: (signal) => {
      signals.push(signal);
      const answer = queue.length > 1 ? queue.shift() : queue[0];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? inventory());
    },
    seconds: () => 10,
    timers: clock.timers,
  });
  model.onDidChange(() => changes.push(model.inventory));
  const look = (focused = true): void => model.watch({ watched: true, focused });
  const elapse = async (seconds: number): Promise<void> => {
    clock.advance(seconds);
    await model.whenIdle();
  };
  return { model, clock, changes, signals, look, elapse };
}

describe("the inventory of a cluster", () => {
  it("is not read while nobody looks", async () => {
    const { clock, signals, elapse } = setUp();
    await elapse(3600);
    expect(signals).toHaveLength(0);
    expect(clock.waiting).toBe(0);
  });

  it("is read as soon as somebody looks, and every ten seconds", async () => {
    const { clock, signals, look, elapse } = setUp();
    look();
    await elapse(0);
    expect(signals).toHaveLength(1);
    expect(clock.nextIn).toBe(10);
    await elapse(10);
    await elapse(10);
    expect(signals).toHaveLength(3);
  });

  it("is read six times less often in the background, and at once when the window comes back", async () => {
    const { clock, signals, look, elapse } = setUp();
    look(false);
    await elapse(0);
    expect(clock.nextIn).toBe(60);
    await elapse(20);
    look(true);
    await elapse(0);
    expect(signals).toHaveLength(2);
  });

  it("is not read again when the view is hidden and shown within the interval", async () => {
    const { model, clock, signals, look, elapse } = setUp();
    look();
    await elapse(0);
    model.watch({ watched: false, focused: true });
    expect(clock.waiting).toBe(0);
    await elapse(4);
    look();
    expect(clock.nextIn).toBe(6);
    expect(signals).toHaveLength(1);
  });

  it("tells after each read that there is a new one", async () => {
    const second = inventory({ observedAt: 10_000 });
    const { changes, look, elapse } = setUp([inventory(), second]);
    look();
    await elapse(0);
    await elapse(10);
    expect(changes).toEqual([inventory(), second]);
  });

  it("keeps what it has when a read fails, says why, and tries again later", async () => {
    const fault = new ProxmoxError("unreachable", "Could not read the inventory: nobody answers.");
    const { model, clock, look, elapse } = setUp([inventory(), fault, inventory()]);
    look();
    await elapse(0);
    await elapse(10);
    expect(model.inventory?.containers).toHaveLength(2);
    expect(model.problem).toEqual({ kind: "unreachable", sentence: "Could not read the inventory: nobody answers." });
    expect(clock.nextIn).toBe(30);
    await elapse(30);
    expect(model.problem).toBeNull();
  });

  it("reads once more when asked during a read, so that what was just done is seen", async () => {
    const { model, signals } = setUp();
    const [first, second, third] = [model.refresh(), model.refresh(), model.refresh()];
    await Promise.all([first, second, third]);
    expect(signals).toHaveLength(2);
  });

  it("remembers when a node was seen to go offline", async () => {
    const away = inventory({ observedAt: 42, nodes: [node({ status: "offline" }), node({ name: "pve2" })] });
    const { model, look, elapse } = setUp([inventory(), away, inventory()]);
    look();
    await elapse(0);
    await elapse(10);
    expect(model.offlineSince("pve1")).toBe(42);
    expect(model.offlineSince("pve2")).toBeUndefined();
    await elapse(10);
    expect(model.offlineSince("pve1")).toBeUndefined();
  });

  it("lets go of its timer and its read when it is disposed, and tells nothing more", async () => {
    const { model, clock, changes, signals, look } = setUp();
    look();
    clock.advance(0);
    const reading = model.whenIdle();
    model.dispose();
    await reading;
    expect(signals[0]?.aborted).toBe(true);
    expect(clock.waiting).toBe(0);
    expect(changes).toEqual([]);
    await model.refresh();
    expect(signals).toHaveLength(1);
  });
});
