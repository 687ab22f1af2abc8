import { expect, test } from "vitest";
import { parseUpid, snapshotTree, type SnapshotPlace } from "../../../src/model/index.js";
import { offered } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { ended, nounContract, refusal, type World } from "./noun.js";

const port = (world: World) => {
  const { gateway } = world();
  return { ...world(), snapshots: offered(gateway, "snapshots") };
};

/** `a(b(now))` */
const drawn = (places: readonly SnapshotPlace[]): string =>
  places
    .map(({ snapshot, after }) => `${snapshot?.name ?? "now"}${after.length === 0 ? "" : `(${drawn(after)})`}`)
    .join(" ");

export const snapshotContract = nounContract("snapshots", (world) => {
  test("are taken in order, and make a tree with the present", async () => {
    const { gateway, snapshots, running } = port(world);
    expect(await snapshots.possible(running)).toBe(true);
    expect(await snapshots.list(running)).toMatchObject({ snapshots: [], currentParent: null, running: true });
    const upid = await snapshots.create(running, { name: "first", description: "before the update\n100 % sure: ü" });
    expect(parseUpid(upid)).toMatchObject({ type: "vzsnapshot", id: String(running.vmid) });
    await ended(gateway, Promise.resolve(upid));
    await ended(gateway, snapshots.create(running, { name: "second" }));
    const list = await snapshots.list(running);
    expect(list.snapshots).toMatchObject([
      { name: "first", description: "before the update\n100 % sure: ü", parent: null },
      { name: "second", description: null, parent: "first" },
    ]);
    expect(list.digest).toBe((await gateway.configuration(running)).digest);
    expect(drawn(snapshotTree(list))).toBe("first(second(now))");
  });

  test("hold the configuration of their time", async () => {
    const { gateway, snapshots, running } = port(world);
    const now = await gateway.configuration(running);
    await gateway.resize(running, { memory: now.memory + 64 }, now.digest);
    expect(await snapshots.configuration(running, "second")).toMatchObject({ memory: String(now.memory) });
  });

  test("a roll-back stops the container, takes the old configuration back and branches the tree", async () => {
    const { gateway, snapshots, running } = port(world);
    const { memory } = await snapshots.configuration(running, "first");
    await ended(gateway, snapshots.rollBack(running, "first"));
    const list = await snapshots.list(running);
    expect([list.running, drawn(snapshotTree(list))]).toEqual([false, "first(second now)"]);
    expect(String((await gateway.configuration(running)).memory)).toBe(memory);
    await ended(gateway, snapshots.rollBack(running, "first", { start: true }));
    expect((await snapshots.list(running)).running).toBe(true);
  });

  test("are described anew, and deleted; what came after one goes to its parent", async () => {
    const { gateway, snapshots, running } = port(world);
    await snapshots.describe(running, "second", "the newer one");
    await ended(gateway, snapshots.remove(running, "first"));
    const list = await snapshots.list(running);
    expect(list.snapshots).toMatchObject([{ name: "second", description: "the newer one", parent: null }]);
    expect(list.currentParent).toBeNull();
    await snapshots.describe(running, "second", "");
    expect((await snapshots.list(running)).snapshots[0]?.description).toBeNull();
    await ended(gateway, snapshots.remove(running, "second", { force: true }));
    expect((await snapshots.list(running)).snapshots).toEqual([]);
  });

  test("what can't be is said in Proxmox's words", async () => {
    const { gateway, snapshots, stopped, control } = port(world);
    const create = (name: string) => refusal(gateway, snapshots.create(stopped, { name }));
    await ended(gateway, snapshots.create(stopped, { name: "taken" }));
    expect((await create("taken")).message).toContain("snapshot name 'taken' already used");
    expect((await create("current")).message).toContain("unable to use snapshot name 'current' (reserved name)");
    expect(await create("1bad")).toMatchObject({ kind: "invalid-parameter" });
    const nope = (call: Promise<string>) => refusal(gateway, call).then(({ message }) => message);
    expect(await nope(snapshots.rollBack(stopped, "nope"))).toContain("snapshot 'nope' does not exist");
    expect(await nope(snapshots.remove(stopped, "nope"))).toContain("snapshot 'nope' does not exist");
    expect((await failureOf(snapshots.configuration(stopped, "nope"))).kind).toBe("not-found");
    control.lock(stopped.vmid, "backup");
    expect((await create("more")).message).toContain("CT is locked (backup)");
    control.unlock(stopped.vmid);
  });

  test("are not possible on a storage that has none", async () => {
    const { gateway, snapshots, stopped, control } = port(world);
    control.setConfiguration(stopped.vmid, { rootfs: `local:${stopped.vmid}/vm-${stopped.vmid}-disk-0.raw,size=4G` });
    expect(await snapshots.possible(stopped)).toBe(false);
    const error = await refusal(gateway, snapshots.create(stopped, { name: "more" }));
    expect(error.message).toContain("snapshot feature is not available");
  });
});
