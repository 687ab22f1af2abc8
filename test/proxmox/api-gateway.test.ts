import { backupContract } from "./contract/backups.js";
import { consoleContract } from "./contract/consoles.js";
import { figuresContract } from "./contract/figures.js";
import { lifecycleContract } from "./contract/lifecycle.js";
import { configurationContract } from "./contract/configurations.js";
import { poolContract } from "./contract/pools.js";
import { clusterStateContract } from "./contract/cluster-state.js";
import { taskArchiveContract } from "./contract/task-archive.js";
import { snapshotContract } from "./contract/snapshots.js";
import { storageContract } from "./contract/storages.js";
import { gatewayContract } from "./gateway-contract.js";
import { simulatedWorld } from "./simulated-world.js";

const nouns = [
  figuresContract,
  snapshotContract,
  storageContract,
  backupContract,
  lifecycleContract,
  configurationContract,
  poolContract,
  clusterStateContract,
  taskArchiveContract,
] as const;

for (const pve of [9, 8] as const) {
  const adapter = `The API of Proxmox VE ${pve}`;
  gatewayContract(adapter, () => simulatedWorld(pve));
  // A terminal waits ten seconds for its client: at the speed of the others that would be too short.
  consoleContract(adapter, () => simulatedWorld(pve, { login: "password", speed: 4 }));
  consoleContract(`${adapter} by token`, () => simulatedWorld(pve, { tokenConsoles: true, speed: 4 }));
  for (const contract of nouns) contract(adapter, () => simulatedWorld(pve, { sharedStorage: true }));
}
