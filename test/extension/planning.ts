import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster } from "../../src/extension/cluster/cluster.js";
import { PlanModel } from "../../src/extension/scaling/plan-model.js";
import type { PlanSource } from "../../src/extension/scaling/plan-source.js";
import { startSimulator, type Simulator } from "../../src/simulator/index.js";

const demoFile = join(import.meta.dirname, "../../media/demo/autoscaler.yaml");

export const never = new AbortController().signal;

/** The demo's cluster and file, and plans for them that nobody has made yet. */
export interface Planning extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly cluster: Cluster;
  readonly plans: PlanModel;
  readonly source: PlanSource;
}

export async function startPlanning(): Promise<Planning> {
  const records = await mkdtemp(join(tmpdir(), "lxc-autoscaler-plans-"));
  const simulator = await startSimulator({ start: Date.parse("2026-11-20T10:00:00Z") });
  const [tokenId = "", secret = ""] = simulator.token.split("=");
  const cluster = new Cluster(
    { id: "x", label: "demo", endpoints: [simulator.url], fingerprints: [simulator.fingerprint], tokenId, demo: true },
    {
      secret: () => Promise.resolve(secret),
      refreshSeconds: () => 10,
      timeoutSeconds: () => 10,
      recordsDirectory: () => records,
    },
  );
  const plans = new PlanModel(() => ({
    environment: {},
    readFile: () => null,
    readInclude: () => () => ({ fault: "not-allowed" }),
  }));
  const source = { uri: "file:///autoscaler.yaml", name: "autoscaler.yaml", text: await readFile(demoFile, "utf8") };
  return {
    simulator,
    cluster,
    plans,
    source,
    [Symbol.asyncDispose]: async () => {
      plans.dispose();
      cluster.dispose();
      await simulator.close();
      await rm(records, { recursive: true, force: true });
    },
  };
}
