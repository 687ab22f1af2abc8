import { afterEach, describe, expect, test } from "vitest";
import type { Container, Rates } from "../../src/model/index.js";
import { ApiGateway } from "../../src/proxmox/api/gateway.js";
import { startSimulator } from "../../src/simulator/index.js";
import { recorded } from "./support/recorded.js";
import { startServer, token } from "./support/server.js";

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

type Row = Readonly<Record<string, unknown>>;

const running: Row = {
  type: "lxc",
  vmid: 101,
  node: "pve1",
  name: "web",
  status: "running",
  maxcpu: 1,
  maxmem: 2 ** 29,
};
const counted = (uptime: number, bytes: number, changes: Row = {}): Row => ({
  ...running,
  uptime,
  netin: bytes,
  netout: String(bytes * 2),
  diskread: 0,
  diskwrite: bytes * 3,
  ...changes,
});

const rates = (netIn: number): Rates => ({ netIn, netOut: netIn * 2, diskRead: 0, diskWrite: netIn * 3 });

interface Look {
  /** Seconds since the look before, by the clock of this side; 10 unless given. */
  readonly after?: number;
  readonly rows: readonly Row[];
  readonly pve1?: "online" | "offline";
}

/** What one gateway says of 101 at each look. */
async function looks(all: readonly Look[]): Promise<readonly (Container["rates"] | "gone")[]> {
  let entries: readonly Row[] = [];
  const server = await startServer(({ path }) => {
    if (path === "/cluster/resources") return { data: entries };
    return path === "/nodes" ? recorded("nodes-of-two") : recorded("cluster-status-of-two");
  });
  let now = Date.UTC(2026, 10, 21);
  const gateway = new ApiGateway(
    {
      endpoints: [server.url],
      trust: { kind: "fingerprints", fingerprints: [server.fingerprint] },
      credentials: { kind: "token", token },
    },
    { now: () => now, after: () => () => undefined },
  );
  open.push(gateway, server);
  const found: (Container["rates"] | "gone")[] = [];
  for (const { after = 10, rows, pve1 = "online" } of all) {
    now += after * 1000;
    const nodes = [
      { type: "node", node: "pve1", status: pve1 },
      { type: "node", node: "pve2", status: "online" },
    ];
    entries = [...nodes, ...rows];
    const container = (await gateway.inventory()).containers.find(({ vmid }) => vmid === 101);
    found.push(container === undefined ? "gone" : container.rates);
  }
  return found;
}

describe("bytes a second", () => {
  test("are what was counted between two rounds of Proxmox, over the time between them", async () => {
    const seen = await looks([
      { rows: [counted(100, 0)] },
      // Asked 13 s later, but between the rounds lay ten.
      { after: 13, rows: [counted(110, 5000)] },
      { rows: [counted(120, 5000)] },
      { after: 60, rows: [counted(180, 65_000)] },
    ]);
    expect(seen).toEqual([null, rates(500), rates(0), rates(1000)]);
  });

  test("stay what they were while Proxmox has no new figures, for two rounds", async () => {
    const seen = await looks([
      { rows: [counted(100, 0)] },
      { rows: [counted(110, 5000)] },
      ...[2, 2, 15].map((after) => ({ after, rows: [counted(110, 5000)] })),
      { after: 1, rows: [counted(110, 5000)] },
      { rows: [counted(150, 9000)] },
    ]);
    expect(seen).toEqual([null, rates(500), rates(500), rates(500), rates(500), null, rates(100)]);
  });

  test.each<readonly [string, Look]>([
    ["was started again", { rows: [counted(5, 9000)] }],
    ["has moved to another node", { rows: [counted(120, 9000, { node: "pve2" })] }],
    ["has the last figures of a node that is away", { rows: [counted(110, 5000)], pve1: "offline" }],
    ["is stopped", { rows: [{ ...counted(0, 0), status: "stopped" }] }],
    ["has no figures yet", { rows: [{ type: "lxc", vmid: 101, node: "pve1", status: "unknown" }] }],
  ])("are unknown of a container that %s", async (_, look) => {
    const seen = await looks([{ rows: [counted(100, 0)] }, { rows: [counted(110, 5000)] }, look]);
    expect(seen).toEqual([null, rates(500), null]);
  });

  test("begin anew after a restart, a stop and an absence", async () => {
    const seen = await looks([
      { rows: [counted(100, 90_000)] },
      { rows: [counted(5, 0)] },
      { rows: [counted(15, 1000)] },
      { rows: [] },
      { rows: [counted(35, 3000)] },
      { rows: [{ ...counted(0, 0), status: "stopped" }] },
      { rows: [counted(55, 5000)] },
    ]);
    expect(seen).toEqual([null, null, rates(100), "gone", null, null, null]);
  });

  test("are unknown one by one: where a counter went back or is missing", async () => {
    const seen = await looks([
      { rows: [counted(100, 5000)] },
      { rows: [counted(110, 6000, { netin: 10, diskread: null })] },
      { rows: [counted(120, 7000, { netin: 1010, diskwrite: "nonsense" })] },
    ]);
    expect(seen).toEqual([
      null,
      { netIn: null, netOut: 200, diskRead: null, diskWrite: 300 },
      { netIn: 100, netOut: 200, diskRead: null, diskWrite: null },
    ]);
  });
});

test("a simulated container has the traffic that its own counters show, the same each time", async () => {
  const measure = async (): Promise<Rates | null | undefined> => {
    const simulator = await startSimulator({ clock: "manual", start: Date.UTC(2026, 10, 20, 14), containers: 3 });
    open.push({ [Symbol.asyncDispose]: () => simulator.close() });
    const gateway = new ApiGateway(
      {
        endpoints: [simulator.url],
        trust: { kind: "fingerprints", fingerprints: [simulator.fingerprint] },
        credentials: { kind: "token", token: simulator.token },
      },
      { now: () => simulator.control.now(), after: () => () => undefined },
    );
    open.push(gateway);
    const look = async (): Promise<Container | undefined> =>
      (await gateway.inventory()).containers.find(({ vmid }) => vmid === 101);
    expect((await look())?.rates).toBeNull();
    const before = simulator.control.meters(101).netIn;
    await simulator.control.advance(600_000);
    const { rates: found } = (await look()) ?? {};
    // The figures are those of the last round, up to ten seconds ago.
    const ratio = (simulator.control.meters(101).netIn - before) / 600 / (found?.netIn ?? 0);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
    return found;
  };
  const first = await measure();
  expect(first?.netIn).toBeGreaterThan(0);
  expect(first?.netOut).toBeGreaterThan(0);
  expect(first?.diskWrite).toBeGreaterThan(0);
  expect(await measure()).toEqual(first);
});
