import { expect, test } from "vitest";
import { propertiesOf, propertyString } from "../../../src/model/index.js";
import { offered } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { ended, nounContract, refusal } from "./noun.js";

export const configurationContract = nounContract("configurations", (world) => {
  const port = () => ({
    ...world(),
    configurations: offered(world().gateway, "configurations"),
    storages: offered(world().gateway, "storages"),
  });

  test("are read whole, and written under their digest: what was not named stays", async () => {
    const { configurations, stopped } = port();
    const before = await configurations.read(stopped);
    expect(before).toMatchObject({ pending: {}, pendingRemoval: [] });
    const set = {
      tags: "web;Alpha;web",
      description: "first line\n100 % = ü: fine",
      protection: "1",
      onboot: "0",
      nameserver: "9.9.9.9 1.1.1.1",
      net1: "name=eth1,bridge=vmbr1,ip=dhcp,tag=20",
      features: "nesting=1",
    };
    await configurations.write(stopped, { set, remove: ["cpulimit"] }, before.digest);
    const { current, digest } = await configurations.read(stopped);
    expect(digest).not.toBe(before.digest);
    expect(current).toMatchObject({ ...set, tags: "alpha;web", net1: expect.stringContaining("tag=20") as string });
    expect(propertiesOf(current["net1"] ?? "", null).get("hwaddr")).toMatch(/^BC:24:11(?::[0-9A-F]{2}){3}$/u);
    expect({ ...current, ...before.current }).toEqual({ ...current, ...before.current });
    const late = await failureOf(configurations.write(stopped, { set: { onboot: "1" } }, before.digest));
    expect(late.kind).toBe("conflict");
    expect((await configurations.read(stopped)).digest).toBe(digest);
    await configurations.write(stopped, { remove: ["protection", "description", "net1"] }, digest);
    const after = await configurations.read(stopped);
    expect(Object.keys(after.current)).not.toEqual(expect.arrayContaining(["protection"]));
    expect([after.current["description"], after.current["net1"]]).toEqual([undefined, undefined]);
  });

  test("what a running container can't take over waits, and is taken back", async () => {
    const { configurations, running } = port();
    const { digest } = await configurations.read(running);
    await configurations.write(
      running,
      { set: { nameserver: "9.9.9.9", hostname: "renamed" }, remove: ["ostype"] },
      digest,
    );
    const waiting = await configurations.read(running);
    expect(waiting.current).toMatchObject({ hostname: "renamed", ostype: "debian" });
    expect(waiting.pending).toEqual({ nameserver: "9.9.9.9" });
    expect(waiting.pendingRemoval).toEqual(["ostype"]);
    await configurations.write(running, { revert: ["nameserver", "ostype"] }, waiting.digest);
    expect(await configurations.read(running)).toMatchObject({ pending: {}, pendingRemoval: [] });
  });

  test("mount points are made on a storage; one that goes leaves its volume, until that goes too", async () => {
    const { configurations, storages, stopped } = port();
    const volumes = async () => (await storages.content(stopped.node, "local", { vmid: stopped.vmid })).length;
    const { digest } = await configurations.read(stopped);
    await configurations.write(stopped, { set: { mp0: "local:3,mp=/srv/data,backup=1" } }, digest);
    const made = await configurations.read(stopped);
    const mount = propertiesOf(made.current["mp0"] ?? "", "volume");
    expect(Object.fromEntries(mount)).toEqual({
      volume: `local:${stopped.vmid}/vm-${stopped.vmid}-disk-0.raw`,
      mp: "/srv/data",
      backup: "1",
      size: "3G",
    });
    expect(propertyString(mount, "volume")).toBe(made.current["mp0"]);
    expect(await volumes()).toBe(1);
    await configurations.write(stopped, { remove: ["mp0"] }, made.digest);
    const unused = await configurations.read(stopped);
    expect([unused.current["mp0"], unused.current["unused0"]]).toEqual([undefined, mount.get("volume")]);
    expect(await volumes()).toBe(1);
    await configurations.write(stopped, { remove: ["unused0"] }, unused.digest);
    expect(await volumes()).toBe(0);
  });

  test("a disk is moved to another storage, and the old one kept or deleted", async () => {
    const { configurations, storages, gateway, stopped, running } = port();
    const move = async (storage: string, deleteSource: boolean) => {
      const { digest } = await configurations.read(stopped);
      return configurations.moveVolume(stopped, {
        volume: "rootfs",
        storage,
        deleteSource,
        digest,
        bandwidth: 900_000,
      });
    };
    expect(await ended(gateway, move("local", false))).toMatchObject({ type: "move_volume" });
    const { current } = await configurations.read(stopped);
    expect(current["rootfs"]).toMatch(/^local:\d+\/vm-\d+-disk-0\.raw,size=/u);
    expect(current["unused0"]).toMatch(/^local-btrfs:/u);
    await ended(gateway, move("shared", true));
    expect(await storages.content(stopped.node, "local", { vmid: stopped.vmid })).toEqual([]);
    const { digest } = await configurations.read(running);
    const live = configurations.moveVolume(running, { volume: "rootfs", storage: "local", digest });
    expect((await refusal(gateway, live)).message).toContain("cannot move volumes of a running container");
    const unguarded = configurations.moveVolume(stopped, { volume: "rootfs", storage: "local", digest: "" });
    expect((await failureOf(unguarded)).kind).toBe("invalid-parameter");
  });

  test.each([
    ["what is no option", { set: { nonsense: "1" } }, "invalid-parameter", "property is not defined in schema"],
    ["what can't be removed", { remove: ["memory"] }, "refused", "unable to delete required option 'memory'"],
    ["what is read only", { set: { unprivileged: "0" } }, "refused", "unable to modify read-only option"],
    [
      "what is root's alone",
      { set: { mp1: "/srv,mp=/srv" } },
      "forbidden",
      "mount point type bind is only allowed for root@pam",
    ],
    ["nothing", {}, "invalid-parameter", "nothing is to be changed"],
  ] as const)("refuse %s, in Proxmox's words", async (_what, change, kind, words) => {
    const { configurations, stopped } = port();
    const { digest } = await configurations.read(stopped);
    const error = await failureOf(configurations.write(stopped, change, digest));
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(words);
    expect((await configurations.read(stopped)).digest).toBe(digest);
  });
});
