import { describe, expect, it } from "vitest";
import { knownState } from "../../src/operate/index.js";
import { bench, configuration, type Bench } from "./harness.js";

/** A running container whose root file system is nine tenths full, and a file that grows it. */
async function filled(more = ""): Promise<{ on: Bench; vmid: number; path: string; size: number; file: string }> {
  // Tasks end by themselves: a minute passes in a second.
  const on = await bench({ clock: "running", speed: 60 });
  const { containers } = await on.gateway.inventory({ configurationOf: () => true });
  const chosen = containers.find(({ status, lock, template }) => status === "running" && lock === null && !template);
  if (chosen === undefined) throw new Error("no container runs");
  const { vmid, diskLimit } = chosen;
  on.simulator.control.pretend(vmid, { disk: 0.92 * (diskLimit ?? 0) });
  await reached(on, vmid, (share) => share > 0.9);
  const file = `version: 1\npolicies: [{ match: { vmids: [${vmid}] }, rootfs: { scaleUp: { above: 85%, for: 0s, step: 2GiB, maxStep: 8GiB }, max: 200GiB }${more} }]`;
  const size = chosen.configuration?.volumes[0]?.size ?? 0;
  return { on, vmid, path: `/nodes/${chosen.node}/lxc/${vmid}`, size, file };
}

async function reached(on: Bench, vmid: number, is: (share: number) => boolean): Promise<void> {
  await expect
    .poll(
      async () => {
        const { containers } = await on.gateway.inventory();
        const found = containers.find((container) => container.vmid === vmid);
        return is((found?.disk ?? 0) / (found?.diskLimit ?? 1));
      },
      { timeout: 5000 },
    )
    .toBe(true);
}

describe("a disk that is to grow", () => {
  it("is grown by one task, read back, written down, and not wanted to grow again", async () => {
    const { on, vmid, path, size, file } = await filled();
    const { plan } = await on.dryRun(configuration(file));
    const [planned] = plan.decisions;
    expect(planned).toMatchObject({ resource: "rootfs", unit: "GiB", action: "scale-up", from: size });
    const to = planned?.to ?? 0;
    expect(to).toBeGreaterThanOrEqual(size + 2);
    const { results, problems } = await on.apply(configuration(file));
    expect(problems).toEqual([]);
    expect(results).toEqual([expect.objectContaining({ resource: "rootfs", to, outcome: "applied", verified: true })]);
    const digest = on.puts()[0]?.split("digest=")[1] ?? "";
    expect(digest).toMatch(/^[0-9a-f]{40}$/u);
    expect(on.puts()).toEqual([`${path}/resize disk=rootfs&size=${to}G&digest=${digest}`]);
    const lines = await on.auditLines();
    expect(lines.filter(({ event }) => event === "write")).toEqual([
      expect.objectContaining({ vmid, change: { rootfs: to } }),
    ]);
    const { cluster } = await on.gateway.inventory();
    const state = await knownState(
      { gateway: on.gateway, stateStore: on.stateStore, now: on.simulator.control.now() },
      cluster,
    );
    expect(state.containers[vmid]?.rootfs).toMatchObject({ expected: to, up: { from: size, to } });
    await reached(on, vmid, (share) => share < 0.85);
    expect((await on.dryRun(configuration(file))).plan.decisions[0]?.action).toBe("hold");
  });

  it("grows beside the CPU of its container, each with its own request and outcome", async () => {
    const { on, path, file } = await filled(", cpu: { fixed: 1 }, memory: { fixed: 3GiB }, swap: { ofMemory: 50% }");
    const { results } = await on.apply(configuration(file));
    expect(results.filter(({ outcome }) => outcome !== "applied")).toEqual([]);
    expect(results.map(({ resource }) => resource)).toEqual(expect.arrayContaining(["swap", "rootfs"]));
    expect(results.find(({ resource }) => resource === "swap")).toMatchObject({ to: 1536, verified: true });
    const puts = on.puts();
    expect(puts[0]).toContain(`${path}/resize disk=rootfs`);
    expect(puts[1]).toContain(`${path}/config `);
    expect(puts[1]).toContain("swap=1536");
  });

  it("fails with Proxmox's words where its task does", async () => {
    const { on, vmid, file } = await filled();
    on.simulator.control.addTaskFault({ type: "resize", vmid, fails: "lvresize: insufficient free space" });
    const { results } = await on.apply(configuration(file));
    expect(results[0]).toMatchObject({ outcome: "failed", verified: false });
    expect(results[0]?.error).toContain("lvresize: insufficient free space");
  });

  it("says where the volume has grown and its file system could not", async () => {
    const { on, vmid, file } = await filled();
    const complains = "Failed to update the container's filesystem: command 'resize2fs' failed: exit code 1";
    on.simulator.control.addTaskFault({ type: "resize", vmid, complains });
    const { results } = await on.apply(configuration(file));
    expect(results[0]).toMatchObject({
      outcome: "applied",
      verified: true,
      error: `The volume has grown, but not the file system on it. ${complains}`,
    });
  });

  it("is left alone where somebody has grown it meanwhile, and where it has that size already", async () => {
    const { on, vmid, path, size, file } = await filled();
    const config = configuration(file);
    const { plan, inventory } = await on.dryRun(config);
    const to = plan.decisions[0]?.to ?? 0;
    const set = (gib: number): void =>
      on.simulator.control.setConfiguration(vmid, { rootfs: `local-btrfs:${vmid}/vm-${vmid}-disk-0.raw,size=${gib}G` });
    set(size + 1);
    expect((await on.apply(config, { plan, inventory })).results[0]).toMatchObject({
      outcome: "skipped",
      error: `Left alone: since the plan was made its rootfs went from ${size} GiB to ${size + 1} GiB; plan again.`,
    });
    set(to);
    expect((await on.apply(config, { plan, inventory })).results[0]?.outcome).toBe("unchanged");
    expect(on.puts().filter((put) => put.startsWith(path))).toEqual([]);
  });

  it("is never made smaller, whoever asks for it", async () => {
    const { on, path, size, file } = await filled();
    const config = configuration(file);
    const { plan, inventory } = await on.dryRun(config);
    const decisions = plan.decisions.map((decision) => ({ ...decision, action: "scale-down" as const, to: size - 2 }));
    const { results } = await on.apply(config, { plan: { ...plan, decisions }, inventory });
    expect(results[0]).toMatchObject({
      outcome: "skipped",
      error: `Left alone: a disk can't be made smaller, and its rootfs has ${size} GiB.`,
    });
    expect(on.puts().filter((put) => put.startsWith(path))).toEqual([]);
  });

  it("is held where nothing tells how full it is, and shown with its size", async () => {
    const { on, vmid, file } = await filled(", mountPoints: { mp0: { scaleUp: { above: 80% } } }");
    on.simulator.control.setConfiguration(vmid, { mp0: "local:subvol-9,mp=/data,size=8G" });
    // The configuration in the cache is of before.
    const { containers } = await on.gateway.inventory();
    const node = containers.find((container) => container.vmid === vmid)?.node ?? "";
    const fresh = await on.gateway.configuration({ vmid, node });
    expect(fresh.volumes).toHaveLength(2);
    const { plan } = await on.dryRun(configuration(file));
    expect(plan.decisions.map(({ resource, action, from }) => [resource, action, from])[1]).toEqual(["mp0", "hold", 8]);
  });
});
