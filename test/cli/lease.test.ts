import { describe, expect, it, onTestFinished } from "vitest";
import { readAutoscalerFile } from "../../src/config/index.js";
import { NotesLease } from "../../src/operate/index.js";
import { connect } from "../../src/proxmox/index.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";
import { night } from "../operate/harness.js";
import { cli, connectionTo, file, folder, writes } from "./harness.js";

const text = "version: 1\npolicies: [{ match: { vmids: [101] }, cpu: { fixed: 6 } }]\n";

/** A loop somewhere else that holds the lease. */
async function loopElsewhere(simulator: Simulator): Promise<NotesLease> {
  const gateway = connect({
    endpoints: [simulator.url],
    trust: { kind: "fingerprints", fingerprints: [simulator.fingerprint] },
    credentials: { kind: "token", token: simulator.token },
  });
  onTestFinished(async () => gateway[Symbol.asyncDispose]());
  const location = { directory: await folder(), endpoint: simulator.url };
  const lease = new NotesLease({ gateway, program: "run", location });
  const { config } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  expect(await lease.hold(config!, await gateway.inventory(), simulator.control.now())).toBeNull();
  simulator.control.forgetRequests();
  return lease;
}

async function world(): Promise<{ simulator: Simulator; env: Record<string, string>; path: string }> {
  const simulator = await startSimulator({ clock: "manual", start: night });
  onTestFinished(() => simulator.close());
  const env = { ...connectionTo(simulator), XDG_STATE_HOME: await folder() };
  return { simulator, env, path: await file("autoscaler.yaml", text) };
}

describe("apply beside a loop", () => {
  it("is refused with the holder's name before anything is asked, and changes nothing", async () => {
    const { simulator, env, path } = await world();
    const loop = await loopElsewhere(simulator);
    const { exitCode, stderr, stdout } = await cli(["apply", path, "--yes", "--format", "json"], { env });
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(`lxc-autoscaler run on ${loop.host} (${loop.id}) scales this cluster`);
    expect(stderr).toContain("--take-over");
    expect(writes(simulator)).toEqual([]);
  });

  it("takes the lease over where it is told to, and gives it back", async () => {
    const { simulator, env, path } = await world();
    const loop = await loopElsewhere(simulator);
    const { exitCode } = await cli(["apply", path, "--yes", "--take-over"], { env });
    expect(exitCode).toBe(0);
    // The lease, the change, and the lease given back.
    expect(writes(simulator)).toHaveLength(3);
    expect(simulator.control.configuration(101)).toContain("cores: 6\n");
    expect(simulator.control.configuration(101)).not.toContain("LXC Autoscaler");
    expect(loop.id).not.toBe("");
  });

  it("goes on once the lease has run out", async () => {
    const { simulator, env, path } = await world();
    await loopElsewhere(simulator);
    await simulator.control.advance(180_000);
    const { exitCode } = await cli(["apply", path, "--yes"], { env });
    expect(exitCode).toBe(0);
    expect(writes(simulator)).toHaveLength(1);
  });

  it("says that it can't take the lease without the privilege", async () => {
    const simulator = await startSimulator({ clock: "manual", start: night });
    onTestFinished(() => simulator.close());
    await loopElsewhere(simulator);
    const path = await file("autoscaler.yaml", text);
    simulator.control.addFault({
      kind: "status",
      status: 403,
      reason: "Permission check failed (/vms/101, VM.Config.Options)",
      method: "PUT",
      times: 1,
    });
    const env = { ...connectionTo(simulator), XDG_STATE_HOME: await folder() };
    const { exitCode, stderr } = await cli(["apply", path, "--yes", "--take-over"], { env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("VM.Config.Options");
    expect(writes(simulator)).toHaveLength(1);
    expect(simulator.control.configuration(101)).not.toContain("cores: 6\n");
  });
});
