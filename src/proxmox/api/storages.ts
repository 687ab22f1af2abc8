import type { Storage } from "../../model/index.js";
import { amountOf, flagOf, textOf } from "./numbers.js";
import type { StorageRow } from "./shapes.js";

/**
 * Reads `GET /nodes/X/storage`. What is available is asked for and not worked out: of a folder on a larger file system, used
 * and available are less than the total. One that is not active has zeros, which are no measurements.
 */
export function storagesOf(rows: readonly StorageRow[], node: string): readonly Storage[] {
  return rows.flatMap((row) => {
    const name = textOf(row.storage);
    if (name === null) return [];
    const measured = (value: unknown): number | null => (flagOf(row.active) ? amountOf(value) : null);
    return [
      {
        name,
        node,
        shared: flagOf(row.shared),
        total: measured(row.total),
        used: measured(row.used),
        available: measured(row.avail),
      },
    ];
  });
}
