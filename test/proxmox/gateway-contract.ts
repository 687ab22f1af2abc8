import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parseUpid, type Container, type ContainerRef, type Volume } from "../../src/model/index.js";
import { waitForTask, type Gateway } from "../../src/proxmox/index.js";
import type { Control } from "../../src/simulator/index.js";
import { failureOf } from "./support/failure-of.js";

/** A cluster that an adapter is run against, with the means to do behind its back what the suite needs. */
export interface ContractWorld extends AsyncDisposable {
  readonly gateway: Gateway;
  /** A second gateway to the same cluster, which the suite disposes. */
  readonly another: () => Gateway;
  /** Runs, is not locked, and is not HA-managed. */
  readonly running: ContainerRef;
  /** Another, stopped. */
  readonly stopped: ContainerRef;
  /** What the stand-in is made to do behind the adapter's back. */
  readonly control: Control;
  /** Changes the configuration file as somebody else would. */
  setConfiguration(vmid: number, values: Readonly<Record<string, string | number | null>>): void;
  /** Leaves values waiting for a restart. */
  setPending(vmid: number, values: Readonly<Record<string, string | number>>): void;
}

/** What every adapter of the {@link Gateway} port has to hold. `open` gives a world of its own. */
export function gatewayContract(adapter: string, open: () => Promise<ContractWorld>): void {
  describe(`${adapter} keeps the contract of the gateway`, () => {
    let world: ContractWorld;
    let gateway: Gateway;

    beforeAll(async () => {
      world = await open();
      gateway = world.gateway;
    });

    afterAll(async () => {
      await gateway[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    });

    const read = async ({ vmid }: ContainerRef): Promise<Container> => {
      const { containers } = await gateway.inventory({ configurationOf: (container) => container.vmid === vmid });
      const found = containers.find((container) => container.vmid === vmid);
      if (found === undefined) throw new Error(`no container ${vmid}`);
      return found;
    };

    test("says where it is connected and as whom, without secrets", async () => {
      expect(gateway.endpoint).toMatch(/:\d+$/u);
      expect(gateway.identity).toMatch(/^[^@]+@[a-z]+/u);
      expect(gateway.identity).not.toContain("=");
      expect((await gateway.version()).version).toMatch(/^\d+\.\d+/u);
    });

    test("an inventory is plain data with plausible figures, and unknown ones are null", async () => {
      const inventory = await gateway.inventory();
      expect(structuredClone(inventory)).toEqual(inventory);
      expect(inventory.quorate).toBe(true);
      expect(inventory.nodes.length).toBeGreaterThan(0);
      for (const node of inventory.nodes.filter(({ status }) => status === "online")) {
        expect(node.cpu).toBeGreaterThanOrEqual(0);
        expect(node.cores).toBeGreaterThan(0);
        expect(node.memory).toBeLessThanOrEqual(node.memoryLimit ?? 0);
        expect(node.fingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/u);
      }
      for (const container of inventory.containers) {
        expect(container.configuration).toBeNull();
        expect(container.memoryLimit).toBeGreaterThan(0);
        if (container.status === "stopped") {
          expect([container.cpu, container.memory, container.disk, container.uptime]).toEqual([null, null, null, null]);
        }
      }
      expect(inventory.containers.map(({ vmid }) => vmid)).toEqual(
        inventory.containers.map(({ vmid }) => vmid).sort((a, b) => a - b),
      );
    });

    test("configurations are read for the wanted containers alone", async () => {
      const { containers } = await gateway.inventory({
        configurationOf: ({ vmid }) => vmid === world.running.vmid,
        nodeMemory: true,
      });
      for (const { vmid, configuration } of containers) {
        expect(configuration === null).toBe(vmid !== world.running.vmid);
      }
      const { nodes } = await gateway.inventory({ nodeMemory: true });
      for (const { memoryAvailable, memoryLimit } of nodes) {
        expect(memoryAvailable).toBeGreaterThan(0);
        expect(memoryAvailable).toBeLessThanOrEqual(memoryLimit ?? 0);
      }
    });

    test("an inventory is completed with what some of its nodes tell, without reading the rest again", async () => {
      const bulk = await gateway.inventory();
      const { node } = world.running;
      const none: ReadonlySet<string> = new Set();
      const nothing = { memoryOf: none, storagesOf: none, swapAndPressureOf: none };
      const details = { ...nothing, memoryOf: new Set([node, "no-such-node"]), storagesOf: new Set([node]) };
      const completed = await gateway.withNodeDetails(bulk, details);
      for (const { name, memoryAvailable } of completed.nodes) expect(memoryAvailable === null).toBe(name !== node);
      expect(completed.containers).toBe(bulk.containers);
      expect(completed.problems).toEqual(bulk.problems);
      expect(new Set(completed.storages?.map((storage) => storage.node))).toEqual(new Set([node]));
      expect(await gateway.withNodeDetails(bulk, nothing)).toEqual(bulk);
      const { containers } = await gateway.withNodeDetails(bulk, { ...nothing, swapAndPressureOf: new Set([node]) });
      for (const container of containers) {
        expect(container.swapLimit === null).toBe(container.node !== node);
      }
    });

    test("the traffic of a container is known from the second round of figures on, and of none that is stopped", async () => {
      const other = world.another();
      const [first, later] = [
        await other.inventory(),
        await vi.waitFor(async () => {
          const inventory = await other.inventory();
          expect(inventory.containers.find(({ vmid }) => vmid === world.running.vmid)?.rates).not.toBeNull();
          return inventory;
        }),
      ];
      expect(first.containers.every(({ rates }) => rates === null)).toBe(true);
      for (const { rates, vmid } of later.containers) {
        if (vmid === world.stopped.vmid) expect(rates).toBeNull();
        for (const rate of Object.values(rates ?? {})) expect(rate ?? 0).toBeGreaterThanOrEqual(0);
      }
      await other[Symbol.asyncDispose]();
    });

    test("a fresh configuration shows what somebody else has just changed", async () => {
      const before = await gateway.configuration(world.stopped);
      world.setConfiguration(world.stopped.vmid, { memory: before.memory + 64, protection: 1 });
      const after = await gateway.configuration(world.stopped);
      expect(after).toMatchObject({ memory: before.memory + 64, protection: true });
      expect(after.digest).not.toBe(before.digest);
      world.setConfiguration(world.stopped.vmid, { protection: null });
    });

    test("a configuration says what is in force, and on request what waits for a restart", async () => {
      const { vmid, node } = world.running;
      const before = await gateway.configuration(world.running);
      const another = world.another();
      const wanted = { configurationOf: (container: ContainerRef) => container.vmid === vmid };
      world.setPending(vmid, { memory: before.memory + 512, nameserver: "192.0.2.1" });
      const after = await gateway.configuration(world.running, { pending: true });
      expect(after.memory).toBe(before.memory);
      expect(after.pending?.toSorted()).toEqual(["memory", "nameserver"]);
      const listed = (await another.inventory(wanted)).containers.find((container) => container.vmid === vmid);
      expect(listed).toMatchObject({ node, configuration: { memory: before.memory } });
      await another[Symbol.asyncDispose]();
      await gateway.resize(world.running, { memory: before.memory }, after.digest);
      const reverted = await gateway.configuration(world.running, { pending: true });
      expect(reverted.pending).toEqual(["nameserver"]);
    });

    test("a resize writes all sizes at once, and is there when it returns", async () => {
      const before = await gateway.configuration(world.running);
      const change = { cores: (before.cores ?? 1) + 1, memory: before.memory + 128, swap: 256 };
      await gateway.resize(world.running, change, before.digest);
      expect(await gateway.configuration(world.running)).toMatchObject(change);
      expect((await read(world.running)).configuration).toMatchObject(change);
    });

    test("cpulimit is set and read back in parts of a core", async () => {
      const { digest } = await gateway.configuration(world.stopped);
      await gateway.resize(world.stopped, { cpulimit: 1.5 }, digest);
      expect((await gateway.configuration(world.stopped)).cpulimit).toBe(1.5);
    });

    test("cores and cpulimit can be taken away, beside a new size", async () => {
      const before = await gateway.configuration(world.stopped);
      await gateway.resize(world.stopped, { cores: 2, cpulimit: 1 }, before.digest);
      const { digest } = await gateway.configuration(world.stopped);
      await gateway.resize(world.stopped, { cores: null, cpulimit: null, memory: before.memory }, digest);
      expect(await gateway.configuration(world.stopped)).toMatchObject({ cores: null, cpulimit: null });
      const after = await gateway.configuration(world.stopped);
      await gateway.resize(world.stopped, { cores: 1 }, after.digest);
    });

    test("a resize with an old digest is a conflict and changes nothing", async () => {
      const before = await gateway.configuration(world.running);
      world.setConfiguration(world.running.vmid, { description: "changed by hand" });
      const error = await failureOf(gateway.resize(world.running, { memory: before.memory + 64 }, before.digest));
      expect(error.kind).toBe("conflict");
      expect((await gateway.configuration(world.running)).memory).toBe(before.memory);
    });

    test("a resize under a lock is refused with Proxmox's word for it", async () => {
      world.setConfiguration(world.stopped.vmid, { lock: "backup" });
      const { digest } = await gateway.configuration(world.stopped);
      const error = await failureOf(gateway.resize(world.stopped, { cores: 1 }, digest));
      expect(error.kind).toBe("locked");
      expect(error.message).toContain("backup");
      world.setConfiguration(world.stopped.vmid, { lock: null });
    });

    test("a size that can't be is an invalid parameter, named", async () => {
      const { digest } = await gateway.configuration(world.stopped);
      const error = await failureOf(gateway.resize(world.stopped, { cores: 0 }, digest));
      expect(error.kind).toBe("invalid-parameter");
      expect(error.message).toContain("cores");
    });

    test.each([
      ["plain", "one line\n"],
      ["what Proxmox encodes", "100 % of a: b\r\n\r\n# Überschrift – 日本 🎉\n\ttab\u0001\n"],
      ["many lines", "a line of the notes\n".repeat(200)],
    ])("notes are written under the digest and read back as they were: %s", async (_what, notes) => {
      const before = await gateway.notes(world.running);
      await gateway.writeNotes(world.running, notes, before.digest);
      const after = await gateway.notes(world.running);
      expect(after.notes).toBe(notes);
      const { description, digest } = await gateway.configuration(world.running);
      expect(after).toEqual({ notes: description, digest });
      const error = await failureOf(gateway.writeNotes(world.running, "late", before.digest));
      expect(error.kind).toBe("conflict");
      await gateway.writeNotes(world.running, "", after.digest);
      expect((await gateway.notes(world.running)).notes).toBeNull();
    });

    test("notes of a container under a lock stay as they are", async () => {
      world.setConfiguration(world.stopped.vmid, { lock: "backup" });
      const { notes, digest } = await gateway.notes(world.stopped);
      expect((await failureOf(gateway.writeNotes(world.stopped, "late", digest))).kind).toBe("locked");
      expect(await gateway.notes(world.stopped)).toEqual({ notes, digest });
      world.setConfiguration(world.stopped.vmid, { lock: null });
    });

    test("a container that is not there is not found", async () => {
      const nobody = { vmid: 999_999, node: world.running.node };
      expect((await failureOf(gateway.configuration(nobody))).kind).toBe("not-found");
      expect((await failureOf(gateway.resize(nobody, { cores: 1 }, "abc"))).kind).toBe("not-found");
    });

    test("a configuration names the disks, each with its storage and size", async () => {
      world.setConfiguration(world.stopped.vmid, {
        mp0: "local:subvol-1,mp=/data,size=8G",
        mp3: "/srv/shared,mp=/shared,ro=1",
      });
      const { volumes } = await gateway.configuration(world.stopped);
      expect(volumes[0]).toMatchObject({ volume: "rootfs", readOnly: false });
      expect(volumes[0]?.storage).not.toBeNull();
      expect(volumes[0]?.size).toBeGreaterThan(0);
      expect(volumes.slice(1)).toEqual([
        { volume: "mp0", storage: "local", size: 8, readOnly: false },
        { volume: "mp3", storage: null, size: null, readOnly: true },
      ]);
      world.setConfiguration(world.stopped.vmid, { mp3: null });
    });

    test("a disk is grown by a task, to a size that no later read misses", async () => {
      const managed = { configurationOf: ({ vmid }: ContainerRef) => vmid === world.stopped.vmid };
      const sizeOf = (volumes: readonly Volume[] | undefined, name: string) =>
        volumes?.find(({ volume }) => volume === name)?.size;
      const before = await gateway.configuration(world.stopped);
      const size = (sizeOf(before.volumes, "rootfs") ?? 0) + 2;
      const upid = await gateway.growVolume(world.stopped, "rootfs", size, before.digest);
      expect(parseUpid(upid)).toMatchObject({ type: "resize", id: String(world.stopped.vmid) });
      // A read while the task is under way may still find the old size.
      await gateway.inventory(managed);
      await waitForTask(gateway, upid, { timeoutSeconds: 10 });
      const after = await gateway.configuration(world.stopped);
      expect(sizeOf(after.volumes, "rootfs")).toBe(size);
      expect((await read(world.stopped)).configuration?.volumes).toEqual(after.volumes);
      await waitForTask(gateway, await gateway.growVolume(world.stopped, "mp0", 8.5, after.digest));
      expect(sizeOf((await gateway.configuration(world.stopped)).volumes, "mp0")).toBe(8.5);
    });

    test("a disk is never shrunk, nor grown under a lock or an old digest", async () => {
      const { volumes, digest } = await gateway.configuration(world.stopped);
      const grow = (size: number, by = digest) => gateway.growVolume(world.stopped, "rootfs", size, by);
      const size = volumes[0]?.size ?? 0;
      const shrink = await failureOf(grow(size - 1));
      expect(shrink.message).toContain("unable to shrink disk size");
      expect((await failureOf(grow(size + 1, "0".repeat(40)))).kind).toBe("conflict");
      expect((await failureOf(grow(size + 1, ""))).kind).toBe("invalid-parameter");
      expect((await failureOf(grow(Number.NaN))).kind).toBe("invalid-parameter");
      world.setConfiguration(world.stopped.vmid, { lock: "backup" });
      const locked = await gateway.configuration(world.stopped);
      expect((await failureOf(grow(size + 1, locked.digest))).kind).toBe("locked");
      world.setConfiguration(world.stopped.vmid, { lock: null });
      expect((await gateway.configuration(world.stopped)).volumes).toEqual(volumes);
    });

    test("storages are read on the nodes of the wanted containers alone, and the load with the node's memory", async () => {
      const { node } = world.running;
      const { storages = [], nodes } = await gateway.inventory({
        storageOf: ({ vmid }) => vmid === world.running.vmid,
        nodeMemory: true,
      });
      expect(storages.length).toBeGreaterThan(0);
      for (const storage of storages) {
        expect(storage.node).toBe(node);
        expect(storage.available).toBeGreaterThan(0);
        expect((storage.used ?? 0) + (storage.available ?? 0)).toBeLessThanOrEqual(storage.total ?? 0);
      }
      expect(nodes.find(({ name }) => name === node)?.load).toBeGreaterThanOrEqual(0);
      expect(await gateway.inventory()).not.toHaveProperty("storages");
    });

    test("power verbs are tasks that can be waited for, listed and read", async () => {
      const upid = await gateway.power(world.stopped, "start");
      expect(parseUpid(upid)).toMatchObject({
        type: "vzstart",
        id: String(world.stopped.vmid),
        node: world.stopped.node,
      });
      const task = await waitForTask(gateway, upid, { timeoutSeconds: 10 });
      expect(task).toMatchObject({ upid, state: "ok", exitStatus: "OK", node: world.stopped.node });
      expect((await gateway.taskLog(upid)).at(-1)?.text).toBe("TASK OK");
      expect((await gateway.tasks()).map((listed) => listed.upid)).toContain(upid);
      await gateway.stopTask(upid);
      const error = await failureOf(gateway.power(world.stopped, "start").then((again) => waitForTask(gateway, again)));
      expect(["refused", "task-failed"]).toContain(error.kind);
      expect(error.message).toContain("already running");
      await waitForTask(gateway, await gateway.power(world.stopped, "stop"), { timeoutSeconds: 10 });
    });

    test("a task that fails says why, in Proxmox's words", async () => {
      world.setConfiguration(world.stopped.vmid, { lock: "backup" });
      const error = await failureOf(
        gateway.power(world.stopped, "start").then((upid) => waitForTask(gateway, upid, { timeoutSeconds: 10 })),
      );
      expect(error.message).toContain("CT is locked (backup)");
      expect(["task-failed", "locked"]).toContain(error.kind);
      world.setConfiguration(world.stopped.vmid, { lock: null });
    });

    test("a task that is not there is not found, and nonsense is no task", async () => {
      const upid = `UPID:${world.running.node}:00000ACF:000C34AD:6B00BE00:vzstart:101:root@pam:`;
      expect((await failureOf(gateway.task(upid))).kind).toBe("not-found");
      expect((await failureOf(gateway.task("hello"))).kind).toBe("invalid-parameter");
    });

    test("recorded usage comes in order, at the step of its span, with its own limits", async () => {
      const history = await gateway.usageHistory(world.running, "hour");
      expect(history.stepSeconds).toBe(60);
      const times = history.samples.map(({ time }) => time);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      expect(times.length).toBeGreaterThan(0);
      const { version } = await gateway.version();
      for (const { cpu, cores, memory, memoryLimit, disk, diskLimit, ...rest } of history.samples) {
        expect(disk).toBeGreaterThan(0);
        expect(disk).toBeLessThanOrEqual(diskLimit ?? 0);
        // Proxmox VE 8 records no pressure: it is unsaid, never 0.
        expect("pressureCpu" in rest && "pressureMemory" in rest).toBe(version.startsWith("9"));
        expect(rest.pressureCpu ?? 0).toBeLessThanOrEqual(1);
        expect(cpu).toBeGreaterThanOrEqual(0);
        expect(cores).toBeGreaterThan(0);
        expect(memory).toBeLessThanOrEqual(memoryLimit ?? 0);
      }
    });

    test("permissions are privileges by path, and the clock is a time", async () => {
      const permissions = await gateway.permissions();
      expect([...permissions.values()].some((privileges) => privileges.has("VM.Audit"))).toBe(true);
      expect(await gateway.serverTime()).toBeGreaterThan(Date.UTC(2020, 0));
    });

    test("whatever is cancelled says so, and sends nothing", async () => {
      const signal = AbortSignal.abort();
      const before = await gateway.configuration(world.running);
      expect((await failureOf(gateway.inventory({ signal }))).kind).toBe("cancelled");
      const resize = gateway.resize(world.running, { memory: before.memory + 64 }, before.digest, { signal });
      expect((await failureOf(resize)).kind).toBe("cancelled");
      expect((await gateway.configuration(world.running)).digest).toBe(before.digest);
      const waiting = waitForTask(
        gateway,
        `UPID:${world.running.node}:00000ACF:000C34AD:6B00BE00:vzstart:101:root@pam:`,
        { signal },
      );
      expect((await failureOf(waiting)).kind).toBe("cancelled");
    });

    test("a gateway that was disposed answers nothing more", async () => {
      const other = world.another();
      await other.version();
      await other[Symbol.asyncDispose]();
      await failureOf(other.version());
      expect((await gateway.version()).version).toMatch(/^\d/u);
    });
  });
}
