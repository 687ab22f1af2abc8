import { expect, test, vi } from "vitest";
import type { ContainerRef } from "../../../src/model/index.js";
import { offered, type NewBackup } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { ended, nounContract, refusal } from "./noun.js";

export const backupContract = nounContract("backups", (world) => {
  const port = () => ({ ...world(), backups: offered(world().gateway, "backups") });
  const backUp = async (container: ContainerRef, backup: Partial<NewBackup> = {}): Promise<string> => {
    const { gateway, backups } = port();
    const storage = backup.storage ?? "local";
    const before = new Set((await backups.list(container.node, storage, { vmid: container.vmid })).map(({ id }) => id));
    await ended(gateway, backups.create(container, { storage, ...backup }));
    const after = await backups.list(container.node, storage, { vmid: container.vmid });
    const made = after.find(({ id }) => !before.has(id));
    if (made === undefined) throw new Error("no backup was made");
    return made.id;
  };
  const lockOf = async ({ vmid }: ContainerRef) => {
    const { containers } = await world().gateway.inventory();
    return containers.find((container) => container.vmid === vmid)?.lock ?? null;
  };

  test("are made of a running container, which is locked meanwhile and runs on", async () => {
    const { gateway, backups, running } = port();
    const upid = await backups.create(running, {
      storage: "local",
      mode: "snapshot",
      compression: "zstd",
      notes: "before the update\nof {{guestname}}",
      protected: true,
      bandwidth: 4000,
    });
    await vi.waitFor(async () => expect(await lockOf(running)).toBe("backup"));
    const { digest } = await gateway.configuration(running);
    expect((await failureOf(gateway.resize(running, { memory: 700 }, digest))).kind).toBe("locked");
    expect(await ended(gateway, Promise.resolve(upid))).toMatchObject({ type: "vzdump", exitStatus: "OK" });
    expect(await lockOf(running)).toBeNull();
    const log = (await gateway.taskLog(upid)).map(({ text }) => text);
    expect(log).toContain("INFO: backup mode: snapshot");
    expect(log.at(-2)).toBe("INFO: Backup job finished successfully");
    const [backup] = await backups.list(running.node, "local", { vmid: running.vmid });
    expect(backup).toMatchObject({
      vmid: running.vmid,
      format: "tar.zst",
      notes: "before the update",
      protected: true,
      verified: null,
      encrypted: null,
    });
    expect(backup?.size).toBeGreaterThan(0);
    const details = await backups.read(running.node, backup?.id ?? "");
    expect(details).toMatchObject({ notes: expect.stringMatching(/^before the update\nof .+$/u) as string });
  });

  test("hold the configuration of their time", async () => {
    const { gateway, backups, stopped } = port();
    const id = await backUp(stopped);
    const { memory, digest } = await gateway.configuration(stopped);
    await gateway.resize(stopped, { memory: memory + 64 }, digest);
    expect(await backups.configuration(stopped.node, id)).toMatchObject({
      memory: String(memory),
      rootfs: expect.stringContaining("size=") as string,
    });
  });

  test("notes and protection are written and read back; nothing is accepted for a backup that is gone", async () => {
    const { gateway, backups, stopped, control } = port();
    const id = await backUp(stopped);
    expect(await backups.change(stopped.node, id, { notes: "one\ntwo", protected: true })).toMatchObject({
      notes: "one\ntwo",
      protected: true,
    });
    const error = await refusal(gateway, backups.remove(stopped.node, id));
    expect(error.message).toContain("cannot remove protected volume");
    expect(await backups.change(stopped.node, id, { notes: "", protected: false })).toMatchObject({
      notes: null,
      protected: false,
    });
    control.setVerification(stopped.node, id, "failed");
    const listed = await backups.list(stopped.node, "local", { vmid: stopped.vmid });
    expect(listed.find((backup) => backup.id === id)?.verified).toBe("failed");
    await ended(gateway, backups.remove(stopped.node, id));
    const gone = await failureOf(backups.change(stopped.node, id, { notes: "late" }));
    expect(gone.message).toContain("no format");
  });

  test("are restored under a new number, with a name and addresses of its own", async () => {
    const { gateway, backups, stopped } = port();
    const id = await backUp(stopped, { mode: "stop", compression: "none" });
    const copy = { vmid: 901, node: stopped.node };
    const source = await backups.configuration(stopped.node, id);
    await ended(
      gateway,
      backups.restore(copy, { backup: id, storage: "local-btrfs", hostname: "copy", unique: true, bandwidth: 900_000 }),
    );
    const [{ volumes }, fresh] = await Promise.all([
      gateway.configuration(copy),
      backups.configuration(stopped.node, id),
    ]);
    expect(volumes[0]).toMatchObject({ storage: "local-btrfs" });
    expect(fresh).toEqual(source);
    const refused = await refusal(gateway, backups.restore(copy, { backup: id }));
    expect(refused.message).toContain(`CT 901 already exists on node '${stopped.node}'`);
    const elsewhere = stopped.node === "pve1" ? "pve2" : "pve1";
    const taken = await refusal(gateway, backups.replace({ vmid: 901, node: elsewhere }, { backup: id }));
    expect(taken.message).toContain("already exists on node");
  });

  test("take the place of a stopped container alone, and of none that is protected", async () => {
    const { gateway, backups, running, stopped, control } = port();
    const id = await backUp(stopped);
    const { memory, digest } = await gateway.configuration(stopped);
    await gateway.resize(stopped, { memory: memory + 128 }, digest);
    await ended(gateway, backups.replace(stopped, { backup: id }));
    expect((await gateway.configuration(stopped)).memory).toBe(memory);
    const other = await backUp(running, { storage: "shared" });
    expect((await refusal(gateway, backups.replace(running, { backup: other }))).message).toContain(
      "can't overwrite running container",
    );
    control.setConfiguration(stopped.vmid, { protection: 1 });
    expect((await refusal(gateway, backups.replace(stopped, { backup: id }))).message).toContain(
      `unable to restore CT ${stopped.vmid} - protection mode enabled`,
    );
    control.setConfiguration(stopped.vmid, { protection: null });
  });

  test("one that is missing leaves the old container as it was; a damaged one takes it with it", async () => {
    const { gateway, backups, stopped, control } = port();
    const id = await backUp(stopped);
    const before = await gateway.configuration(stopped);
    const gone = id.replace(/\d{4}_\d\d_\d\d/u, "2020_01_01");
    const missing = await refusal(gateway, backups.replace(stopped, { backup: gone }));
    expect(missing.message).toContain(`unable to restore CT ${stopped.vmid} - volume '${gone}' does not exist`);
    expect((await gateway.configuration(stopped)).digest).toBe(before.digest);
    control.damageBackup(stopped.node, id);
    const damaged = await refusal(gateway, backups.replace(stopped, { backup: id }));
    expect(damaged.message).toContain("exit code 2");
    expect((await failureOf(gateway.configuration(stopped))).kind).toBe("not-found");
  });

  test("a reboot during one leaves the container stopped; stopping the task takes lock and archive away", async () => {
    const { gateway, backups, running } = port();
    const count = async () => (await backups.list(running.node, "local", { vmid: running.vmid })).length;
    const before = await count();
    const upid = await backups.create(running, { storage: "local", mode: "suspend", bandwidth: 100 });
    await vi.waitFor(async () => expect(await lockOf(running)).toBe("backup"));
    const error = await refusal(gateway, gateway.power(running, "reboot"));
    expect(error.message).toContain(`startup for container '${running.vmid}' failed`);
    await gateway.stopTask(upid);
    expect(await gateway.task(upid)).toMatchObject({ state: "failed", exitStatus: "job errors" });
    expect([await count(), await lockOf(running)]).toEqual([before, null]);
    await ended(gateway, gateway.power(running, "start"));
  });

  test("a container of another node is not backed up, and that is told", async () => {
    const { gateway, backups, running } = port();
    const elsewhere = running.node === "pve1" ? "pve2" : "pve1";
    const error = await failureOf(backups.create({ vmid: running.vmid, node: elsewhere }, { storage: "local" }));
    expect(error.kind).toBe("not-found");
    const wrong = await refusal(gateway, backups.create(running, { storage: "local-btrfs" }));
    expect(wrong.message).toContain("can't use storage 'local-btrfs' for backups - wrong content type");
  });
});
