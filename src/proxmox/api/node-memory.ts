import { amountOf, recordOf } from "./numbers.js";
import type { NodeStatusFields, RecordedRow } from "./shapes.js";

/**
 * Bytes a node can still hand out, of `GET /nodes/X/status`. Proxmox VE 9 reports the kernel's `MemAvailable`;
 * 8 reports total and used alone, where used leaves out buffers and page cache. `null` where neither is there.
 */
export function availableMemoryOf(fields: NodeStatusFields): number | null {
  const memory = recordOf(fields.memory);
  const available = amountOf(memory["available"]);
  if (available !== null) return available;
  const total = amountOf(memory["total"]);
  const used = amountOf(memory["used"]);
  return total === null || used === null ? null : Math.max(0, total - used);
}

/** Tasks that ran or waited to over the last minute, of `GET /nodes/X/status`: the first of three texts. */
export function loadOf(fields: NodeStatusFields): number | null {
  return Array.isArray(fields.loadavg) ? amountOf(fields.loadavg[0]) : null;
}

/** ZFS keeps at least 1/32 of the memory and 32 MiB (`zfs_arc_min`'s default, openzfs `arc_set_limits`). */
const smallestCacheShare = 1 / 32;
const smallestCache = 32 * 1024 * 1024;

/**
 * Bytes of the ZFS cache that would give way, of the newest point of a node's `rrddata` (Proxmox VE 9 has `arcsize`):
 * `MemAvailable` does not count them. 0 where there is no ZFS, or its size is not recorded.
 */
export function shrinkableCacheOf(rows: readonly RecordedRow[], memoryLimit: number | null): number {
  const sizes = rows.flatMap((row) => {
    const time = amountOf(row.time);
    const size = amountOf(row.arcsize);
    return time === null || size === null ? [] : [{ time, size }];
  });
  const newest = sizes.sort((a, b) => b.time - a.time)[0];
  if (newest === undefined || memoryLimit === null) return 0;
  return Math.max(0, newest.size - Math.max(memoryLimit * smallestCacheShare, smallestCache));
}
