import { describe, expect, it } from "vitest";
import { bench, configuration } from "./harness.js";

const message = "unable to write '4294967296' to file 'memory.max': Device or resource busy";

/** A running container of the demo, with the sizes in force. */
async function anyRunning(on: Awaited<ReturnType<typeof bench>>) {
  const { containers } = await on.gateway.inventory({ configurationOf: () => true });
  const found = containers.find(({ status, lock, configuration: known }) => {
    return status === "running" && lock === null && known !== null && known.cores !== null && known.cpulimit === null;
  });
  if (found?.configuration === undefined || found.configuration === null) throw new Error("none runs");
  return { vmid: found.vmid, cores: found.configuration.cores ?? 0, memory: found.configuration.memory };
}

describe("sizes that wait for a restart", () => {
  it("says of a limit that the kernel did not take that it is pending, and of the rest of the write what became of it", async () => {
    const on = await bench();
    const { vmid, cores, memory } = await anyRunning(on);
    on.simulator.control.refuseHotplug(vmid, message);
    const config = configuration(
      `version: 1\nmode: apply\npolicies: [{ match: { vmids: [${vmid}] }, cpu: { fixed: ${cores + 1} }, memory: { fixed: ${memory + 1024}MiB } }]`,
    );
    const { results } = await on.apply(config);
    expect(results).toMatchObject([
      { resource: "cores", outcome: "applied", verified: true },
      { resource: "memory", outcome: "failed", verified: false },
    ]);
    expect(results[1]?.error).toContain(message);
    expect(results[1]?.error).toContain("pending a restart");
    expect(results[1]?.error).toContain(`pct set ${vmid} --revert memory`);
    const { cluster } = await on.gateway.inventory();
    expect((await on.stateStore.read(cluster)).containers[vmid]?.memory?.up).toBeUndefined();
  });

  it("plans from the size in force, not from one that somebody has left pending", async () => {
    const on = await bench();
    const { vmid, memory } = await anyRunning(on);
    on.simulator.control.setPending(vmid, { memory: memory + 4096 });
    const config = configuration(
      `version: 1\nmode: apply\npolicies: [{ match: { vmids: [${vmid}] }, memory: { fixed: ${memory + 1024}MiB } }]`,
    );
    const { plan } = await on.dryRun(config);
    expect(plan.decisions).toMatchObject([{ resource: "memory", from: memory, to: memory + 1024 }]);
    const { results } = await on.apply(config);
    expect(results).toMatchObject([{ outcome: "applied", verified: true }]);
  });
});
