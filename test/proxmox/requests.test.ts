import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ContainerRef } from "../../src/model/index.js";
import { createToken, offered, ProxmoxError, type Gateway, type Noun } from "../../src/proxmox/index.js";
import { rootPassword, startSimulator } from "../../src/simulator/index.js";
import { simulatedWorld } from "./simulated-world.js";

/** One call of each method, with all that can be said in it: a method that is not here does not compile. */
type CallsOf<P> = {
  readonly [M in keyof P as P[M] extends (...args: never[]) => unknown ? M : never]: (port: P) => unknown;
};
type NounCalls = { readonly [N in Noun]: CallsOf<NonNullable<Gateway[N]>> };

interface Scene {
  readonly running: ContainerRef;
  readonly stopped: ContainerRef;
  readonly upid: string;
}

const none: ReadonlySet<string> = new Set();
const digest = "0".repeat(40);
const backup = "local:backup/vzdump-lxc-101-2026_01_01-00_00_00.tar.zst";
const spans = ["hour", "day", "week", "month", "year"] as const;

const coreCalls = ({ running, stopped, upid }: Scene): CallsOf<Gateway> => ({
  [Symbol.asyncDispose]: () => undefined,
  version: (gateway) => gateway.version(),
  inventory: (gateway) =>
    gateway.inventory({
      configurationOf: () => true,
      nodeMemory: true,
      storageOf: () => true,
      swapAndPressure: true,
    }),
  withNodeDetails: async (gateway) =>
    gateway.withNodeDetails(await gateway.inventory(), { memoryOf: none, storagesOf: none, swapAndPressureOf: none }),
  configuration: (gateway) => gateway.configuration(running, { pending: true }),
  notes: (gateway) => gateway.notes(running),
  writeNotes: async (gateway) => {
    await gateway.writeNotes(running, "notes", digest).catch(() => undefined);
    await gateway.writeNotes(running, "", digest);
  },
  usageHistory: (gateway) => Promise.all(spans.map((span) => gateway.usageHistory(running, span))),
  resize: async (gateway) => {
    await gateway.resize(running, { cores: 2, cpulimit: 1.5, memory: 512, swap: 0 }, digest).catch(() => undefined);
    await gateway.resize(running, { cores: null, cpulimit: null }, digest);
  },
  growVolume: (gateway) => gateway.growVolume(stopped, "rootfs", 1000.5, digest),
  power: async (gateway) => {
    for (const verb of ["start", "shutdown", "stop", "reboot"] as const) {
      await gateway.power(running, verb).catch(() => undefined);
    }
  },
  tasks: (gateway) => gateway.tasks(),
  task: (gateway) => gateway.task(upid),
  taskLog: (gateway) => gateway.taskLog(upid, { from: 3 }),
  stopTask: (gateway) => gateway.stopTask(upid),
  permissions: (gateway) => gateway.permissions(),
  serverTime: (gateway) => gateway.serverTime(),
});

