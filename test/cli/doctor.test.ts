import { afterEach, describe, expect, it } from "vitest";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";
import { cli, connectionTo, writes } from "./harness.js";
import { schema } from "./schemas.js";

let simulator: Simulator;
afterEach(() => simulator.close());

async function start(options: SimulatorOptions = {}): Promise<Record<string, string>> {
  simulator = await startSimulator({ clock: "manual", ...options });
  return connectionTo(simulator);
}

interface Diagnosis {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly id: string;
    readonly status: string;
    readonly message: string;
    readonly fix: string | null;
  }[];
}

async function diagnosis(env: Record<string, string>): Promise<Diagnosis & { readonly exitCode: number }> {
  const { exitCode, stdout } = await cli(["doctor", "--format", "json"], { env });
  const document = JSON.parse(stdout) as Diagnosis;
  expect(schema("doctor")(document)).toEqual([]);
  return { ...document, exitCode };
}

const statusOf = ({ checks }: Diagnosis, id: string): string | undefined =>
  checks.find((check) => check.id === id)?.status;

describe("doctor", () => {
  it("finds nothing wrong with the demo", async () => {
    const found = await diagnosis(await start());
    expect(found).toMatchObject({ ok: true, exitCode: 0 });
    expect(found.checks.filter(({ status }) => status === "failed" || status === "warning")).toEqual([]);
    expect(statusOf(found, "ssh")).toBe("skipped");
    expect(writes(simulator)).toEqual([]);
  });

  it("prints the pveum lines for a token that has nothing", async () => {
    const found = await diagnosis(await start({ scenario: "no-privileges" }));
    expect(found).toMatchObject({ ok: false, exitCode: 3 });
    expect(statusOf(found, "privileges.observe")).toBe("failed");
    const fix = found.checks.find(({ id }) => id === "privileges.observe")?.fix ?? "";
    expect(fix).toContain(
      'pveum role add LXCAutoscaler --privs "VM.Audit VM.Config.CPU VM.Config.Memory VM.Config.Disk Datastore.AllocateSpace VM.Config.Options Sys.Audit VM.PowerMgmt"',
    );
    expect(fix).toContain("pveum acl modify / --users guest@pve --roles LXCAutoscaler");
    expect(fix).toContain("pveum acl modify / --tokens 'guest@pve!demo' --roles LXCAutoscaler");
  });

  it("tells apart what a token that may only look can't do", async () => {
    const found = await diagnosis(await start({ scenario: "audit-only" }));
    expect(statusOf(found, "privileges.observe")).toBe("ok");
    expect(statusOf(found, "privileges.nodes")).toBe("ok");
    expect(statusOf(found, "privileges.resize")).toBe("failed");
    expect(statusOf(found, "privileges.power")).toBe("warning");
    expect(found.exitCode).toBe(3);
  });

  it("is content with what scaling needs, and warns of the rest", async () => {
    const found = await diagnosis(await start({ scenario: "scale-only" }));
    expect(found).toMatchObject({ ok: true, exitCode: 0 });
    expect(statusOf(found, "privileges.resize")).toBe("ok");
    expect(statusOf(found, "privileges.nodes")).toBe("warning");
  });

  it("names the certificate that was presented where another was expected", async () => {
    const env = { ...(await start()), PROXMOX_FINGERPRINT: "AA:".repeat(31) + "AA" };
    const found = await diagnosis(env);
    expect(found).toMatchObject({ ok: false, exitCode: 3 });
    expect(statusOf(found, "certificate")).toBe("failed");
    expect(statusOf(found, "authentication")).toBe("skipped");
    expect(found.checks.find(({ id }) => id === "certificate")?.fix).toContain(simulator.fingerprint);
    expect(simulator.control.requests()).toEqual([]);
  });

  it("says that a token is not accepted, without its secret", async () => {
    const env = await start();
    const found = await diagnosis({ ...env, PROXMOX_TOKEN: "root@pam!demo=not-the-secret" });
    expect(found).toMatchObject({ ok: false, exitCode: 3 });
    expect(statusOf(found, "connection")).toBe("ok");
    expect(statusOf(found, "authentication")).toBe("failed");
    expect(JSON.stringify(found)).not.toContain("not-the-secret");
  });

  it("warns of a cluster without quorum and of clocks that differ", async () => {
    const env = await start({ scenario: "no-quorum", start: Date.now() + 3_600_000 });
    const found = await diagnosis(env);
    expect(statusOf(found, "cluster")).toBe("warning");
    expect(statusOf(found, "clock")).toBe("warning");
    expect(found.ok).toBe(true);
  });
});
