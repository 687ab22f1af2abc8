import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { readAutoscalerFile, type AutoscalerConfig } from "../../src/config/index.js";
import {
  applyPlan,
  AuditLog,
  dryRun,
  StateStore,
  type Applied,
  type ApplyOptions,
  type DryRun,
} from "../../src/operate/index.js";
import { connect, type Gateway } from "../../src/proxmox/index.js";
import { startSimulator, type Simulator, type SimulatorOptions } from "../../src/simulator/index.js";

/** A simulated cluster, a gateway to it, and records in a folder of their own. */
export interface Bench {
  readonly simulator: Simulator;
  readonly gateway: Gateway;
  readonly stateStore: StateStore;
  readonly audit: AuditLog;
  readonly directory: string;
  dryRun(config: AutoscalerConfig): Promise<DryRun>;
  apply(config: AutoscalerConfig, options?: Partial<ApplyOptions>): Promise<Applied>;
  /** Sizes written, in order: path and body of each PUT that arrived. */
  puts(): readonly string[];
  auditLines(): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Loads of the demo follow the time of day; at night no node is too busy for a container to grow. */
export const night = Date.UTC(2026, 10, 21, 3);

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

export async function bench(options: SimulatorOptions = {}, token?: (simulator: Simulator) => string): Promise<Bench> {
  const simulator = await startSimulator({ clock: "manual", start: night, ...options });
  open.push(() => simulator.close());
  const directory = await mkdtemp(join(tmpdir(), "lxc-autoscaler-test-"));
  open.push(() => rm(directory, { recursive: true, force: true }));
  const gateway = connect({
    endpoints: [simulator.url],
    trust: { kind: "fingerprints", fingerprints: [simulator.fingerprint] },
    credentials: { kind: "token", token: token?.(simulator) ?? simulator.token },
    timeoutSeconds: 5,
  });
  open.push(async () => gateway[Symbol.asyncDispose]());
  const location = { directory, endpoint: simulator.url };
  const stateStore = new StateStore(location);
  const audit = new AuditLog(location);
  const now = (): number => simulator.control.now();
  const self: Bench = {
    simulator,
    gateway,
    stateStore,
    audit,
    directory,
    dryRun: (config) => dryRun({ gateway, config, stateStore, now: now() }),
    apply: async (config, given = {}) => {
      const { plan, inventory } = await self.dryRun(config);
      return applyPlan({ gateway, plan, config, inventory, stateStore, audit, clock: now, waits: [0, 0], ...given });
    },
    puts: () =>
      simulator.control
        .requests()
        .filter(({ method }) => method === "PUT")
        .map(({ path, body }) => `${path} ${body}`),
    auditLines: async () => {
      const { cluster } = await gateway.inventory();
      const text = await readFile(audit.file(cluster), "utf8");
      return text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
  return self;
}

/** The typed form of a file that must be right. */
export function configuration(text: string): AutoscalerConfig {
  const { config, findings } = readAutoscalerFile(text, { file: "autoscaler.yaml" });
  if (config === null) throw new Error(`the test's own file is wrong: ${JSON.stringify(findings)}`);
  return config;
}
