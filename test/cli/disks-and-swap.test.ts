import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { cli, connectionTo, file, folder } from "./harness.js";
import { schema } from "./schemas.js";

let simulator: Simulator;
afterEach(() => simulator.close());

const text = `
version: 1
mode: apply
policies:
  - name: files
    match: { vmids: [101] }
    memory: { fixed: 3GiB }
    swap: { ofMemory: 50% }
    rootfs: { scaleUp: { above: 85%, for: 0s, step: 2GiB }, max: 100GiB }
    mountPoints: { mp0: { scaleUp: { above: 80% } }, mp7: { scaleUp: { above: 80% } } }
  - { name: quiet, match: { vmids: [102] }, cpu: { fixed: 4 }, pause: up }
safety: { maxChangesPerDay: 9, storageReserve: 5% }
`;

/** Container 101 with a root file system that is nine tenths full and a mount point. */
async function start() {
  // A minute passes in a second, so that tasks end by themselves.
  simulator = await startSimulator({ speed: 60 });
  simulator.control.setConfiguration(101, { mp0: "local:101/vm-101-disk-1.raw,mp=/data,size=20G" });
  simulator.control.pretend(101, { disk: 7.2 * 1024 ** 3 });
  const env = { ...connectionTo(simulator), XDG_STATE_HOME: join(await folder(), "state") };
  const path = await file("autoscaler.yaml", text);
  await expect
    .poll(async () => (await cli(["plan", path], { env })).stdout, { timeout: 5000 })
    .toContain("8GiB → 10GiB");
  return { env, path };
}

describe("disks and swap on the command line", () => {
  it("are planned, shown and carried out beside memory", async () => {
    const { env, path } = await start();
    const { stdout } = await cli(["plan", path, "--format", "json"], { env });
    const plan = JSON.parse(stdout) as { decisions: Record<string, unknown>[] };
    expect(schema("plan")(plan)).toEqual([]);
    expect(plan.decisions.map(({ vmid, resource, unit, action, to }) => [vmid, resource, unit, action, to])).toEqual([
      [101, "memory", "MiB", "scale-up", 3072],
      [101, "swap", "MiB", "scale-up", 1536],
      [101, "rootfs", "GiB", "scale-up", 10],
      [101, "mp0", "GiB", "hold", 20],
      [102, "cores", "cores", "blocked", 2],
    ]);
    const shown = await cli(["plan", path, "--verbose"], { env });
    expect(shown.stdout).toMatch(/101 web-1 +pve1 +files +mp0 +20GiB +Proxmox tells how much/u);
    expect(shown.stdout).toMatch(/102 web-2 +pve2 +quiet +cores +2, not 4 .*growth is paused by the file/u);
    expect((await cli(["plan", path, "--format", "markdown"], { env })).stdout).toContain("8GiB → 10GiB");

    const applied = await cli(["apply", path, "--yes", "--format", "json"], { env });
    expect(applied.exitCode).toBe(0);
    const document = JSON.parse(applied.stdout) as { results: Record<string, unknown>[] };
    expect(schema("apply")(document)).toEqual([]);
    expect(document.results.map(({ resource, outcome, verified }) => [resource, outcome, verified])).toEqual([
      ["memory", "applied", true],
      ["swap", "applied", true],
      ["rootfs", "applied", true],
    ]);
  });
});
