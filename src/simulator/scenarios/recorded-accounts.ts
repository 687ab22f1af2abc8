import type { Cluster } from "../cluster/cluster.js";
import type { AddToken } from "./build.js";

/** The accounts of the recordings of Proxmox VE 9: `root@pam!full` is FULL, `bob@pve!t1` BOB, `alice@pve!t1` ALICE, `root@pam!sep` SEP. */
export function addRecordedAccounts(cluster: Cluster, addToken: AddToken, secret: string): string {
  const { accounts } = cluster;
  accounts.addUser("root@pam", { password: "rootpw" });
  accounts.addUser("alice@pve", { password: "alicepw123" });
  accounts.addUser("bob@pve", { password: "bobpw12345" });
  accounts.addRole("LXCScale", ["VM.Audit", "VM.Config.CPU", "VM.Config.Memory"]);
  accounts.grant("/vms/101", "bob@pve", "LXCScale");
  accounts.grant("/vms/102", "bob@pve", "PVEAuditor");
  addToken("root@pam", "sep", { privilegeSeparation: true });
  addToken("alice@pve", "t1", { privilegeSeparation: true });
  addToken("bob@pve", "t1", { privilegeSeparation: false });
  return addToken("root@pam", "full", { privilegeSeparation: false, secret });
}
