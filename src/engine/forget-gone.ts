import type { Inventory } from "../model/index.js";
import type { State } from "./state.js";

/** How long a container is remembered that is no more, in milliseconds: it may come back from a backup under its number. */
const kept = 30 * 24 * 3600 * 1000;

/**
 * The state without what is remembered of containers that have been gone for 30 days. Only an inventory that shows the whole
 * cluster tells that one is gone: every node answers, nothing failed, and there is at least one container. Pauses stay, because
 * a person has set them. The same state where nothing changes. `now` is in milliseconds since the epoch.
 */
export function forgetGone(state: State, inventory: Inventory, now: number): State {
  if (!isWhole(inventory)) return state;
  const present = new Set(inventory.containers.map(({ vmid }) => String(vmid)));
  const { gone: before = {} } = state;
  const absent = Object.keys(state.containers).filter((vmid) => !present.has(vmid));
  if (absent.length === 0 && Object.keys(before).length === 0) return state;
  const forgotten = new Set(absent.filter((vmid) => now - (before[vmid] ?? now) > kept));
  const gone = Object.fromEntries(
    absent.filter((vmid) => !forgotten.has(vmid)).map((vmid) => [vmid, Math.min(before[vmid] ?? now, now)]),
  );
  if (forgotten.size === 0 && sameTimes(gone, before)) return state;
  const containers =
    forgotten.size === 0
      ? state.containers
      : Object.fromEntries(Object.entries(state.containers).filter(([vmid]) => !forgotten.has(vmid)));
  const { version, pauses } = state;
  return {
    version,
    containers,
    ...(pauses === undefined ? {} : { pauses }),
    ...(Object.keys(gone).length === 0 ? {} : { gone }),
  };
}

function isWhole({ nodes, containers, problems }: Inventory): boolean {
  return (
    problems.length === 0 &&
    containers.length > 0 &&
    nodes.every(({ status }) => status === "online") &&
    containers.every(({ stale }) => !stale)
  );
}

function sameTimes(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
