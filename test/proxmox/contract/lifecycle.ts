import { expect, test, vi } from "vitest";
import type { Container, ContainerRef } from "../../../src/model/index.js";
import { offered, waitForTask } from "../../../src/proxmox/index.js";
import { failureOf } from "../support/failure-of.js";
import { ended, nounContract, refusal } from "./noun.js";

export const lifecycleContract = nounContract("lifecycle", (world) => {
  const port = () => ({
    ...world(),
    lifecycle: offered(world().gateway, "lifecycle"),
    snapshots: offered(world().gateway, "snapshots"),
    storages: offered(world().gateway, "storages"),
    templates: offered(world().gateway, "templates"),
  });
  const find = async (vmid: number): Promise<Container | undefined> =>
    (await world().gateway.inventory()).containers.find((container) => container.vmid === vmid);
  const elsewhere = ({ node }: ContainerRef) => (node === "pve1" ? "pve2" : "pve1");
  const template = "local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz";

  test("a new container comes from a template, unprivileged, with what was asked for", async () => {
    const { gateway, lifecycle, running } = port();
    const vmid = await lifecycle.nextId();
    expect(await find(vmid)).toBeUndefined();
    const made = { vmid, node: running.node };
    const task = await ended(
      gateway,
      lifecycle.create(made, {
        template,
        storage: "local-btrfs",
        disk: 2,
        options: {
          hostname: "fresh",
          cores: "2",
          memory: "384",
          net0: "name=eth0,bridge=vmbr0,ip=dhcp",
          tags: "Zed;alpha;alpha",
          features: "nesting=1",
        },
        password: "secret12",
        start: true,
      }),
    );
    expect(task).toMatchObject({ type: "vzcreate", id: String(vmid) });
    expect(await gateway.configuration(made)).toMatchObject({
      cores: 2,
      memory: 384,
      swap: 512,
      unprivileged: true,
      volumes: [{ volume: "rootfs", storage: "local-btrfs", size: 2 }],
    });
    await vi.waitFor(async () => expect((await find(vmid))?.status).toBe("running"));
    expect(await find(vmid)).toMatchObject({ name: "fresh", tags: ["alpha", "zed"] });
    await expect(lifecycle.nextId({ vmid })).rejects.toMatchObject({ kind: "invalid-parameter" });
    // Nothing was recorded of it before it was there.
    const { samples } = await gateway.usageHistory(made, "day");
    expect(samples.every(({ time }) => time > task.startedAt)).toBe(true);
  });

  test.each([
    [
      "a template that is missing",
      { template: "local:vztmpl/nosuch.tar.zst" },
      "volume 'local:vztmpl/nosuch.tar.zst' does not exist",
    ],
    ["a backup", { template: "local:backup/x.tar.zst" }, "content type needs to be 'vztmpl'"],
    ["a storage that is missing", { storage: "nostore" }, "storage 'nostore' does not exist"],
    ["a short password", { password: "abc" }, "value must be at least 5 characters long"],
    ["a key that is none", { sshKeys: "not a key" }, "SSH public key validation error"],
    ["what only root may", { options: { features: "keyctl=1" } }, "only allowed for root@pam"],
    ["a pool that is missing", { pool: "nopool" }, "pool 'nopool' does not exist"],
  ])("is refused with %s, and nothing is left", async (_what, wrong, words) => {
    const { gateway, lifecycle, running } = port();
    const made = { vmid: 950, node: running.node };
    const create = lifecycle.create(made, { template, storage: "local-btrfs", disk: 1, ...wrong });
    expect((await refusal(gateway, create)).message).toContain(words);
    expect((await failureOf(gateway.configuration(made))).kind).toBe("not-found");
    expect(await port().storages.content(running.node, "local-btrfs", { vmid: 950 })).toEqual([]);
  });

  test("a clone has disks, a name and addresses of its own; both are locked meanwhile", async () => {
    const { gateway, lifecycle, stopped } = port();
    const upid = await lifecycle.clone(stopped, {
      vmid: 910,
      hostname: "copy",
      description: "of another",
      bandwidth: 4000,
    });
    await vi.waitFor(async () => {
      expect((await find(stopped.vmid))?.lock).toBe("disk");
      expect((await failureOf(gateway.resize({ ...stopped, vmid: 910 }, { memory: 100 }, "x"))).message).toContain(
        "CT is locked (create)",
      );
    });
    await waitForTask(gateway, upid);
    const copy = await gateway.configuration({ vmid: 910, node: stopped.node });
    const original = await gateway.configuration(stopped);
    expect(copy).toMatchObject({ memory: original.memory, description: "of another\n" });
    const taken = await refusal(gateway, lifecycle.clone(stopped, { vmid: 910 }));
    expect(taken.message).toContain(`CT 910 already exists on node '${stopped.node}'`);
  });

  test("of a running one a snapshot alone is cloned; only a template's clone is linked", async () => {
    const { gateway, lifecycle, running, snapshots } = port();
    const { version } = await gateway.version();
    const words = version.startsWith("9") ? "is only possible from a snapshot" : "without snapshots";
    expect((await refusal(gateway, lifecycle.clone(running, { vmid: 911 }))).message).toContain(words);
    await ended(gateway, snapshots.create(running, { name: "base" }));
    await ended(gateway, lifecycle.clone(running, { vmid: 911, snapshot: "base", full: true, storage: "shared" }));
    const made = { vmid: 911, node: running.node };
    expect((await gateway.configuration(made)).volumes[0]?.storage).toBe("shared");
    const linked = await refusal(gateway, lifecycle.clone(made, { vmid: 912, full: false }));
    expect(linked.message).toContain("Linked clone feature for");
    const away = elsewhere(running);
    await ended(gateway, lifecycle.clone(made, { vmid: 912, full: true, node: away }));
    expect((await gateway.configuration({ vmid: 912, node: away })).volumes[0]?.storage).toBe("shared");
  });

  test("a template is made once and for all, and cloned at once", async () => {
    const { gateway, lifecycle, stopped } = port();
    const origin = { vmid: 910, node: stopped.node };
    await lifecycle.convertToTemplate(origin);
    await vi.waitFor(async () => expect((await find(910))?.template).toBe(true));
    const again = await failureOf(lifecycle.convertToTemplate(origin));
    expect(again.message).toContain("you can't convert a template to a template");
    const start = await refusal(gateway, gateway.power(origin, "start"));
    expect(start.message).toContain("you can't start a CT if it's a template");
    const upid = await lifecycle.clone(origin, { vmid: 913 });
    await waitForTask(gateway, upid);
    expect((await gateway.taskLog(upid)).map(({ text }) => text)).toContainEqual(
      expect.stringContaining("create linked clone of mount point rootfs"),
    );
  });

  test("a container moves with its disks; one that runs is restarted for it", async () => {
    const { gateway, lifecycle, running } = port();
    const away = elsewhere(running);
    const targets = await lifecycle.migrationTargets(running);
    const { version } = await gateway.version();
    expect(targets).toEqual(version.startsWith("9") ? { allowed: [away], refused: [] } : null);
    const live = await refusal(gateway, lifecycle.migrate(running, { node: away }));
    expect(live.message).toContain("can't migrate running container without --online or --restart");
    const upid = await lifecycle.migrate(running, {
      node: away,
      restart: true,
      timeoutSeconds: 20,
      bandwidth: 900_000,
    });
    await waitForTask(gateway, upid);
    const log = (await gateway.taskLog(upid)).map(({ text }) => text.slice(20));
    expect(log).toContain(`shutdown CT ${running.vmid}`);
    expect(log).toContain("start container on target node");
    const moved = { ...running, node: away };
    expect((await gateway.configuration(moved)).volumes[0]?.storage).toBe("local-btrfs");
    expect(await port().storages.content(running.node, "local-btrfs", { vmid: running.vmid })).toEqual([]);
    expect((await failureOf(gateway.configuration(running))).kind).toBe("not-found");
    await vi.waitFor(async () => expect(await find(running.vmid)).toMatchObject({ node: away, status: "running" }));
    const wrong = (node: string) => refusal(gateway, lifecycle.migrate(moved, { node }));
    expect((await wrong(away)).message).toContain("target is local node.");
    expect((await wrong("pve9")).kind).toBe("not-found");
    await ended(gateway, lifecycle.migrate(moved, { node: running.node, restart: true }));
  });

  test("a migration that is stopped leaves the container where it was, and a disk where it was to go", async () => {
    const { gateway, lifecycle, stopped, storages } = port();
    const away = elsewhere(stopped);
    const upid = await lifecycle.migrate(stopped, { node: away, bandwidth: 100 });
    await vi.waitFor(async () => expect((await find(stopped.vmid))?.lock).toBe("migrate"));
    await gateway.stopTask(upid);
    expect(await gateway.task(upid)).toMatchObject({ exitStatus: "migration aborted" });
    expect(await find(stopped.vmid)).toMatchObject({ node: stopped.node, lock: null });
    const left = await storages.content(away, "local-btrfs", { vmid: stopped.vmid });
    expect(left).toHaveLength(1);
    await ended(gateway, lifecycle.migrate(stopped, { node: away }));
    expect(await storages.content(away, "local-btrfs", { vmid: stopped.vmid })).toHaveLength(2);
    await ended(gateway, lifecycle.migrate({ ...stopped, node: away }, { node: stopped.node, storage: "shared" }));
  });

  test("a container is destroyed with its disks, unless it runs or is protected", async () => {
    const { gateway, lifecycle, stopped, running, storages, control } = port();
    expect((await refusal(gateway, lifecycle.destroy(running, {}))).message).toContain(
      `unable to destroy CT ${running.vmid} - container is running`,
    );
    const clone = { vmid: 913, node: stopped.node };
    control.setConfiguration(913, { protection: 1 });
    expect((await refusal(gateway, lifecycle.destroy(clone, { force: true }))).message).toContain(
      "can't remove CT 913 - protection mode enabled",
    );
    control.setConfiguration(913, { protection: 0 });
    const upid = await lifecycle.destroy(clone, { purge: true, unreferencedDisks: true });
    await waitForTask(gateway, upid);
    expect((await gateway.taskLog(upid))[0]?.text).toBe("purging CT 913 from related configurations..");
    expect(await find(913)).toBeUndefined();
    expect(await storages.content(stopped.node, "local-btrfs", { vmid: 913 })).toEqual([]);
    const forced = await lifecycle.destroy(running, { force: true });
    await waitForTask(gateway, forced);
    expect((await gateway.taskLog(forced))[0]?.text).toBe(`forced to stop CT ${running.vmid} before destroying!`);
  });

  test("without quorum a destroy takes the disk and leaves the configuration", async () => {
    const { gateway, lifecycle, stopped, storages, control } = port();
    const [disk] = (await gateway.configuration(stopped)).volumes;
    control.setQuorum(false);
    const error = await refusal(gateway, lifecycle.destroy(stopped, {}));
    control.setQuorum(null);
    expect(error.message).toContain("unable to open file '/etc/pve/nodes/");
    expect((await gateway.configuration(stopped)).digest).not.toBe("");
    expect(await storages.content(stopped.node, disk?.storage ?? "", { vmid: stopped.vmid })).toEqual([]);
  });

  test("templates are offered and downloaded", async () => {
    const { gateway, templates, storages, stopped } = port();
    const offer = (await templates.available(stopped.node)).find(({ os }) => os === "debian-12");
    expect(offer?.file).toMatch(/^debian-12-standard_.+\.tar\.zst$/u);
    const task = await ended(gateway, templates.download(stopped.node, "shared", offer?.file ?? ""));
    expect(task).toMatchObject({ type: "download", id: offer?.file });
    const there = await storages.content(stopped.node, "shared", { content: "vztmpl" });
    expect(there.map(({ id }) => id)).toEqual([`shared:vztmpl/${offer?.file ?? ""}`]);
    const nosuch = await failureOf(templates.download(stopped.node, "local", "nosuch.tar.zst"));
    expect(nosuch).toMatchObject({ kind: "invalid-parameter" });
    expect(nosuch.message).toContain("no such template");
  });
});