const nounCalls = ({ running, stopped, upid }: Scene): NounCalls => ({
  figures: {
    ofContainer: (figures) => Promise.all(spans.map((span) => figures.ofContainer(running, span))),
    ofNode: (figures) => Promise.all(spans.map((span) => figures.ofNode(running.node, span))),
    ofStorage: (figures) => Promise.all(spans.map((span) => figures.ofStorage(running.node, "local", span))),
  },
  snapshots: {
    possible: (snapshots) => snapshots.possible(running),
    list: (snapshots) => snapshots.list(running),
    create: (snapshots) => snapshots.create(running, { name: "before", description: "the update" }),
    rollBack: (snapshots) => snapshots.rollBack(running, "nope", { start: true }),
    remove: (snapshots) => snapshots.remove(running, "nope", { force: true }),
    describe: (snapshots) => snapshots.describe(running, "nope", "text"),
    configuration: (snapshots) => snapshots.configuration(running, "nope"),
  },
  backups: {
    create: async (backups) => {
      for (const mode of ["snapshot", "suspend", "stop"] as const) {
        for (const compression of ["none", "lzo", "gzip", "zstd"] as const) {
          const wanted = {
            storage: "local",
            mode,
            compression,
            notes: "a\n{{vmid}}",
            protected: true,
            bandwidth: 1000,
          };
          await backups.create(stopped, wanted);
        }
      }
    },
    list: (backups) => backups.list(running.node, "local", { vmid: running.vmid }),
    read: (backups) => backups.read(running.node, backup),
    change: (backups) => backups.change(running.node, backup, { notes: "text", protected: true }),
    configuration: (backups) => backups.configuration(running.node, backup),
    restore: (backups) =>
      backups.restore(
        { vmid: 999, node: running.node },
        {
          backup,
          storage: "local",
          hostname: "copy",
          unique: true,
          start: true,
          pool: "nopool",
          bandwidth: 1000,
        },
      ),
    replace: (backups) => backups.replace(running, { backup }),
    remove: (backups) => backups.remove(running.node, backup),
  },
  storages: {
    list: (storages) => storages.list(running.node, { content: "rootdir", target: "pve2" }),
    content: (storages) => storages.content(running.node, "local", { content: "vztmpl", vmid: running.vmid }),
    remove: (storages) => storages.remove(running.node, backup),
  },
  taskArchive: {
    list: async (archive) => {
      for (const which of ["ended", "running", "all"] as const) {
        for (const outcome of ["ok", "warning", "error", "unknown"] as const) {
          const filter = { vmid: 101, type: "vzdump", user: "root", which, outcome, since: 1e12, until: 2e12 };
          await archive.list(running.node, { ...filter, start: 1, limit: 10 });
        }
      }
    },
    log: (archive) => archive.log(upid, { from: 0, limit: 100 }),
  },
  clusterState: {
    status: (state) => state.status(),
    managed: (state) => state.managed(),
    replication: (state) => state.replication(),
  },
  pools: {
    list: (pools) => pools.list(),
    create: (pools) => pools.create("one/two", { comment: "text" }),
    members: (pools) => pools.members("one/two"),
    add: (pools) => pools.add("one/two", [running.vmid, stopped.vmid], { move: true }),
    take: (pools) => pools.take("one/two", [running.vmid]),
    remove: (pools) => pools.remove("one/two"),
  },
  configurations: {
    read: (configurations) => configurations.read(running),
    write: (configurations) =>
      configurations.write(
        running,
        {
          set: { tags: "a;b", net0: "name=eth0,bridge=vmbr0,ip=dhcp", mp0: "local:1,mp=/data", onboot: "1" },
          remove: ["nameserver"],
          revert: ["arch"],
        },
        digest,
      ),
    moveVolume: (configurations) =>
      configurations.moveVolume(stopped, { volume: "mp0", storage: "local", deleteSource: true, digest, bandwidth: 1 }),
  },
  consoles: {
    ofContainer: async (consoles) => (await consoles.ofContainer(running, { columns: 80, rows: 24 }))[Symbol.dispose](),
    ofNode: async (consoles) => (await consoles.ofNode(running.node, { columns: 80, rows: 24 }))[Symbol.dispose](),
  },
  templates: {
    available: (templates) => templates.available(running.node),
    download: (templates) => templates.download(running.node, "local", "nosuch.tar.zst"),
  },
  lifecycle: {
    nextId: (lifecycle) => lifecycle.nextId({ vmid: 998 }),
    create: (lifecycle) =>
      lifecycle.create(
        { vmid: 998, node: running.node },
        {
          template: "local:vztmpl/nosuch.tar.zst",
          storage: "local",
          disk: 4,
          options: { hostname: "fresh", cores: "2", memory: "512", net0: "name=eth0,bridge=vmbr0", tags: "a;b" },
          privileged: false,
          password: "secret12",
          sshKeys: "ssh-ed25519 AAAA me",
          pool: "nopool",
          start: true,
        },
      ),
    clone: (lifecycle) =>
      lifecycle.clone(running, {
        vmid: 997,
        hostname: "copy",
        description: "text",
        full: true,
        storage: "local",
        snapshot: "nope",
        pool: "nopool",
        node: "pve2",
        bandwidth: 1000,
      }),
    migrationTargets: (lifecycle) => lifecycle.migrationTargets(running),
    migrate: (lifecycle) =>
      lifecycle.migrate(running, {
        node: "pve9",
        restart: true,
        timeoutSeconds: 30,
        storage: "local",
        bandwidth: 1000,
      }),
    convertToTemplate: (lifecycle) => lifecycle.convertToTemplate(running),
    destroy: (lifecycle) => lifecycle.destroy(running, { purge: true, force: false, unreferencedDisks: true }),
  },
});

/** What is refused is asked for all the same: the form of the request is looked at. */
async function ask(what: string, call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    const faults = Object.values(error.details.parameters ?? {}).join("; ");
    expect(`${what}: ${faults}`).not.toMatch(/not defined in schema|type check/u);
  }
}

const versions = { 8: "8.4", 9: "9.1" } as const;

test.each([9, 8] as const)(
  "every request of the gateway is known to Proxmox VE %i, with its parameters",
  async (pve) => {
    await using world = await simulatedWorld(pve, { sharedStorage: true });
    const { gateway, control, running, stopped } = world;
    const upid = `UPID:${running.node}:00000ACF:000C34AD:6B00BE00:vzstart:101:root@pam:`;
    const scene: Scene = { running, stopped, upid };
    for (const [name, call] of Object.entries(coreCalls(scene))) await ask(name, () => call(gateway));
    for (const [noun, calls] of Object.entries(nounCalls(scene))) {
      const port: unknown = offered(gateway, noun as Noun);
      for (const [name, call] of Object.entries(calls as Record<string, (port: unknown) => unknown>)) {
        const before = control.requests().length;
        await ask(`${noun}.${name}`, () => call(port));
        expect(control.requests().length, `${noun}.${name}`).toBeGreaterThan(before);
      }
    }
    await using another = await startSimulator({ pve, containers: 0 });
    await createToken({
      endpoint: another.url,
      trust: { kind: "fingerprints", fingerprints: [another.fingerprint] },
      user: "root@pam",
      password: rootPassword,
      tokenName: "made",
      privilegeSeparation: true,
    });
    await gateway[Symbol.asyncDispose]();

    const requests = [...control.requests(), ...another.control.requests()].map(({ method, path, body }) => {
      const [route = "", query = ""] = path.split("?");
      return {
        method,
        path: route,
        parameters: [...new URLSearchParams(method === "GET" || method === "DELETE" ? query : body)],
      };
    });
    expect(requests.length).toBeGreaterThan(100);
    // For scripts/api-schema.js, which holds them against Proxmox's own description where that is at hand.
    const folder = process.env["API_REQUESTS_FOLDER"];
    if (folder !== undefined) writeFileSync(`${folder}/${versions[pve]}.json`, JSON.stringify(requests));
  },
);
