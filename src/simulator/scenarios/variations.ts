import type { Cluster } from "../cluster/cluster.js";
import type { TaskFault } from "../cluster/tasks.js";
import type { ScenarioName } from "../options.js";
import type { FaultRule } from "../wire/faults.js";
import type { AddToken } from "./scenario.js";
import { addRecordedAccounts } from "./recorded-accounts.js";

/** Password of `root@pam` in every scenario but `recorded`. */
export const rootPassword = "simulator";
/** Second factor of `admin@pve` in the scenario `second-factor` (base32), whose password is the same. */
export const secondFactor = "JBSWY3DPEHPK3PXP";

/**
 * Gives the cluster the accounts and the trouble of a scenario; answers the token it hands out.
 * Everything but `recorded` has `root@pam!demo`, without privilege separation.
 */
export function applyScenario(scenario: ScenarioName, cluster: Cluster, addToken: AddToken, secret: string): string {
  if (scenario === "recorded") return addRecordedAccounts(cluster, addToken, secret);
  const full = addToken("root@pam", "demo", { privilegeSeparation: false, secret });
  switch (scenario) {
    case "demo":
    case "quiet":
    case "rush":
    case "flaky":
      return full;
    case "no-privileges":
      return addToken("guest@pve", "demo", { secret });
    case "audit-only":
      cluster.accounts.addUser("auditor@pve", { password: rootPassword });
      cluster.accounts.grant("/", "auditor@pve", "PVEAuditor");
      return addToken("auditor@pve", "demo", { privilegeSeparation: false, secret });
    case "scale-only":
      cluster.accounts.addUser("scaler@pve", { password: rootPassword });
      cluster.accounts.addRole("LXCScale", ["VM.Audit", "VM.Config.CPU", "VM.Config.Memory"]);
      cluster.accounts.grant("/vms", "scaler@pve", "LXCScale");
      return addToken("scaler@pve", "demo", { privilegeSeparation: false, secret });
    case "node-offline": {
      const last = [...cluster.nodes.values()].at(-1);
      if (last !== undefined && cluster.nodes.size > 1)
        last.outage = { how: "offline", since: cluster.clock.now() - 60_000 };
      return full;
    }
    case "no-quorum":
      cluster.quorumOverride = false;
      return full;
    case "locked":
      for (const guest of [...cluster.guests.values()].slice(0, 1)) {
        cluster.write(guest, () => guest.configuration.current.set("lock", "backup"));
      }
      return full;
    case "second-factor":
      cluster.accounts.addUser("admin@pve", { password: rootPassword, totpSecret: secondFactor });
      cluster.accounts.grant("/", "admin@pve", "Administrator");
      return full;
  }
}

/** What goes wrong in the scenario `flaky`: slow answers, broken connections, tasks that fail now and then. */
export const flakyFaults: readonly FaultRule[] = [
  { kind: "latency", milliseconds: 300, every: 3 },
  { kind: "drop", method: "GET", every: 11 },
  { kind: "truncated-body", method: "GET", every: 17 },
  { kind: "drop-after", method: "PUT", every: 5 },
  { kind: "status", status: 503, reason: "Service Unavailable", method: "GET", every: 23 },
];
export const flakyTasks: readonly TaskFault[] = [
  { slower: 5, every: 4 },
  { fails: "startup for container failed", type: "vzstart", every: 3 },
];
