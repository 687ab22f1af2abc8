import { parseUpid } from "../../model/index.js";
import type { Cluster } from "../cluster/cluster.js";
import type { AddToken } from "./scenario.js";
import { recordedTasks } from "./recorded-tasks.js";

/** The tasks that the recordings found in the archive. */
function addRecordedTasks(cluster: Cluster): void {
  for (const [upid, endtime, status] of recordedTasks) {
    const parsed = parseUpid(upid);
    if (parsed === null) throw new Error(`unreadable task ${upid}`);
    const { node, pid, pstart, type, id, user } = parsed;
    const line = status === "OK" ? "TASK OK" : `TASK ERROR: ${status}`;
    const starttime = parsed.startedAt / 1000;
    cluster.tasks.addPast({
      upid,
      node,
      pid,
      pstart,
      starttime,
      type,
      id,
      user,
      token: null,
      log: [line],
      endtime,
      status,
    });
  }
}

/** The accounts of the recordings of Proxmox VE 9: `root@pam!full` is FULL, `bob@pve!t1` BOB, `alice@pve!t1` ALICE, `root@pam!sep` SEP. */
export function addRecordedAccounts(cluster: Cluster, addToken: AddToken, secret: string): string {
  addRecordedTasks(cluster);
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
