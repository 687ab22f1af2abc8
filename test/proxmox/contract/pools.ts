import { expect, test } from "vitest";
import { offered } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { nounContract } from "./noun.js";

export const poolContract = nounContract("pools", (world) => {
  const port = () => ({ ...world(), pools: offered(world().gateway, "pools") });

  test("hold containers, each in one pool alone", async () => {
    const { gateway, pools, running, stopped } = port();
    await pools.create("staging", { comment: "before production" });
    await pools.create("staging/web");
    expect(await pools.list()).toEqual(
      expect.arrayContaining([
        { name: "staging", comment: "before production" },
        { name: "staging/web", comment: null },
      ]),
    );
    const both = [running.vmid, stopped.vmid];
    await pools.add("staging", both, { move: true });
    expect(await pools.members("staging")).toEqual({
      name: "staging",
      comment: "before production",
      containers: both,
      storages: [],
    });
    const { containers } = await gateway.inventory();
    expect(containers.filter(({ pool }) => pool === "staging").map(({ vmid }) => vmid)).toEqual(both);
    const words = async (call: Promise<unknown>) => (await failureOf(call)).message;
    expect(await words(pools.add("staging", [running.vmid]))).toContain("is already a pool member");
    expect(await words(pools.add("staging/web", [running.vmid]))).toContain(
      `VM ${running.vmid} belongs already to pool 'staging' and 'allow-move' is not set`,
    );
    await pools.add("staging/web", [running.vmid], { move: true });
    await pools.take("staging", [stopped.vmid]);
    expect(await words(pools.take("staging", [stopped.vmid]))).toContain("is not a pool member");
    expect(await words(pools.remove("staging"))).toContain("is not empty (contains pool 'staging/web')");
    await pools.take("staging/web", [running.vmid]);
    await pools.remove("staging/web");
    await pools.remove("staging");
    expect((await pools.list()).map(({ name }) => name)).not.toContain("staging");
  });

  test("are named once, and not found where there is none", async () => {
    const { pools } = port();
    await pools.create("once");
    expect((await failureOf(pools.create("once"))).message).toContain("create pool failed: pool 'once' already exists");
    expect((await failureOf(pools.members("nopool"))).kind).toBe("not-found");
    expect((await failureOf(pools.create("a b"))).kind).toBe("forbidden");
  });
});
