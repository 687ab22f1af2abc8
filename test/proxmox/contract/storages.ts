import { expect, test } from "vitest";
import { offered } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { ended, nounContract, refusal } from "./noun.js";

export const storageContract = nounContract("storages", (world) => {
  const port = () => ({ ...world(), storages: offered(world().gateway, "storages") });

  test("are listed with what they can hold and the room they have", async () => {
    const { storages, running } = port();
    const all = await storages.list(running.node);
    expect(all.map(({ name }) => name)).toEqual(["local", "local-btrfs", "shared"]);
    for (const storage of all) {
      expect(storage.available).toBeGreaterThan(0);
      expect((storage.used ?? 0) + (storage.available ?? 0)).toBeLessThanOrEqual(storage.total ?? 0);
      expect(storage).toMatchObject({ node: running.node, enabled: true, active: true });
    }
    const names = async (filter: { content?: string; target?: string }) =>
      (await storages.list(running.node, filter)).map(({ name }) => name);
    expect(await names({ content: "backup" })).toEqual(["local", "shared"]);
    expect(await names({ content: "rootdir", target: "pve2" })).toEqual(["shared"]);
  });

  test("hold disks that belong to containers, and templates that belong to none", async () => {
    const { storages, running, gateway } = port();
    const [rootfs] = (await gateway.configuration(running)).volumes;
    const disks = await storages.content(running.node, rootfs?.storage ?? "", { vmid: running.vmid });
    expect(disks).toMatchObject([{ content: "rootdir", vmid: running.vmid, size: (rootfs?.size ?? 0) * 2 ** 30 }]);
    const templates = await storages.content(running.node, "local", { content: "vztmpl" });
    expect(templates.length).toBeGreaterThan(1);
    for (const { id, vmid, createdAt } of templates) {
      expect(id).toMatch(/^local:vztmpl\/.+\.tar\.(?:xz|zst)$/u);
      expect(vmid).toBeNull();
      expect(createdAt).toBeGreaterThan(0);
    }
  });

  test("delete what is on them, though a running container uses it", async () => {
    const { storages, running, gateway } = port();
    const [disk] = await storages.content(running.node, "local-btrfs", { vmid: running.vmid });
    expect(await ended(gateway, storages.remove(running.node, disk?.id ?? ""))).toMatchObject({ type: "imgdel" });
    expect(await storages.content(running.node, "local-btrfs", { vmid: running.vmid })).toEqual([]);
    // It goes on until it is stopped; then it can't start any more.
    await ended(gateway, gateway.power(running, "stop"));
    const error = await refusal(gateway, gateway.power(running, "start"));
    expect(error.message).toContain(`startup for container '${running.vmid}' failed`);
  });

  test("one that is not there is not found", async () => {
    const { storages, running } = port();
    const error = await failureOf(storages.content(running.node, "nostore"));
    expect(error).toMatchObject({ kind: "not-found" });
    expect(error.message).toContain("storage 'nostore' does not exist");
  });
});
