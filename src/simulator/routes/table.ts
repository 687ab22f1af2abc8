import { accessRoutes } from "./access.js";
import { clusterRoutes } from "./cluster.js";
import { containerRoutes } from "./containers.js";
import { generalRoutes } from "./general.js";
import { loginRoutes } from "./login.js";
import { nodeRoutes } from "./nodes.js";
import type { Route } from "./route.js";
import { historyRoutes } from "./history.js";
import { interfaceRoutes } from "./interfaces.js";
import { snapshotRoutes } from "./snapshots.js";
import { backupRoutes } from "./backups.js";
import { storageRoutes } from "./storages.js";
import { metricRoutes } from "./metrics.js";
import { poolRoutes } from "./pools.js";
import { availabilityRoutes } from "./high-availability.js";
import { consoleRoutes } from "./consoles.js";
import { templateRoutes } from "./templates.js";
import { taskRoutes } from "./tasks.js";

/** Every call that is answered; anything else is 501, as in Proxmox. */
export const routes: readonly Route[] = [
  ...generalRoutes,
  ...loginRoutes,
  ...accessRoutes,
  ...clusterRoutes,
  ...nodeRoutes,
  ...containerRoutes,
  ...snapshotRoutes,
  ...interfaceRoutes,
  ...historyRoutes,
  ...backupRoutes,
  ...storageRoutes,
  ...metricRoutes,
  ...poolRoutes,
  ...availabilityRoutes,
  ...consoleRoutes,
  ...templateRoutes,
  ...taskRoutes,
];
